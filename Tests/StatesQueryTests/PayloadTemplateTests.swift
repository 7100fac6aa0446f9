import StatesJSON
import StatesQuery
import Testing

@Suite("Payload templates")
struct PayloadTemplateTests {
    static let scope = TestScope(input: ["a": 1, "b": ["c": [true]]], variables: ["v": "w"])

    private func compile(_ text: String) throws -> (template: PayloadTemplate?, problems: [PayloadTemplate.Problem]) {
        PayloadTemplate.compile(try JSONNode(parsing: text, allowingSymbols: true))
    }

    @Test(
        "keys that end with .$ are replaced, at any depth, and everything else stays",
        arguments: [
            (#"{}"#, #"{}"#), (#"{"k":"$.a"}"#, #"{"k":"$.a"}"#), (#"{"k.$":"$.a","l":1}"#, #"{"k":1,"l":1}"#),
            (#"{"z":{"y":[1,{"x.$":"$.b.c"},[{"w.$":"$v"}]]}}"#, #"{"z":{"y":[1,{"x":[true]},[{"w":"w"}]]}}"#),
            (#"{"k.$":"States.MathAdd($.a, 1)","m.$":"$$.State.Name"}"#, #"{"k":2,"m":"S"}"#),
            (#"{"k.$":"$"}"#, #"{"k":{"a":1,"b":{"c":[true]}}}"#),
            (#"{"k.$x":"$.a","$":"$.a",".$":"$.a"}"#, #"{"k.$x":"$.a","$":"$.a",".$":"$.a"}"#),
            (#"{"k.$.$":"$.a"}"#, #"{"k.$":1}"#),
            (#"{"k.$":"$.none[*]"}"#, #"{"k":[]}"#),
        ])
    func values(template: String, expected: String) throws {
        var scope = Self.scope
        let compiled = try #require(try compile(template).template)
        #expect(try compiled.evaluate(in: &scope).compactText == expected)
    }

    @Test("members keep the order of the template, also beyond sixteen")
    func order() throws {
        let members = (0..<20).map { $0 % 3 == 0 ? "\"k\($0).$\":\"$.a\"" : "\"k\($0)\":\($0)" }
        var scope = Self.scope
        let value = try #require(try compile("{" + members.joined(separator: ",") + "}").template).evaluate(in: &scope)
        #expect(value.compactText == "{" + (0..<20).map { "\"k\($0)\":\($0 % 3 == 0 ? 1 : $0)" }.joined(separator: ",") + "}")
        #expect(value["k19"] == 19)
    }

    @Test("a path that finds nothing names key, path and input")
    func missing() throws {
        var scope = Self.scope
        let template = try #require(try compile(#"{"o":{"k.$":"$.none"}}"#).template)
        let cause =
            #"The JSONPath '$.none' specified for the field 'k.$' could not be found in the input '{"a":1,"b":{"c":[true]}}'"#
        #expect(throws: QueryFailure(error: "States.Runtime", cause: cause)) { try template.evaluate(in: &scope) }
    }

    @Test("causes quote what was searched: the input, the context object, or the variable's value")
    func searched() {
        let scope = TestScope(input: ["a": 1], variables: ["v": [1]])
        func cause(_ path: String, _ input: String) -> Outcome {
            .failure(
                "States.Runtime", "The JSONPath '\(path)' specified for the field 'v.$' could not be found in the input '\(input)'")
        }
        #expect(outcome("$.x", scope) == cause("$.x", #"{"a":1}"#))
        #expect(outcome("$$.X", scope) == cause("$$.X", #"{"State":{"Name":"S"},"Task":{"Token":"secret"}}"#))
        #expect(outcome("$v[7]", scope) == cause("$v[7]", "[1]"))
        #expect(outcome("$w", scope) == cause("$w", #"{"a":1}"#))
    }

    @Test("all problems are collected, each with its place")
    func problems() throws {
        let text = #"{"a.$":[1],"b":{"c.$":"nope","d":[{"e/~.$":"States.No()"}]},"f":1,"f.$":"$.x","g.$":null,"h.$":"$.x"}"#
        let (template, problems) = try compile(text)
        #expect(template == nil)
        #expect(
            problems.map { "\($0.pointer) \($0.kind) \($0.message)" } == [
                "/a.$ notAString The value for the field 'a.$' must be a STRING that contains a JSONPath but was an ARRAY",
                "/b/c.$ notAPathOrIntrinsic The value for the field 'c.$' must be a valid JSONPath or a valid intrinsic function call",
                "/b/d/0/e~1~0.$ notAPathOrIntrinsic The value for the field 'e/~.$' must be a valid JSONPath or a valid intrinsic function call",
                "/f.$ duplicateKey The field 'f' is given more than once",
                "/g.$ notAString The value for the field 'g.$' must be a STRING that contains a JSONPath but was a NULL",
            ])
        let first = try #require(problems.first)
        #expect(Array(text.utf8)[first.range.lowerBound..<first.range.upperBound].elementsEqual("[1]".utf8))
    }

    @Test("a template is an object", arguments: ["[]", "1", #""$.a""#, "null"])
    func notAnObject(text: String) throws {
        let (template, problems) = try compile(text)
        #expect(template == nil)
        #expect(problems.map(\.kind) == [.notAnObject])
    }

    @Test("a substitution without a value is reported, and fails only when it is asked for")
    func symbols() throws {
        var scope = Self.scope
        for text in [#"{"k.$":${Path}}"#, #"{"k.$":"${Path}"}"#, #"{"k.$":"States.${Name}(1)"}"#] {
            let (template, problems) = try compile(text)
            #expect(problems.map(\.kind) == [.unresolvedSymbol])
            #expect(throws: QueryFailure.self) { try template?.evaluate(in: &scope) }
        }
        #expect(try compile(#"{"k.$":"States.Format('cost: ${}', $.a)"}"#).problems.isEmpty)
    }

    @Test("templates and expressions say what they depend on")
    func dependencies() throws {
        let template = try #require(
            try compile(#"{"a.$":"$x.y","b":[{"c.$":"States.Array($y, States.MathAdd($x.n, 1), $$.Task.Token)"}]}"#).template)
        #expect(template.variables == ["x", "y"])
        #expect(template.usesTaskToken)
        #expect(!template.isLiteral)
        #expect(try #require(try compile(#"{"a":[{"b":1}]}"#).template).isLiteral)
        let call = try PayloadExpression("States.MathAdd($n, 1)")
        #expect(call.isIntrinsic && call.functionName == "States.MathAdd" && call.variables == ["n"] && !call.usesTaskToken)
        let path = try PayloadExpression("$.a")
        #expect(!path.isIntrinsic && path.functionName == nil && path.path?.text == "$.a")
    }

    @Test("a literal is a template that is always itself")
    func literal() throws {
        var scope = Self.scope
        #expect(try PayloadTemplate(literal: ["a.$": "$.a"]).evaluate(in: &scope) == ["a.$": "$.a"])
    }
}
