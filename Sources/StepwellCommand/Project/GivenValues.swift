import StatesJSON
import StatesRuntime
import StatesText

/// A JSON value that somebody typed or named: `JSON`, `@FILE`, `file://FILE` or `-`.
struct GivenInput: Equatable {
    /// The text as it was given, white space included.
    var text: String
    /// What it is called in messages and in the first line of a run: its file, or what typed it.
    var origin: String
    /// What the text says.
    var value: JSONValue

    /// Reads what the argument stands for; files are looked for here and in the project's folder.
    init(_ argument: String, in project: Project?) throws(Complaint) {
        if argument == "-" {
            (text, origin) = (try TextFile.read("-"), "standard input")
        } else if let path = Self.path(in: argument) {
            let resolved = project?.resolve(path) ?? path
            (text, origin) = (try TextFile.read(resolved), resolved)
        } else {
            (text, origin) = (argument, "--input")
        }
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw NodeFile.complaint(error.reason, at: error.offset, SourceText(text, name: TextFile.label(origin)))
        }
    }

    /// The file of `@FILE` or `file://FILE`.
    private static func path(in argument: String) -> String? {
        if argument.hasPrefix("@") { return String(argument.dropFirst()) }
        return argument.hasPrefix("file://") ? String(argument.dropFirst(7)) : nil
    }
}

/// `NAME=JSON`, as `--substitution` and `--bind` take it.
struct Binding: Equatable {
    var name: String
    var value: JSONValue

    /// Reads a binding.
    ///
    /// Text that does not begin as JSON stands for itself, so that `Region=eu-west-1` needs no quotation marks; text that does is JSON.
    init(_ argument: String, option: String) throws(Complaint) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
            throw .cannotAsk("\(option) \(DisplayText.visible(argument)): NAME=JSON is expected")
        }
        name = String(argument[..<equals])
        let text = String(argument[argument.index(after: equals)...])
        do {
            value = try JSONValue(parsing: text)
        } catch {
            guard !Self.looksLikeJSON(text) else {
                throw NodeFile.complaint(error.reason, at: error.offset, SourceText(text, name: "\(option) \(name)"))
            }
            value = .string(text)
        }
    }

    private static func looksLikeJSON(_ text: String) -> Bool {
        let first = text.utf8.first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        return first.map { [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains($0) } ?? false
    }

    /// The values of a file of substitutions, then of options, which win.
    static func substitutions(file: String?, options: [String]) throws(Complaint) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        if let file {
            let (node, source) = try NodeFile.read(file)
            guard case .object(let members) = node.content else {
                throw NodeFile.complaint("an object of names and values is expected", at: node.range.lowerBound, source)
            }
            for member in members { values[member.name] = member.value.value }
        }
        return values.merging(try Self.values(options, option: "--substitution")) { _, later in later }
    }

    /// The values of an option that may be given several times; of equal names the last stands.
    static func values(_ arguments: [String], option: String) throws(Complaint) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for argument in arguments {
            let binding = try Binding(argument, option: option)
            values[binding.name] = binding.value
        }
        return values
    }
}

/// `--clock`: `real`, `virtual`, `virtual@2026-01-01T00:00:00Z` or `x60`.
enum ClockChoice: Equatable {
    case real
    /// Jumps to the next deadline; starts at this time (milliseconds since 1970), or where virtual clocks start.
    case virtual(start: Int64?)
    /// So many times as fast as the machine's.
    case scaled(Double)

    init?(_ argument: String) {
        if argument == "real" {
            self = .real
        } else if argument == "virtual" {
            self = .virtual(start: nil)
        } else if argument.hasPrefix("virtual@"), let time = Timestamp(rfc3339: String(argument.dropFirst(8))) {
            self = .virtual(start: time.milliseconds)
        } else if argument.hasPrefix("x"), let factor = Double(argument.dropFirst()), factor > 0, factor <= 1e9 {
            self = .scaled(factor)
        } else {
            return nil
        }
    }

    /// The clock for a runtime.
    var clock: RuntimeClock {
        switch self {
        case .real: .real
        case .virtual(let start): start.map { .virtual(startingAt: $0) } ?? .virtual()
        case .scaled(let factor): .scaled(by: factor)
        }
    }

    /// As it is typed.
    var text: String {
        switch self {
        case .real: "real"
        case .virtual(nil): "virtual"
        case .virtual(let start?): "virtual@\(Timestamp(milliseconds: start).rfc3339Milliseconds)"
        case .scaled(let factor): "x\(factor == factor.rounded() && factor < 1e9 ? "\(Int(factor))" : "\(factor)")"
        }
    }
}
