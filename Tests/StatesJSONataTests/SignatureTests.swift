import StatesJSON
import Testing

@testable import StatesJSONata

@Suite("Signatures")
struct SignatureTests {
    /// The arguments that a function with a signature gets, as JSON, or the error.
    private func match(_ signature: String, _ arguments: [Value], context: Value = .undefined) -> String {
        do {
            let signature = try Signature(parsing: signature, position: 10, range: SourceRange(0, 1))
            let matched = try signature.match(arguments, context: context, function: "f")
            return matched.map(\.tableText).joined(separator: " ")
        } catch {
            return error.position.map { "@\($0) \(error)" } ?? error.description
        }
    }

    private func json(_ text: String) throws -> [Value] {
        try JSONValue(parsing: text).array.map { $0.map { .json($0) } } ?? []
    }

    @Test(
        "arguments fit by their kinds, as many as each parameter can take",
        arguments: [
            ("<>", "[]", ""), ("<s>", "[\"a\"]", "\"a\""), ("<nsblo:x>", "[1, \"a\", true, null, {}]", "1 \"a\" true null {}"),
            ("<(ns)>", "[1]", "1"), ("<(ns)>", "[\"a\"]", "\"a\""), ("<j>", "[[]]", "[]"), ("<x>", "[null]", "null"),
            ("<s?n>", "[\"a\", 1]", "\"a\" 1"), ("<ns?>", "[1]", "1"), ("<n+>", "[1, 2, 3]", "1 2 3"),
            ("<n+s>", "[1, 2, \"a\"]", "1 2 \"a\""),
            ("<n?n>", "[1]", "1 nothing"), ("<n+n>", "[1, 2, 3]", "1 2 3"),
            ("<a>", "[1]", "[1]"), ("<a>", "[[1, \"a\"]]", "[1,\"a\"]"), ("<a<n>>", "[[1, 2]]", "[1,2]"), ("<a<n>>", "[3]", "[3]"),
            ("<a<n>>", "[[]]", "[]"), ("<a<a<n>>>", "[[[1]]]", "[[1]]"), ("<a<s>s?>", "[\"a\", \"b\"]", "[\"a\"] \"b\""),
            ("<s:n>", "[\"a\"]", "\"a\""), ("<a+>", "[1, [2], null]", "[1] [2] [null]"),
        ])
    func fitting(signature: String, arguments: String, matched: String) throws {
        #expect(match(signature, try json(arguments)) == matched)
    }

    @Test("nothing fits everywhere but where a function is wanted")
    func nothing() {
        #expect(match("<s>", [.undefined]) == "nothing")
        #expect(match("<a<n>>", [.undefined]) == "nothing")
        #expect(match("<f>", [.undefined]) == "T0410: Argument 1 of function \"f\" does not match function signature")
    }

    @Test(
        "what does not fit is told by the number of the first argument to blame",
        arguments: [
            ("<s>", "[1]", "T0410: Argument 1 of function \"f\" does not match function signature"),
            ("<s>", "[]", "T0410: Argument 1 of function \"f\" does not match function signature"),
            ("<s>", "[\"a\", \"b\"]", "T0410: Argument 2 of function \"f\" does not match function signature"),
            ("<>", "[1]", "T0410: Argument 1 of function \"f\" does not match function signature"),
            ("<nn>", "[1, \"a\"]", "T0410: Argument 2 of function \"f\" does not match function signature"),
            ("<ns?n>", "[1, null]", "T0410: Argument 2 of function \"f\" does not match function signature"),
            ("<n+s>", "[1, 2, 3]", "T0410: Argument 4 of function \"f\" does not match function signature"),
            ("<n+s>", "[1, 2, null]", "T0410: Argument 3 of function \"f\" does not match function signature"),
            ("<(ns)n>", "[true, 1]", "T0410: Argument 1 of function \"f\" does not match function signature"),
            ("<a<n>>", "[[1, \"a\"]]", "T0412: Argument 1 of function \"f\" must be an array of \"numbers\""),
            ("<a<s>>", "[1]", "T0412: Argument 1 of function \"f\" must be an array of \"strings\""),
            ("<na<o>>", "[1, [{}, []]]", "T0412: Argument 2 of function \"f\" must be an array of \"objects\""),
            ("<a<b>>", "[[1]]", "T0412: Argument 1 of function \"f\" must be an array of \"booleans\""),
        ])
    func misfit(signature: String, arguments: String, message: String) throws {
        #expect(match(signature, try json(arguments)) == message)
    }

