public import StatesJSON

/// Diagnostics put into words for people and for tools. Pure: it answers text and prints nothing.
public struct DiagnosticReport: Sendable {
    /// What was found.
    public let diagnostics: [Diagnostic]
    /// The text the findings point into; its name is what the report calls the file.
    public let source: SourceText

    /// A report of one definition.
    public init(diagnostics: [Diagnostic], source: SourceText) {
        self.diagnostics = diagnostics
        self.source = source
    }

    // MARK: Text

    /// One finding after the other, each with the line it speaks of and a caret under the place:
    ///
    /// ```
    /// checkout.asl.json:41:17: error: MISSING_TRANSITION_TARGET at /States/Reserve/Next
    ///    41 |         "Next": "ChargeCrad",
    ///       |                 ^^^^^^^^^^^^ Missing 'Next' target: ChargeCrad; did you mean "ChargeCard"?
    /// ```
    public func text(colour: Bool = false) -> String {
        diagnostics.map { text(of: $0, colour ? .ansi : .none) }.joined(separator: "\n")
    }

    private func text(of diagnostic: Diagnostic, _ paint: Paint) -> String {
        let place = source.position(of: diagnostic.range.lowerBound)
        var head = paint.bold("\(Self.harmless(source.name)):\(place.line):\(place.column): ")
        head += paint.severity(diagnostic.severity, "\(diagnostic.severity.word): ") + diagnostic.code.rawValue
        if let pointer = diagnostic.pointer, diagnostic.code != .invalidJSONDescription { head += " at \(Self.harmless(pointer))" }
        let excerpt = Excerpt(source: source, range: diagnostic.range)
        let number = "\(excerpt.line)"
        let gutter = String(repeating: " ", count: max(0, 5 - number.utf8.count)) + number
        let margin = String(repeating: " ", count: gutter.utf8.count)
        let caret = paint.severity(diagnostic.severity, excerpt.carets)
        return """
            \(head)
            \(gutter) | \(excerpt.text)
            \(margin) | \(excerpt.indent)\(caret) \(Self.harmless(Self.sentence(diagnostic)))
            """
    }

    /// Text from a definition without what a terminal would obey: control characters are written as `\u{1b}`.
    private static func harmless(_ text: String) -> String {
        var harmless = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                harmless += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                harmless.unicodeScalars.append(scalar)
            }
        }
        return harmless
    }

    /// Message and remedy on one line.
    static func sentence(_ diagnostic: Diagnostic) -> String {
        // Only the parser's message has a second line, and it says the place again.
        let message = diagnostic.message.split(separator: "\n").first.map(String.init) ?? diagnostic.message
        guard let suggestion = diagnostic.suggestion else { return message }
        return (message.hasSuffix(".") ? String(message.dropLast()) : message) + "; " + suggestion
    }

    // MARK: JSON

    /// An array of objects with `file`, `line`, `column`, `endLine`, `endColumn`, `severity`, `code`, `message`, `location` and, where
    /// there is one, `suggestion` and `fix`.
    public func json() -> JSONValue { .array(diagnostics.map(json(of:))) }

    private func json(of diagnostic: Diagnostic) -> JSONValue {
        let start = source.position(of: diagnostic.range.lowerBound)
        let end = source.position(of: diagnostic.range.upperBound)
        var object = JSONObject([
            ("file", .string(source.name)), ("line", .integer(start.line)), ("column", .integer(start.column)),
            ("endLine", .integer(end.line)), ("endColumn", .integer(end.column)),
            ("severity", .string(diagnostic.severity.rawValue)), ("code", .string(diagnostic.code.rawValue)),
            ("message", .string(diagnostic.message)),
        ])
        if let pointer = diagnostic.pointer { object["location"] = .string(pointer) }
        if let suggestion = diagnostic.suggestion { object["suggestion"] = .string(suggestion) }
        if let fix = diagnostic.fix {
            let start = source.position(of: fix.range.lowerBound)
            let end = source.position(of: fix.range.upperBound)
            object["fix"] = [
                "line": .integer(start.line), "column": .integer(start.column), "endLine": .integer(end.line),
                "endColumn": .integer(end.column), "replacement": .string(fix.replacement),
            ]
        }
        return .object(object)
    }

    // MARK: GitHub

    /// Workflow commands, one a line, that put the findings beside the changed lines of a pull request.
    public func github() -> String {
        diagnostics.map { diagnostic in
            let start = source.position(of: diagnostic.range.lowerBound)
            let end = source.position(of: diagnostic.range.upperBound)
            let command = diagnostic.severity == .note ? "notice" : diagnostic.severity.word
            let file = Self.escaped(source.name, asProperty: true)
            let title = Self.escaped(diagnostic.code.rawValue, asProperty: true)
            var message = Self.sentence(diagnostic)
            if let pointer = diagnostic.pointer, diagnostic.code != .invalidJSONDescription { message += " (\(pointer))" }
            var place = "file=\(file),line=\(start.line),col=\(start.column)"
            place += end.line == start.line ? ",endColumn=\(end.column)" : ",endLine=\(end.line)"
            return "::\(command) \(place),title=\(title)::\(Self.escaped(message, asProperty: false))"
        }.joined(separator: "\n")
    }

    /// What workflow commands want escaped: percent, line ends and, in properties, colon and comma.
    private static func escaped(_ text: String, asProperty: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            case ":" where asProperty: escaped += "%3A"
            case "," where asProperty: escaped += "%2C"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

// MARK: - SARIF

extension DiagnosticReport {
    /// The findings of several definitions as one SARIF 2.1.0 log.
    public static func sarif(_ reports: [DiagnosticReport], version: String? = nil) -> JSONValue {
        var codes: [Diagnostic.Code] = []
        var seen: Set<Diagnostic.Code> = []
        for report in reports {
            for diagnostic in report.diagnostics where seen.insert(diagnostic.code).inserted { codes.append(diagnostic.code) }
        }
        var driver: JSONObject = JSONObject([("name", "stepwell")])
        if let version { driver["version"] = .string(version) }
        driver["rules"] = .array(codes.map { ["id": .string($0.rawValue)] })
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": .object(driver)],
                    "columnKind": "unicodeCodePoints",
                    "results": .array(reports.flatMap { report in report.diagnostics.map { report.result($0, codes) } }),
                ]
            ],
        ]
    }

    /// This report alone as a SARIF 2.1.0 log.
    public func sarif(version: String? = nil) -> JSONValue { Self.sarif([self], version: version) }

    private func result(_ diagnostic: Diagnostic, _ codes: [Diagnostic.Code]) -> JSONValue {
        var location: JSONObject = JSONObject([("physicalLocation", physical(diagnostic.range))])
        if let pointer = diagnostic.pointer { location["logicalLocations"] = [["fullyQualifiedName": .string(pointer)]] }
        var result = JSONObject([
            ("ruleId", .string(diagnostic.code.rawValue)),
            ("ruleIndex", .integer(codes.firstIndex(of: diagnostic.code) ?? 0)),
            ("level", .string(diagnostic.severity.word)),
            ("message", ["text": .string(Self.sentence(diagnostic))]),
            ("locations", [.object(location)]),
        ])
        if let fix = diagnostic.fix { result["fixes"] = [change(fix, diagnostic.suggestion)] }
        return .object(result)
    }

    private func physical(_ range: SourceRange) -> JSONValue {
        ["artifactLocation": ["uri": .string(uri)], "region": region(range)]
    }

    private func region(_ range: SourceRange) -> JSONValue {
        let start = source.position(of: range.lowerBound)
        let end = source.position(of: range.upperBound)
        return [
            "startLine": .integer(start.line), "startColumn": .integer(start.column), "endLine": .integer(end.line),
            "endColumn": .integer(end.column), "byteOffset": .integer(range.lowerBound),
            "byteLength": .integer(range.upperBound - range.lowerBound),
        ]
    }

    private func change(_ fix: Diagnostic.Fix, _ suggestion: String?) -> JSONValue {
        [
            "description": ["text": .string(suggestion ?? "replace it")],
            "artifactChanges": [
                [
                    "artifactLocation": ["uri": .string(uri)],
                    "replacements": [
                        ["deletedRegion": region(fix.range), "insertedContent": ["text": .string(fix.replacement)]]
                    ],
                ]
            ],
        ]
    }

    /// The file's name as a URI reference: what is no letter, digit or `-._~/` is percent-encoded.
    private var uri: String {
        var uri = ""
        for byte in source.name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = Array("0123456789ABCDEF".unicodeScalars)
                uri.unicodeScalars.append("%")
                uri.unicodeScalars.append(digits[Int(byte >> 4)])
                uri.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return uri
    }
}

