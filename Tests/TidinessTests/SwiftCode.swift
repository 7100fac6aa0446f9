import Foundation

/// A Swift file with its comments and the contents of its strings blanked out: what the compiler acts upon.
///
/// Works on bytes, and searches with the C library, so that looking through all sources takes no time to speak of.
struct SwiftCode: Sendable {
    let path: String
    let target: String
    /// The lines as written.
    let lines: [Substring]
    /// The file's bytes, with spaces where there are comments and texts, and a zero at the end.
    private let code: [UInt8]
    private let lineStarts: [Int]

    init(_ file: Repository.File) {
        path = file.path
        target = file.target
        lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        var blanker = Blanker(Array(file.text.utf8))
        let code = blanker.blanked() + [0]
        self.code = code
        lineStarts = [0] + code.indices.filter { code[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// All sources.
    static let all = Repository.files(in: "Sources", endingIn: [".swift"]).map(SwiftCode.init)

    /// The sources of one target.
    static func all(of target: String) -> [SwiftCode] { all.filter { $0.target == target } }

    /// The places where one of these stands as a word: it does not begin or end in the middle of a name.
    func findings(_ words: [String]) -> [Finding] {
        words.flatMap { word in offsets(of: word).map { finding(at: $0) } }
    }

    /// The names that follow one of these words, with the places of the words.
    func names(after words: [String]) -> [(name: String, place: Finding)] {
        words.flatMap { word in
            offsets(of: word).compactMap { offset in
                var at = offset + word.utf8.count
                while at < code.count, code[at] == UInt8(ascii: " ") { at += 1 }
                let name = code[at...].prefix { Self.isNameByte($0) }
                return name.isEmpty ? nil : (String(decoding: name, as: UTF8.self), finding(at: offset))
            }
        }
    }

    /// The modules that the file imports.
    var imports: [String] {
        names(after: ["import"]).filter { $0.place.line <= lines.count && lines[$0.place.line - 1].contains("import") }.map(\.name)
    }

    private func finding(at offset: Int) -> Finding {
        let line = (lineStarts.firstIndex { $0 > offset } ?? lineStarts.count) - 1
        return Finding(path: path, line: line + 1, text: lines[line].trimmingCharacters(in: .whitespaces))
    }

    private func offsets(of word: String) -> [Int] {
        guard let first = word.utf8.first, let last = word.utf8.last else { return [] }
        return code.withUnsafeBytes { bytes -> [Int] in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return [] }
            var found: [Int] = []
            var from = 0
            while let hit = strstr(base + from, word) {
                let start = UnsafePointer(hit) - base
                let end = start + word.utf8.count
                let beginsInName = start > 0 && Self.isNameByte(first) && Self.isNameByte(bytes[start - 1])
                if !beginsInName, !(Self.isNameByte(last) && Self.isNameByte(bytes[end])) { found.append(start) }
                from = end
            }
            return found
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

/// Puts spaces where Swift has comments and texts. Code inside of interpolations stays.
private struct Blanker {
    private var bytes: [UInt8]
    private var at = 0

    private static let quote = UInt8(ascii: "\"")
    private static let slash = UInt8(ascii: "/")
    private static let star = UInt8(ascii: "*")
    private static let backslash = UInt8(ascii: "\\")
    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func blanked() -> [UInt8] {
        code(untilParenthesis: false)
        return bytes
    }

    private func peek(_ distance: Int) -> UInt8? { at + distance < bytes.count ? bytes[at + distance] : nil }

    private mutating func blank() {
        if bytes[at] != Self.newline { bytes[at] = Self.space }
        at += 1
    }

    private mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case Self.quote: text()
            case Self.slash where peek(1) == Self.slash:
                while at < bytes.count, bytes[at] != Self.newline { blank() }
            case Self.slash where peek(1) == Self.star:
                while at < bytes.count, !(bytes[at] == Self.star && peek(1) == Self.slash) { blank() }
                if at + 1 < bytes.count {
                    blank()
                    blank()
                }
            case UInt8(ascii: "("):
                depth += 1
                at += 1
            case UInt8(ascii: ")"):
                at += 1
                if untilParenthesis, depth == 0 { return }
                depth -= 1
            default: at += 1
            }
        }
    }

    private mutating func text() {
        let isLong = peek(1) == Self.quote && peek(2) == Self.quote
        at += isLong ? 3 : 1
        while at < bytes.count {
            switch bytes[at] {
            case Self.backslash where peek(1) == UInt8(ascii: "("):
                blank()
                at += 1
                code(untilParenthesis: true)
            case Self.backslash:
                blank()
                if at < bytes.count { blank() }
            case Self.quote where !isLong:
                at += 1
                return
            case Self.quote where peek(1) == Self.quote && peek(2) == Self.quote:
                at += 3
                return
            case Self.newline where !isLong: return
            default: blank()
            }
        }
    }
}
