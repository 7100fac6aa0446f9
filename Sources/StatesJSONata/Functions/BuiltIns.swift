import StatesJSON

/// The functions that the language brings, by dialect.
///
/// Each function is a static function of one call, in the file of its subject; the tables here say by what name, signature and arity
/// it is known. The names of parameters in comments are those of the reference implementation's documentation.
enum BuiltIns {
    /// The functions by name, without `$`.
    static func table(for dialect: Dialect) -> [String: BuiltIn] {
        switch dialect {
        case .published: published
        case .stepFunctions: stepFunctions
        }
    }

    private static let published = index(
        aggregates + texts + patterns + numbers + booleans + higherOrder + arrays + objects + encodings + times)

    /// What AWS adds or has otherwise; `$eval` is in neither dialect.
    private static let stepFunctions = published.merging(index(additions)) { $1 }

    private static func index(_ functions: [BuiltIn]) -> [String: BuiltIn] {
        Dictionary(functions.map { ($0.name, $0) }) { $1 }
    }

    private static let aggregates = [
        BuiltIn("sum", "<a<n>:n>", arity: 1, sum),
        BuiltIn("count", "<a:n>", arity: 1, count),
        BuiltIn("max", "<a<n>:n>", arity: 1, max),
        BuiltIn("min", "<a<n>:n>", arity: 1, min),
        BuiltIn("average", "<a<n>:n>", arity: 1, average),
    ]

    private static let texts = [
        BuiltIn("string", "<x-b?:s>", arity: 1, string),
        BuiltIn("substring", "<s-nn?:s>", arity: 3, substring),
        BuiltIn("substringBefore", "<s-s:s>", arity: 2, substringBefore),
        BuiltIn("substringAfter", "<s-s:s>", arity: 2, substringAfter),
        BuiltIn("lowercase", "<s-:s>", arity: 1, lowercase),
        BuiltIn("uppercase", "<s-:s>", arity: 1, uppercase),
        BuiltIn("length", "<s-:n>", arity: 1, length),
        BuiltIn("trim", "<s-:s>", arity: 1, trim),
        BuiltIn("pad", "<s-ns?:s>", arity: 3, pad),
        BuiltIn("join", "<a<s>s?:s>", arity: 2, join),
    ]

    private static let patterns = [
        BuiltIn("match", "<s-f<s:o>n?:a<o>>", arity: 3, match),
        BuiltIn("contains", "<s-(sf):b>", arity: 2, contains),
        BuiltIn("replace", "<s-(sf)(sf)n?:s>", arity: 4, replace),
        BuiltIn("split", "<s-(sf)n?:a<s>>", arity: 3, split),
    ]

    private static let numbers = [
        BuiltIn("formatNumber", "<n-so?:s>", arity: 3, formatNumber),
        BuiltIn("formatBase", "<n-n?:s>", arity: 2, formatBase),
        BuiltIn("formatInteger", "<n-s:s>", arity: 2, formatInteger),
        BuiltIn("parseInteger", "<s-s:n>", arity: 2, parseInteger),
        BuiltIn("number", "<(nsb)-:n>", arity: 1, number),
        BuiltIn("floor", "<n-:n>", arity: 1, floor),
        BuiltIn("ceil", "<n-:n>", arity: 1, ceil),
        BuiltIn("round", "<n-n?:n>", arity: 2, round),
        BuiltIn("abs", "<n-:n>", arity: 1, abs),
        BuiltIn("sqrt", "<n-:n>", arity: 1, sqrt),
        BuiltIn("power", "<n-n:n>", arity: 2, power),
        BuiltIn("random", "<:n>", arity: 0, random),
    ]

    private static let booleans = [
        BuiltIn("boolean", "<x-:b>", arity: 1, boolean),
        BuiltIn("not", "<x-:b>", arity: 1, not),
        BuiltIn("exists", "<x:b>", arity: 1, exists),
        BuiltIn("type", "<x:s>", arity: 1, type),
        BuiltIn("error", "<s?:x>", arity: 1, error),
        BuiltIn("assert", "<bs?:x>", arity: 2, assert),
    ]

    private static let higherOrder = [
        BuiltIn("map", "<af>", arity: 2, map),
        BuiltIn("filter", "<af>", arity: 2, filter),
        BuiltIn("single", "<af?>", arity: 2, single),
        BuiltIn("reduce", "<afj?:j>", arity: 3, reduce),
        BuiltIn("each", "<o-f:a>", arity: 2, each),
        BuiltIn("sift", "<o-f?:o>", arity: 2, sift),
        BuiltIn("sort", "<af?:a>", arity: 2, sort),
    ]

