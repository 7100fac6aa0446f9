public import StatesJSON

/// A functions file: which function performs which task when no Swift function does.
///
/// ```yaml
/// functions:
///   reserve: python3 reserve.py
///   charge:
///     command: [node, charge.mjs]
///     timeout: 10s
///     concurrency: 4
///   "arn:aws:lambda:*:*:function:notify-*": { return: { ok: true } }
///   sqs:sendMessage: { return: { MessageId: m-1 } }
/// ```
public struct FunctionsFile: Sendable {
    /// The functions in the order of the file.
    public let table: FunctionTable

    /// Reads a file that was parsed from JSON or YAML.
    ///
    /// - Parameters:
    ///   - node: The whole file.
    ///   - directory: The directory that relative directories of commands, and commands without one, are relative to.
    /// - Throws: Everything that is wrong in it, with places.
    public init(node: JSONNode, directory: String) throws(FileProblems) {
        var reader = NodeReader()
        var table = FunctionTable()
        let members = reader.members(of: node, what: "a functions file")
        reader.refuse(members, except: ["functions"], in: "a functions file")
        if let functions = members.first(where: { $0.name == "functions" })?.value {
            for member in reader.members(of: functions, what: "'functions'") {
                if member.name.isEmpty { reader.report("a function has a name", at: member.nameRange) }
                if let function = Self.function(member.value, directory: directory, &reader) { table.append(member.name, function) }
            }
        } else if case .object = node.content {
            reader.report("a functions file has a member 'functions'", at: node)
        }
        try reader.finish()
        self.table = table
    }

    private static func function(_ node: JSONNode, directory: String, _ reader: inout NodeReader) -> Function? {
        switch node.content {
        case .string(let text):
            return split(text, at: node, &reader).map { .command(CommandFunction(words: $0, directory: directory)) }
        case .array:
            return answers(node, &reader).map { .answers($0) }
        case .object(let members):
            let names = members.map(\.name)
            if names.contains("command") { return command(node, directory: directory, &reader) }
            if names.contains("lambda") || names.contains("url") { return remote(node, &reader) }
            return answers(node, &reader).map { .answers($0) }
        case .null, .bool, .number, .symbol:
            reader.report("a function is a command, an object or a list of answers, not \(NodeReader.kind(of: node))", at: node)
            return nil
        }
    }

    // MARK: Commands

    private static func command(_ node: JSONNode, directory: String, _ reader: inout NodeReader) -> Function? {
        let members = reader.members(of: node, what: "a function")
        reader.refuse(members, except: ["command", "directory", "environment", "timeout", "concurrency"], in: "a command")
        var words: [String]?
        var command = CommandFunction(words: ["false"], directory: directory)
        var concurrency: Int?
        for member in members {
            switch member.name {
            case "command": words = commandWords(member.value, &reader)
            case "directory":
                if let text = reader.text(member.value, what: "'directory'") { command.directory = path(text, in: directory) }
            case "environment": command.environment = environment(member.value, &reader)
            case "timeout": command.timeout = reader.duration(member.value, what: "'timeout'")
            case "concurrency": concurrency = count(member.value, &reader)
            default: break
            }
        }
        guard let words else { return nil }
        command.words = words
        return .command(command, concurrency: concurrency)
    }

    private static func commandWords(_ node: JSONNode, _ reader: inout NodeReader) -> [String]? {
        guard case .array(let nodes) = node.content else {
            return reader.text(node, what: "'command'").flatMap { split($0, at: node, &reader) }
        }
        if nodes.isEmpty { reader.report("a command has at least a name", at: node) }
        let words = nodes.compactMap { word($0, &reader) }
        return words.count == nodes.count && !words.isEmpty ? words : nil
    }

    /// A word of a list: YAML reads `--retries 3` in a list as a number, which is as good as its text.
    private static func word(_ node: JSONNode, _ reader: inout NodeReader) -> String? {
        switch node.content {
        case .number, .bool: node.value.compactText
        case .string, .symbol, .null, .array, .object: reader.text(node, what: "a word of a command")
        }
    }

    private static func split(_ text: String, at node: JSONNode, _ reader: inout NodeReader) -> [String]? {
        guard let words = CommandWords.split(text) else {
            reader.report("the command has a quotation mark without its partner", at: node)
            return nil
        }
        guard !words.isEmpty else {
            reader.report("a command has at least a name", at: node)
            return nil
        }
        return words
    }

    private static func environment(_ node: JSONNode, _ reader: inout NodeReader) -> [String: String] {
        var environment: [String: String] = [:]
        for member in reader.members(of: node, what: "'environment'") {
            if member.name.isEmpty || member.name.utf8.contains(UInt8(ascii: "=")) {
                reader.report("'\(member.name)' is no name of a variable", at: member.nameRange)
            }
            environment[member.name] = word(member.value, &reader)
        }
        return environment
    }

