import StatesCost
import StatesJSON
import StatesLanguage

/// Advice about several definitions, in the words of `validate`.
struct AdviceReports {
    private var found: [(advice: Advice, source: SourceText)] = []

    /// No advice.
    init() {}

    /// Advice about those of these definitions that can be read.
    init(paths: [String], type: MachineType, allowing allowed: Set<String>) throws(Complaint) {
        for path in paths where path != "-" {
            let file = try DefinitionFile(path: path)
            guard let node = try? file.node() else { continue }
            let source = SourceText(file.bytes, name: file.name)
            for advice in Advice.all(for: node, source: source, type: type, allowing: allowed) { found.append((advice, source)) }
        }
    }

    /// As diagnostics are shown: place, code, the line, and why.
    func text(ink: Ink) -> String {
        found.map { advice, source in
            let place = source.position(of: advice.range.lowerBound)
            let word = advice.isWarning ? ink.yellow("warning") : ink.dim("advice")
            let head =
                "\(DisplayText.visible(source.name)):\(place.line):\(place.column): \(word): \(advice.code) at \(advice.pointer)"
            let line = DisplayText.shortened(DisplayText.visible(source.lineText(place.line)), to: 110)
            var text =
                "\(head)\n\(DisplayText.rightAligned("\(place.line)", to: 5)) | \(line)\n      | \(DisplayText.visible(advice.message)). \(advice.reason)\n"
            if let saving = advice.saving { text += "      | saves: \(saving)\n" }
            return text
        }.joined()
    }

    /// The members of diagnostics, with `reason` and `saving`.
    var json: [JSONValue] {
        found.map { advice, source in
            let start = source.position(of: advice.range.lowerBound)
            let end = source.position(of: advice.range.upperBound)
            return [
                "file": .string(source.name), "line": .integer(start.line), "column": .integer(start.column),
                "endLine": .integer(end.line), "endColumn": .integer(end.column),
                "severity": .string(advice.isWarning ? "WARNING" : "ADVICE"), "code": .string(advice.code),
                "message": .string(advice.message), "location": .string(advice.pointer), "reason": .string(advice.reason),
                "saving": advice.saving.map { .string($0) } ?? .null, "silence": .string("stepwell:allow \(advice.code)"),
            ]
        }
    }

    /// Workflow commands that put advice beside the changed lines of a pull request.
    var github: String {
        found.map { advice, source in
            let place = source.position(of: advice.range.lowerBound)
            let message = Self.escaped("\(advice.message). \(advice.reason)")
            return
                "::\(advice.isWarning ? "warning" : "notice") file=\(Self.escaped(source.name, inProperty: true)),line=\(place.line),col=\(place.column),title=\(advice.code)::\(message)\n"
        }.joined()
    }

    /// `; 3 pieces of advice`, or nothing.
    var summary: String {
        found.isEmpty
            ? ""
            : "; \(found.count) \(found.count == 1 ? "piece" : "pieces") of advice (silence one with stepwell:allow CODE in a Comment)"
    }

    private static func escaped(_ text: String, inProperty: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            case ":" where inProperty: escaped += "%3A"
            case "," where inProperty: escaped += "%2C"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
