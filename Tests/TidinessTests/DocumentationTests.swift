import Foundation
import Testing

@Suite("documentation")
struct DocumentationTests {
    static let pages = Repository.files(in: "README.md", "CHANGELOG.md", "docs", "StateMachines", endingIn: [".md"])

    @Test("every link leads somewhere", arguments: pages)
    func linksAreAlive(page: Repository.File) {
        let folder = (page.path as NSString).deletingLastPathComponent
        let dead = links(in: page.text).filter { link in
            guard !link.contains("://"), !link.hasPrefix("mailto:") else { return false }
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path =
                parts[0].isEmpty ? page.path : ((folder as NSString).appendingPathComponent(parts[0]) as NSString).standardizingPath
            guard Repository.exists(path) else { return true }
            guard parts.count == 2, !parts[1].isEmpty else { return false }
            let text = (try? String(contentsOf: Repository.root.appending(path: path), encoding: .utf8)) ?? ""
            return !anchors(in: text).contains(parts[1])
        }
        #expect(dead == [])
    }

    @Test("the documentation speaks of every subcommand")
    func everySubcommandIsDocumented() {
        let commands = Repository.files(in: "Sources/StepwellCommand", endingIn: [".swift"]).flatMap { file in
            file.text.matches(of: /commandName:\s*"([a-z-]+)"/).map { String($0.1) }
        }.filter { $0 != "stepwell" }
        let text = Self.pages.map(\.text).joined()
        #expect(!commands.isEmpty)
        #expect(commands.filter { !text.contains("stepwell \($0)") } == [])
    }

    @Test("every decision is in the list of decisions")
    func decisionsAreListed() {
        let list = Self.pages.first { $0.path == "docs/decisions/README.md" }?.text ?? ""
        let pages = Self.pages.map(\.path).filter { $0.hasPrefix("docs/decisions/0") }.compactMap { $0.split(separator: "/").last }
        #expect(!pages.isEmpty)
        #expect(pages.filter { !list.contains("(\($0))") } == [])
    }

    @Test("every target has its line in the architecture")
    func targetsAreInTheArchitecture() {
        let text = Self.pages.first { $0.path == "docs/architecture.md" }?.text ?? ""
        #expect(Repository.folders(in: "Sources").filter { !text.contains($0) } == [])
    }

    @Test("an example has everything a reader copies a folder for", arguments: Repository.folders(in: "StateMachines"))
    func examplesAreWhole(name: String) {
        let place = "StateMachines/\(name)"
        let definitions = [".asl.json", ".asl.yaml"].filter { Repository.exists("\(place)/\(name)\($0)") }
        #expect(definitions.count == 1)
        let expected = ["README.md", "inputs/default.json", "functions.yaml", "mocks.json"]
        #expect(expected.filter { !Repository.exists("\(place)/\($0)") } == [])
        let list = Self.pages.first { $0.path == "StateMachines/README.md" }?.text ?? ""
        #expect(list.contains("(\(name)/README.md)"))
    }

    /// The targets of links outside code.
    private func links(in text: String) -> [String] {
        prose(text).matches(of: /\]\(<?([^()\s>]+)>?(?:\s+"[^"]*")?\)/).map { String($0.1) }
            + prose(text).matches(of: /(?:src|href)="([^"]+)"/).map { String($0.1) }
    }

    /// The anchors of a page's headings, spelled as code forges spell them.
    private func anchors(in text: String) -> Set<String> {
        Set(
            prose(text).split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
                heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                    .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                    .replacingOccurrences(of: " ", with: "-")
            })
    }

    /// The text without fenced blocks and code spans.
    private func prose(_ text: String) -> String {
        var fenced = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.trimmingCharacters(in: .whitespaces).hasPrefix("```") {
                fenced.toggle()
                return false
            }
            return !fenced
        }
        return lines.map { $0.replacing(/`[^`]*`/, with: "`") }.joined(separator: "\n")
    }
}
