import StatesJSON

/// What a function takes: the `<n-s?:s>` of a lambda or of a built-in function.
///
/// The reference implementation turns a signature into a regular expression over the kinds of the arguments. Here it is a row of
/// parameters matched directly, with the outcome that such an expression has: parameters take as many arguments as they can, and
/// give some back only where the rest does not fit otherwise.
struct Signature: Sendable {
    /// The signature as it was written.
    let text: String
    private let parameters: [Parameter]
    /// The least number of arguments that may simply be one for each of the first parameters; nil if a parameter repeats.
    private let plainCount: Int?

    /// More parameters than these are refused: matching takes time with their number times that of the arguments.
    private static let parameterLimit = 256

    /// The kinds of values, as a signature tells them apart.
    struct Kinds: OptionSet, Sendable {
        let rawValue: UInt8
        static let array = Kinds(rawValue: 1)
        static let string = Kinds(rawValue: 2)
        static let number = Kinds(rawValue: 4)
        static let bool = Kinds(rawValue: 8)
        static let null = Kinds(rawValue: 16)
        static let function = Kinds(rawValue: 32)
        static let object = Kinds(rawValue: 64)
        /// Nothing, which fits almost everywhere.
        static let missing = Kinds(rawValue: 128)

        static let data: Kinds = [.array, .string, .number, .bool, .null, .object, .missing]
        static let any: Kinds = [.data, .function]

        /// The kind that a letter stands for, or none.
        init(letter: UInt8) {
            switch letter {
            case UInt8(ascii: "a"): self = .array
            case UInt8(ascii: "s"): self = .string
            case UInt8(ascii: "n"): self = .number
            case UInt8(ascii: "b"): self = .bool
            case UInt8(ascii: "l"): self = .null
            case UInt8(ascii: "f"): self = .function
            case UInt8(ascii: "o"): self = .object
            case UInt8(ascii: "m"): self = .missing
            default: self = []
            }
        }

        init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    /// One parameter.
    private struct Parameter: Sendable {
        /// What it accepts.
        var kinds: Kinds
        /// The letter it was declared with, or that of a choice.
        var letter: UInt8
        /// Whether there may be no argument for it.
        var isOptional = false
        /// Whether it takes one argument or more.
        var repeats = false
        /// Whether the context item stands in for a missing argument.
        var takesContext = false
        /// What its elements are, between `<` and `>`.
        var subtype: Subtype?

        var isArray: Bool { letter == UInt8(ascii: "a") }

        /// Whether an argument fits and need not be put in an array.
        func fitsAsItIs(_ argument: Value) -> Bool {
            let kind = Signature.kind(of: argument)
            guard kinds.contains(kind) else { return false }
            if !isArray || kind == .missing { return true }
            return kind == .array && (subtype.map { Signature.fits(argument, $0, count: 1) } ?? true)
        }
    }

    /// What the elements of an array are.
    private struct Subtype: Sendable {
        var text: String
        /// The kind of the elements; none where elements of such a kind do not exist.
        var kind: Kinds

        init(_ text: String) {
            self.text = text
            kind = text.utf8.first.map { Kinds(letter: $0) } ?? []
        }

        /// The word for the kind in messages.
        var plural: String? {
            switch text {
            case "a": "arrays"
            case "b": "booleans"
            case "f": "functions"
            case "n": "numbers"
            case "o": "objects"
            case "s": "strings"
            default: nil
            }
        }
    }
}

// MARK: - Reading

extension Signature {
    /// Reads a signature with its angle brackets.
    ///
    /// - Parameters:
    ///   - position: Where the reference implementation says it begins; errors count from there.
    ///   - range: The bytes that errors point to.
    /// - Throws: S0401 for a type parameter on anything but an array or a function, S0402 for one inside a choice.
    init(parsing text: String, position: Int, range: SourceRange) throws(JSONataError) {
        var reader = Reader(text: Array(text.utf8), position: position, range: range)
        try reader.read()
        self.text = text
        parameters = reader.parameters
        let trailing = parameters.reversed().prefix { $0.isOptional && !$0.takesContext }.count
        plainCount = parameters.contains { $0.repeats } ? nil : parameters.count - trailing
    }

    private struct Reader {
        let text: [UInt8]
        let position: Int
        let range: SourceRange
        var parameters: [Parameter] = []
        /// The byte after the opening bracket comes first.
        private var at = 1

        init(text: [UInt8], position: Int, range: SourceRange) {
            self.text = text
            self.position = position
            self.range = range
        }

        mutating func read() throws(JSONataError) {
            while at < text.count, text[at] != UInt8(ascii: ":") {
                try readSymbol(text[at])
                at += 1
            }
        }

        private mutating func readSymbol(_ symbol: UInt8) throws(JSONataError) {
            switch symbol {
            case UInt8(ascii: "s"), UInt8(ascii: "n"), UInt8(ascii: "b"), UInt8(ascii: "l"), UInt8(ascii: "o"):
                try add([Kinds(letter: symbol), .missing], symbol)
            case UInt8(ascii: "f"): try add(.function, symbol)
            case UInt8(ascii: "j"): try add(.data, symbol)
            case UInt8(ascii: "a"), UInt8(ascii: "x"): try add(.any, symbol)
            case UInt8(ascii: "("): try readChoice()
            case UInt8(ascii: "<"): try readSubtype()
            default: modifyLast(symbol)
            }
        }