// MARK: - Pieces of the text form

/// The line a finding speaks of, shortened to a window if it is long, and the carets below it.
private struct Excerpt {
    let line: Int
    let text: String
    let indent: String
    let carets: String

    private static let width = 120
    /// How many bytes before and after the place are looked at: a line may be megabytes long, and there may be thousands of findings.
    private static let reach = 4 * width

    init(source: SourceText, range: SourceRange) {
        let start = source.position(of: range.lowerBound)
        line = start.line
        let bytes = source.text.utf8
        let place = min(max(range.lowerBound, 0), bytes.count)
        let end = min(max(range.upperBound, place), bytes.count)
        let at = bytes.index(bytes.startIndex, offsetBy: place)
        let before = bytes[..<at].suffix(min(Self.reach, place)).reversed().prefix { !$0.endsLine }
        let after = bytes[at...].prefix(Self.reach).prefix { !$0.endsLine }
        // Half a character at the edge of the window becomes U+FFFD, which is cut off below or does no harm.
        var left = Array(String(decoding: before.reversed(), as: UTF8.self).unicodeScalars)
        var right = Array(String(decoding: after, as: UTF8.self).unicodeScalars)
        let marked = String(decoding: after.prefix(end - place), as: UTF8.self).unicodeScalars.count
        let room = left.count + right.count > Self.width ? Self.width / 3 : left.count
        let isCutBefore = left.count > room
        left = Array(left.suffix(room))
        let isCutAfter = right.count > Self.width - left.count
        right = Array(right.prefix(Self.width - left.count))
        text = (isCutBefore ? "…" : "") + Self.printable(left) + Self.printable(right) + (isCutAfter ? "…" : "")
        indent = String(repeating: " ", count: left.count + (isCutBefore ? 1 : 0))
        carets = String(repeating: "^", count: max(1, min(marked, right.count)))
    }

    /// Every scalar takes one place, and none reaches the terminal as a command.
    private static func printable(_ scalars: [Unicode.Scalar]) -> String {
        var text = ""
        for scalar in scalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            text.unicodeScalars.append(isControl ? " " : scalar)
        }
        return text
    }
}

extension UInt8 {
    fileprivate var endsLine: Bool { self == 0x0A || self == 0x0D }
}

private enum Paint {
    case none
    case ansi

    func bold(_ text: String) -> String { self == .ansi ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    func severity(_ severity: Diagnostic.Severity, _ text: String) -> String {
        guard self == .ansi else { return text }
        let code =
            switch severity {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;36"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
