public import StatesJSON

/// `Parameters`, `ResultSelector`, `ItemSelector`, `Assign` and their kin: an object in which a key that ends with `.$` is
/// replaced by the value of its path or call, under the key without the suffix (asl.md section 4).
public struct PayloadTemplate: Sendable {
    /// Something in the template that the service refuses.
    public struct Problem: Sendable, Equatable {
        /// The kinds of problem.
        public enum Kind: Sendable, Hashable {
            /// The template is not an object.
            case notAnObject
            /// The value of a `.$` key is neither a path nor a call.
            case notAPathOrIntrinsic
            /// The value of a `.$` key is not a text.
            case notAString
            /// Two keys are the same, at least after the suffix is taken off.
            case duplicateKey
            /// The value of a `.$` key holds a `${Name}` that has no value. Not an error: the template can be used as long as the
            /// value is not asked for.
            case unresolvedSymbol
        }

        /// What kind of problem it is.
        public var kind: Kind
        /// What is wrong, in the service's words where they are known.
        public var message: String
        /// Why, in ours; empty if there is no more to say.
        public var detail: String
        /// Where it is, below the template: a JSON pointer such as `/a/b.$`.
        public var pointer: String
        /// Where it stands in the text.
        public var range: SourceRange
    }

    private let node: TemplateNode
    /// Whether evaluating it shows the task token.
    public let usesTaskToken: Bool
    /// The variables it reads, each once, in the order of reading.
    public let variables: [String]

    /// Compiles a template and collects everything that is wrong with it.
    ///
    /// There is no template if anything is wrong but substitutions without a value.
    public static func compile(_ node: JSONNode) -> (template: PayloadTemplate?, problems: [Problem]) {
        var compiler = TemplateCompiler()
        guard case .object(let members) = node.content else {
            let kind = TemplateCompiler.kindName(of: node)
            compiler.report(.notAnObject, "The payload template must be an OBJECT but was \(kind)", at: node.range)
            return (nil, compiler.problems)
        }
        let root = compiler.object(members)
        guard compiler.problems.allSatisfy({ $0.kind == .unresolvedSymbol }) else { return (nil, compiler.problems) }
        return (PayloadTemplate(root, compiler.expressions), compiler.problems)
    }

    /// A template that is always this value.
    public init(literal: JSONValue) { self.init(TemplateNode(.literal(literal)), []) }

    private init(_ node: TemplateNode, _ expressions: [PayloadExpression]) {
        self.node = node
        usesTaskToken = expressions.contains(where: \.usesTaskToken)
        variables = expressions.flatMap(\.variables).withoutRepeats
    }

    /// Whether nothing in it depends on anything.
    public var isLiteral: Bool {
        if case .literal = node.content { true } else { false }
    }

    /// The value of the template.
    ///
    /// - Throws: `QueryFailure` of the first expression that has no value, in document order.
    public func evaluate(in scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        try node.evaluate(in: &scope)
    }
}

/// A part of a compiled template. A class because it is shared and never changes: handing it around is cheap.
final class TemplateNode: Sendable {
    enum Content: Sendable {
        case literal(JSONValue)
        case expression(PayloadExpression, field: String)
        /// An object whose members at some places are yet to be made.
        case object(JSONObject, [Slot])
        /// An array whose elements at some places are yet to be made.
        case array([JSONValue], [Slot])
    }

    /// A place to be filled.
    struct Slot: Sendable {
        let position: Int
        let node: TemplateNode
    }

    let content: Content

    init(_ content: Content) { self.content = content }

    func evaluate(in scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        switch content {
        case .literal(let value): return value
        case .expression(let expression, let field): return try expression.evaluate(in: &scope, field: field)
        case .object(var object, let slots):
            for slot in slots { object.replaceValue(at: slot.position, with: try slot.node.evaluate(in: &scope)) }
            return .object(object)
        case .array(var elements, let slots):
            for slot in slots { elements[slot.position] = try slot.node.evaluate(in: &scope) }
            return .array(elements)
        }
    }
}

/// Compiles a template, going on after each problem.
private struct TemplateCompiler {
    private(set) var problems: [PayloadTemplate.Problem] = []
    private(set) var expressions: [PayloadExpression] = []
    /// The names and places above; joined only when there is something to report.
    private var trail: [String] = []
    /// A template with more problems than this is not read by anyone.
    private static let problemLimit = 1000