        private mutating func add(_ kinds: Kinds, _ letter: UInt8) throws(JSONataError) {
            guard parameters.count < Signature.parameterLimit else {
                throw JSONataError(
                    code: "", message: "The signature has more than \(Signature.parameterLimit) parameters", position: position,
                    range: range)
            }
            parameters.append(Parameter(kinds: kinds, letter: letter))
        }

        private mutating func modifyLast(_ symbol: UInt8) {
            guard let last = parameters.indices.last else { return }
            switch symbol {
            case UInt8(ascii: "-"):
                parameters[last].takesContext = true
                parameters[last].isOptional = true
            case UInt8(ascii: "?"): parameters[last].isOptional = true
            case UInt8(ascii: "+"): parameters[last].repeats = true
            default: break
            }
        }

        private mutating func readChoice() throws(JSONataError) {
            let start = at
            let choice = skipBrackets(UInt8(ascii: "("), UInt8(ascii: ")"))
            if choice.contains(UInt8(ascii: "<")) {
                throw .make(
                    "S0402", position: position + start, range: range, value: .string(String(decoding: choice, as: UTF8.self)))
            }
            try add(choice.reduce(.missing) { $0.union(Kinds(letter: $1)) }, UInt8(ascii: "("))
        }

        private mutating func readSubtype() throws(JSONataError) {
            guard let last = parameters.indices.last, [UInt8(ascii: "a"), UInt8(ascii: "f")].contains(parameters[last].letter)
            else {
                let type = parameters.last.map { String(decoding: [$0.letter], as: UTF8.self) }
                throw .make("S0401", position: position + at, range: range, value: type.map { .string($0) })
            }
            let content = skipBrackets(UInt8(ascii: "<"), UInt8(ascii: ">"))
            parameters[last].subtype = Subtype(String(decoding: content, as: UTF8.self))
        }

        /// Goes to the bracket that closes the one at hand, or to the end, and returns what is between.
        private mutating func skipBrackets(_ open: UInt8, _ close: UInt8) -> ArraySlice<UInt8> {
            let start = at + 1
            var depth = 0
            while at < text.count {
                if text[at] == open { depth += 1 }
                if text[at] == close { depth -= 1 }
                if depth == 0 { break }
                at += 1
            }
            return text[start..<max(start, min(at, text.count))]
        }
    }
}

// MARK: - Matching

extension Signature {
    /// The arguments as the function gets them: with the context item where it stands in for one, and single values made arrays
    /// where arrays are wanted.
    ///
    /// - Parameters:
    ///   - context: The context item of the place that calls.
    ///   - function: The name that the message tells: the one that the expression calls.
    /// - Throws: T0410 where the arguments do not fit, T0411 where the context item does not, T0412 where the elements of an array
    ///   do not.
    func match(_ arguments: [Value], context: Value, function: String?) throws(JSONataError) -> [Value] {
        if matchesPlainly(arguments) { return arguments }
        let counts = try takenCounts(arguments, function)
        var result: [Value] = []
        result.reserveCapacity(arguments.count + 1)
        var at = 0
        for (parameter, count) in zip(parameters, counts) {
            if count == 0 {
                // An argument that is left out in the middle pushes the next ones on: what the reference implementation hands over
                // for it is the argument that follows.
                if parameter.takesContext {
                    result.append(try substitute(context, for: parameter, at: at, function))
                } else {
                    result.append(at < arguments.count ? arguments[at] : .undefined)
                    at += 1
                }
                continue
            }
            for _ in 0..<count {
                let argument = at < arguments.count ? arguments[at] : .undefined
                result.append(try take(argument, for: parameter, count: count, at: at, function))
                at += 1
            }
        }
        return result
    }

    /// Whether there is one fitting argument for each of the first parameters and the others need none. Nearly every call is so.
    private func matchesPlainly(_ arguments: [Value]) -> Bool {
        guard let plainCount, plainCount...parameters.count ~= arguments.count else { return false }
        for at in arguments.indices where !parameters[at].fitsAsItIs(arguments[at]) { return false }
        return true
    }

    private func substitute(
        _ context: Value, for parameter: Parameter, at: Int, _ function: String?
    ) throws(JSONataError) -> Value {
        let context = context.unwrapped
        if parameter.kinds.contains(Self.kind(of: context)) { return context }
        throw .make("T0411", token: function, value: context.data, index: at + 1)
    }

    private func take(
        _ argument: Value, for parameter: Parameter, count: Int, at: Int, _ function: String?
    ) throws(JSONataError) -> Value {
        guard parameter.isArray, !argument.isUndefined else { return argument }
        if let subtype = parameter.subtype, !Self.fits(argument, subtype, count: count) {
            throw .make("T0412", token: function, value: argument.data, index: at + 1, type: subtype.plural)
        }
        if argument.isArray { return argument }
        if case .json(let value) = argument { return .json(.array([value])) }
        return .list(Value.List([argument], []))
    }