    private static func count(_ node: JSONNode, _ reader: inout NodeReader) -> Int? {
        if case .number(let number) = node.content, let count = number.exactInteger, (1...100_000).contains(count) {
            return Int(count)
        }
        reader.report("'concurrency' must be a whole number from 1 up", at: node)
        return nil
    }

    /// A relative path is relative to the file's own directory.
    private static func path(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
    }

    // MARK: Outside this process

    private static func remote(_ node: JSONNode, _ reader: inout NodeReader) -> Function? {
        let members = reader.members(of: node, what: "a function")
        let key = members.contains { $0.name == "lambda" } ? "lambda" : "url"
        reader.refuse(members, except: [key, "concurrency"], in: "a function behind '\(key)'")
        var target: RemoteTarget?
        var concurrency: Int?
        for member in members {
            switch member.name {
            case key:
                guard let text = reader.text(member.value, what: "'\(key)'") else { break }
                if text.hasPrefix("http://") || text.hasPrefix("https://") {
                    target = key == "lambda" ? .lambda(endpoint: text) : .url(text)
                } else {
                    reader.report("'\(key)' must be a URL that begins with http:// or https://", at: member.value)
                }
            case "concurrency": concurrency = count(member.value, &reader)
            default: break
            }
        }
        return target.map { .remote($0, concurrency: concurrency) }
    }

    // MARK: Answers

    /// Reads answers as functions files, test files and mocks share them: `return`, `throw` and `after`, or a list of those.
    static func answers(_ node: JSONNode, _ reader: inout NodeReader) -> [Answer]? {
        guard case .array(let nodes) = node.content else { return answer(node, &reader).map { [$0] } }
        if nodes.isEmpty { reader.report("a list of answers has at least one", at: node) }
        let answers = nodes.compactMap { answer($0, &reader) }
        return answers.count == nodes.count && !answers.isEmpty ? answers : nil
    }

    private static func answer(_ node: JSONNode, _ reader: inout NodeReader) -> Answer? {
        let before = reader.problems.count
        let members = reader.members(of: node, what: "an answer")
        guard reader.problems.count == before else { return nil }
        let known = ["return", "throw", "after"]
        let foreign = members.filter { !known.contains($0.name) }
        let isAnswer = members.contains { $0.name == "return" || $0.name == "throw" }
        reader.refuse(
            foreign, except: isAnswer ? known : known + ["command", "url", "lambda"], in: isAnswer ? "an answer" : "a function")
        var outcomes: [Answer.Outcome] = []
        var delay = Duration.zero
        for member in members {
            switch member.name {
            case "return": outcomes.append(.value(member.value.value))
            case "throw": if let failure = failure(member.value, &reader) { outcomes.append(failure) }
            case "after": delay = reader.duration(member.value, what: "'after'") ?? .zero
            default: break
            }
        }
        if reader.problems.count == before, outcomes.count != 1 {
            reader.report("an answer has one of 'return' and 'throw'", at: node)
        }
        return reader.problems.count == before ? outcomes.first.map { Answer($0, after: delay) } : nil
    }

    private static func failure(_ node: JSONNode, _ reader: inout NodeReader) -> Answer.Outcome? {
        let members = reader.members(of: node, what: "'throw'")
        reader.refuse(members, except: ["error", "cause"], in: "'throw'")
        var error: String?
        var cause = ""
        for member in members {
            switch member.name {
            case "error": error = reader.text(member.value, what: "'error'")
            case "cause": cause = reader.text(member.value, what: "'cause'") ?? ""
            default: break
            }
        }
        if !members.contains(where: { $0.name == "error" }), case .object = node.content {
            reader.report("'throw' has a member 'error'", at: node)
        }
        return error.map { .failure(error: $0, cause: cause) }
    }
}

/// Splits a command's text into words. Quotation marks group, a backslash takes the next character as it is, and nothing else is
/// special.
enum CommandWords {
    static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: [UInt8] = []
        var isInWord = false
        var quote: UInt8?
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch (byte, quote) {
            case (UInt8(ascii: "\\"), nil), (UInt8(ascii: "\\"), UInt8(ascii: "\"")):
                isInWord = true
                word.append(bytes.next() ?? byte)
            case (UInt8(ascii: "'"), nil), (UInt8(ascii: "\""), nil):
                isInWord = true
                quote = byte
            case (_, byte): quote = nil
            case (UInt8(ascii: " "), nil), (UInt8(ascii: "\t"), nil), (UInt8(ascii: "\n"), nil), (UInt8(ascii: "\r"), nil):
                if isInWord { words.append(String(decoding: word, as: UTF8.self)) }
                word = []
                isInWord = false
            default:
                isInWord = true
                word.append(byte)
            }
        }
        guard quote == nil else { return nil }
        if isInWord { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