    mutating func object(_ members: [JSONNode.Member]) -> TemplateNode {
        var object = JSONObject()
        var slots: [TemplateNode.Slot] = []
        for member in members {
            trail.append(member.name)
            defer { trail.removeLast() }
            let isDynamic = member.name.hasSuffix(".$") && member.name.utf8.count > 2
            let name = isDynamic ? String(member.name.utf8.dropLast(2)) ?? member.name : member.name
            let node = isDynamic ? expression(member) : self.node(member.value)
            if object.position(of: name) != nil {
                report(.duplicateKey, "The field '\(name)' is given more than once", at: member.nameRange)
            } else if case .literal(let value) = node.content {
                object[name] = value
            } else {
                slots.append(TemplateNode.Slot(position: object.count, node: node))
                object[name] = .null
            }
        }
        return TemplateNode(slots.isEmpty ? .literal(.object(object)) : .object(object, slots))
    }

    private mutating func node(_ node: JSONNode) -> TemplateNode {
        switch node.content {
        case .object(let members): return object(members)
        case .array(let nodes): return array(nodes)
        case .null, .bool, .number, .string, .symbol: return TemplateNode(.literal(node.value))
        }
    }

    private mutating func array(_ nodes: [JSONNode]) -> TemplateNode {
        var elements: [JSONValue] = []
        var slots: [TemplateNode.Slot] = []
        for (position, element) in nodes.enumerated() {
            trail.append(String(position))
            defer { trail.removeLast() }
            let node = self.node(element)
            if case .literal(let value) = node.content {
                elements.append(value)
            } else {
                slots.append(TemplateNode.Slot(position: position, node: node))
                elements.append(.null)
            }
        }
        return TemplateNode(slots.isEmpty ? .literal(.array(elements)) : .array(elements, slots))
    }

    private mutating func expression(_ member: JSONNode.Member) -> TemplateNode {
        let text: String
        switch member.value.content {
        case .string(let string): text = string
        case .symbol(let name): return unresolved("${\(name)}", member)
        case .null, .bool, .number, .array, .object:
            let kind = Self.kindName(of: member.value)
            report(
                .notAString, "The value for the field '\(member.name)' must be a STRING that contains a JSONPath but was \(kind)",
                at: member.value.range)
            return TemplateNode(.literal(.null))
        }
        do {
            let expression = try PayloadExpression(text)
            expressions.append(expression)
            return TemplateNode(.expression(expression, field: member.name))
        } catch {
            if Self.hasSymbol(text) { return unresolved(text, member) }
            report(
                .notAPathOrIntrinsic,
                "The value for the field '\(member.name)' must be a valid JSONPath or a valid intrinsic function call",
                detail: error.reason, at: member.value.range)
            return TemplateNode(.literal(.null))
        }
    }

    private mutating func unresolved(_ text: String, _ member: JSONNode.Member) -> TemplateNode {
        report(
            .unresolvedSymbol, "The value for the field '\(member.name)' has a substitution without a value", at: member.value.range
        )
        return TemplateNode(.expression(PayloadExpression(unresolved: text), field: member.name))
    }

    /// Whether the text holds `${Name}`, the name being letters, digits and `_ . : -`.
    private static func hasSymbol(_ text: String) -> Bool {
        var rest = text.utf8[...]
        while let dollar = rest.firstIndex(of: .dollar) {
            rest = rest[dollar...].dropFirst()
            guard rest.first == .openBrace else { continue }
            let name = rest.dropFirst().prefix { $0.isLetterOrDigit || "_.:-".utf8.contains($0) }
            if !name.isEmpty, rest[name.endIndex...].first == .closeBrace { return true }
        }
        return false
    }

    mutating func report(_ kind: PayloadTemplate.Problem.Kind, _ message: String, detail: String = "", at range: SourceRange) {
        if problems.count == Self.problemLimit { return }
        let pointer = trail.map { "/" + Self.escaped($0) }.joined()
        problems.append(PayloadTemplate.Problem(kind: kind, message: message, detail: detail, pointer: pointer, range: range))
    }

    /// A kind of JSON value as the service's diagnostics call it, with its article.
    static func kindName(of node: JSONNode) -> String {
        switch node.content {
        case .null: "a NULL"
        case .bool: "a BOOLEAN"
        case .number: "a NUMBER"
        case .string, .symbol: "a STRING"
        case .array: "an ARRAY"
        case .object: "an OBJECT"
        }
    }

    private static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == .slash }) else { return name }
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