    /// Whether an argument is an array of such elements, or one such element. The elements are told by the first letter only, as in
    /// the reference implementation.
    private static func fits(_ argument: Value, _ subtype: Subtype, count: Int) -> Bool {
        switch argument {
        case .json(.array(let values)): allFit(values, subtype.kind)
        case .sequence(let sequence): allFit(sequence.values, subtype.kind)
        case .list(let list): list.values.allSatisfy { kind(of: $0) == subtype.kind }
        default: count == 1 && subtype.text.utf8.count == 1 && kind(of: argument) == subtype.kind
        }
    }

    private static func allFit(_ values: [JSONValue], _ kind: Kinds) -> Bool {
        for value in values where Self.kind(of: value) != kind { return false }
        return true
    }

    /// The kind of a value.
    @inline(__always)
    static func kind(of value: Value) -> Kinds {
        switch value {
        case .undefined: .missing
        case .json(let value): kind(of: value)
        case .sequence, .list: .array
        case .record: .object
        case .function: .function
        }
    }

    @inline(__always)
    private static func kind(of value: JSONValue) -> Kinds {
        switch value {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

// MARK: - Which parameter takes how many

extension Signature {
    /// How many arguments each parameter takes.
    private func takenCounts(_ arguments: [Value], _ function: String?) throws(JSONataError) -> [Int] {
        let kinds = arguments.map { Self.kind(of: $0) }
        if let counts = greedyCounts(kinds) { return counts }
        if let counts = Fit(parameters, kinds, isWhole: true).counts() { return counts }
        let good = goodPrefix(kinds)
        throw .make(
            "T0410", token: function, value: good < arguments.count ? arguments[good].data : nil, index: good + 1)
    }

    /// Lets each parameter take all it can, which nearly always works; nil if it does not.
    private func greedyCounts(_ kinds: [Kinds]) -> [Int]? {
        var counts: [Int] = []
        counts.reserveCapacity(parameters.count)
        var at = 0
        for parameter in parameters {
            var count = 0
            while at < kinds.count, parameter.kinds.contains(kinds[at]), count == 0 || parameter.repeats {
                count += 1
                at += 1
            }
            if count == 0, !parameter.isOptional { return nil }
            counts.append(count)
        }
        return at == kinds.count ? counts : nil
    }

    /// How many arguments the longest row of first parameters takes that fits at all: the next one is to blame.
    private func goodPrefix(_ kinds: [Kinds]) -> Int {
        var reached = [Bool](repeating: false, count: kinds.count + 1)
        reached[0] = true
        var count = 0
        for parameter in parameters {
            var next = parameter.isOptional ? reached : [Bool](repeating: false, count: reached.count)
            // Whether the parameter has taken the argument before this one.
            var takes = false
            for at in kinds.indices {
                takes = parameter.kinds.contains(kinds[at]) && (reached[at] || parameter.repeats && takes)
                if takes { next[at + 1] = true }
            }
            guard next.contains(true) else { break }
            reached = next
            count += 1
        }
        return Fit(parameters[..<count], kinds, isWhole: false).counts()?.reduce(0, +) ?? 0
    }

    /// Which parameters from which on fit which arguments from which on, worked out from the back, so that nothing is tried twice.
    private struct Fit {
        private let parameters: ArraySlice<Parameter>
        private let kinds: [Kinds]
        private let isWhole: Bool
        /// For each number of parameters still to come, whether they fit the arguments from a place on.
        private var fits: [[Bool]]

        init(_ parameters: some RandomAccessCollection<Parameter>, _ kinds: [Kinds], isWhole: Bool) {
            self.parameters = ArraySlice(parameters)
            self.kinds = kinds
            self.isWhole = isWhole
            fits = [(0...kinds.count).map { !isWhole || $0 == kinds.count }]
            for parameter in parameters.reversed() { fits.append(row(parameter, before: fits[fits.count - 1])) }
        }

        private func row(_ parameter: Parameter, before rest: [Bool]) -> [Bool] {
            var row = parameter.isOptional ? rest : [Bool](repeating: false, count: rest.count)
            // Whether the arguments from a place on fit with at least one of them taken.
            var takes = false
            for at in kinds.indices.reversed() {
                takes = parameter.kinds.contains(kinds[at]) && (rest[at + 1] || parameter.repeats && takes)
                if takes { row[at] = true }
            }
            return row
        }

        /// How many arguments each parameter takes, the first ones as many as they can; nil if they do not fit.
        func counts() -> [Int]? {
            guard fits[fits.count - 1][0] else { return nil }
            var counts: [Int] = []
            var at = 0
            for (index, parameter) in parameters.enumerated() {
                let rest = fits[fits.count - 2 - index]
                var count = 0
                var best = parameter.isOptional && rest[at] ? 0 : -1
                while at + count < kinds.count, parameter.kinds.contains(kinds[at + count]), count == 0 || parameter.repeats {
                    count += 1
                    if rest[at + count] { best = count }
                }
                guard best >= 0 else { return nil }
                counts.append(best)
                at += best
            }
            return counts
        }
    }
}