    @Test("the context item stands in for an argument that is missing, if it is of the right kind")
    func context() {
        #expect(match("<s-n>", [.json(2)], context: .json("item")) == "\"item\" 2")
        #expect(match("<s-n>", [.json("own"), .json(2)], context: .json("item")) == "\"own\" 2")
        #expect(match("<s->", [], context: .undefined) == "nothing")
        #expect(match("<x-b?>", [], context: .json([1])) == "[1] nothing")
        #expect(
            match("<s->", [], context: .json(1))
                == "T0411: Context value is not a compatible type with argument 1 of function \"f\"")
        #expect(
            match("<ns->", [.json(1)], context: .json(nil))
                == "T0411: Context value is not a compatible type with argument 2 of function \"f\"")
    }

    @Test("arrays that paths gathered, functions and arrays of functions have a kind too")
    func kinds() {
        let function = Value.function(Function(.native(arity: 0) { (_) throws(JSONataError) in .undefined }))
        #expect(match("<a<n>f>", [.sequence(.init([1, 2], .sequence)), function]) == "[1,2] function")
        #expect(match("<a<f>>", [function]) == "[function]")
        #expect(
            match("<a<f>>", [.list(.init([function, .json(1)], []))])
                == "T0412: Argument 1 of function \"f\" must be an array of \"functions\"")
        #expect(match("<j>", [function]) == "T0410: Argument 1 of function \"f\" does not match function signature")
        #expect(match("<o>", [.record(.init([("a", function)]))]) == "{a: function}")
    }

    @Test(
        "a signature that says nothing is refused at its place",
        arguments: [
            ("<n<n>>", "@12 S0401: Type parameters can only be applied to functions and arrays"),
            ("<<n>>", "@11 S0401: Type parameters can only be applied to functions and arrays"),
            ("<s(a<n>s)>", "@12 S0402: Choice groups containing parameterized types are not supported"),
        ])
    func refused(signature: String, message: String) {
        #expect(match(signature, []) == message)
    }

    @Test("many parameters and arguments take time with their product only")
    func size() throws {
        let signature = "<" + String(repeating: "x+", count: 200) + "n>"
        let message = match(signature, [Value](repeating: .json("a"), count: 5000))
        #expect(message == "T0410: Argument 5001 of function \"f\" does not match function signature")
        #expect(match("<" + String(repeating: "s", count: 257) + ">", []) == "@10 The signature has more than 256 parameters")
    }

    @Test("unfinished brackets end with the text", arguments: ["<a<n", "<(ns", "<", "", "<f<n:n", "<(", "<a<"])
    func unfinished(signature: String) throws {
        _ = try Signature(parsing: signature, position: 0, range: SourceRange(0, 0))
    }

    @Test("every function that the language brings has a signature", arguments: [Dialect.published, .stepFunctions])
    func builtIns(dialect: Dialect) {
        let table = BuiltIns.table(for: dialect)
        #expect(table.values.filter { $0.signature == nil }.map(\.name) == [])
        #expect(table["eval"] == nil)
        #expect(
            Set(BuiltIns.table(for: .stepFunctions).keys).subtracting(BuiltIns.table(for: .published).keys)
                == ["partition", "range", "hash", "uuid", "parse"])
    }
}

extension Value {
    /// The value as the tables here write it.
    fileprivate var tableText: String {
        switch self {
        case .undefined: "nothing"
        case .json(let value): ScriptText.text(of: value)
        case .sequence(let sequence): ScriptText.text(of: .array(sequence.values))
        case .list(let list): "[" + list.values.map(\.tableText).joined(separator: ",") + "]"
        case .record(let record): "{" + record.members.map { "\($0.name): \($0.value.tableText)" }.joined(separator: ", ") + "}"
        case .function: "function"
        }
    }
}