    private static let arrays = [
        BuiltIn("zip", "<a+>", arity: 0, zip),
        BuiltIn("append", "<xx:a>", arity: 2, append),
        BuiltIn("reverse", "<a:a>", arity: 1, reverse),
        BuiltIn("shuffle", "<a:a>", arity: 1, shuffle),
        BuiltIn("distinct", "<x:x>", arity: 1, distinct),
    ]

    private static let objects = [
        BuiltIn("keys", "<x-:a<s>>", arity: 1, keys),
        BuiltIn("lookup", "<x-s:x>", arity: 2, lookup),
        BuiltIn("spread", "<x-:a<o>>", arity: 1, spread),
        BuiltIn("merge", "<a<o>:o>", arity: 1, merge),
        BuiltIn("clone", "<(oa)-:o>", arity: 1, clone),
    ]

    private static let encodings = [
        BuiltIn("base64encode", "<s-:s>", arity: 1, base64encode),
        BuiltIn("base64decode", "<s-:s>", arity: 1, base64decode),
        BuiltIn("encodeUrlComponent", "<s-:s>", arity: 1, encodeURLComponent),
        BuiltIn("encodeUrl", "<s-:s>", arity: 1, encodeURL),
        BuiltIn("decodeUrlComponent", "<s-:s>", arity: 1, decodeURLComponent),
        BuiltIn("decodeUrl", "<s-:s>", arity: 1, decodeURL),
    ]

    private static let times = [
        BuiltIn("now", "<s?s?:s>", arity: 2, now),
        BuiltIn("millis", "<:n>", arity: 0, millis),
        BuiltIn("toMillis", "<s-s?:n>", arity: 2, toMillis),
        BuiltIn("fromMillis", "<n-s?s?:s>", arity: 3, fromMillis),
    ]

    private static let additions = [
        BuiltIn("partition", "<x?n?:a>", arity: 2, partition),
        BuiltIn("range", "<n?n?n?:a>", arity: 3, range),
        BuiltIn("hash", "<s?s?:s>", arity: 2, hash),
        BuiltIn("random", "<n?:n>", arity: 1, seededRandom),
        BuiltIn("uuid", "<:s>", arity: 0, uuid),
        BuiltIn("parse", "<s?:x>", arity: 1, parse),
    ]
}

extension BuiltIn {
    /// A function of the tables. A signature that does not parse would leave the arguments unchecked; a test reads them all.
    fileprivate init(
        _ name: String, _ signature: String, arity: Int, _ body: @escaping @Sendable (inout Call) throws(JSONataError) -> Value
    ) {
        self.init(
            name: name, signature: try? Signature(parsing: signature, position: 0, range: SourceRange(0, 0)), arity: arity,
            body: body)
    }
}

// MARK: - What functions ask of a call

extension Call {
    /// The number at a place, or nil if it was not given.
    func number(_ index: Int) -> Double? { self[index].number?.fastDouble }

    /// The text at a place, or nil if it was not given.
    func text(_ index: Int) -> String? { self[index].string }

    /// Counts work on so many elements, which are gone through much faster than nodes of the expression are visited.
    @inline(__always) func work(_ count: Int) throws(JSONataError) { try evaluation.visit(count >> 3) }

    /// Counts work on so many bytes of text.
    @inline(__always) func work(text count: Int) throws(JSONataError) { try evaluation.visit(count >> 5) }

    /// Counts a new text of so many bytes of UTF-8, two for each as the recorded service seems to.
    @inline(__always) func charge(text count: Int) throws(JSONataError) {
        try evaluation.charge(bytes: count &* 2)
        try evaluation.visit(count >> 6)
    }

    /// Counts so many new elements.
    @inline(__always) func charge(elements count: Int) throws(JSONataError) {
        try evaluation.charge(bytes: count.multipliedReportingOverflow(by: 24).overflow ? .max : count * 24)
        try evaluation.visit(count >> 2)
    }
}

/// The elements of an array, whatever kind of array it is.
struct Elements {
    private let data: [JSONValue]
    private let mixed: [Value]?
    let count: Int

    /// The elements of an array; any other value is taken as its only element.
    init(_ value: Value) {
        switch value {
        case .json(.array(let values)): self.init(values, nil)
        case .sequence(let sequence): self.init(sequence.values, nil)
        case .list(let list): self.init([], list.values)
        case .json(let value): self.init([value], nil)
        case .undefined: self.init([], nil)
        case .record, .function: self.init([], [value])
        }
    }

    private init(_ data: [JSONValue], _ mixed: [Value]?) {
        self.data = data
        self.mixed = mixed
        count = mixed?.count ?? data.count
    }

    @inline(__always) subscript(index: Int) -> Value {
        if let mixed { return mixed[index] }
        return .json(data[index])
    }
}
