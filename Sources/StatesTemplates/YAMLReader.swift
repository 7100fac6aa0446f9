#if YAML
    // The C library inside Yams. Yams itself drops where a value ends and stops at the first duplicate key; the events keep both.
    import CYaml
    import StatesJSON

    /// Builds nodes from the events of the YAML parser, with a stack of its own instead of recursion.
    struct YAMLReader {
        private let limits: YAMLLimits
        private var text = YAMLSource([])
        private var open: [Container] = []
        private var anchors: [String: Anchored] = [:]
        private var count = 0
        private var root: JSONNode?

        init(limits: YAMLLimits) {
            self.limits = limits
        }

        /// A list or a map whose end is still to come.
        private struct Container {
            let isMap: Bool
            let isFlow: Bool
            let start: Int
            let anchor: String?
            let tag: String?
            let countBefore: Int
            var elements: [JSONNode] = []
            var members: [JSONNode.Member] = []
            var key: JSONNode?
            /// The deepest value inside, counted from here.
            var depth = 0
        }

        private struct Anchored {
            let node: JSONNode
            let count: Int
            let depth: Int
        }

        mutating func read(_ bytes: [UInt8]) throws(YAMLSyntaxError) -> JSONNode {
            text = YAMLSource(bytes)
            if let offset = bytes.withUnsafeBufferPointer(\.firstInvalidUTF8) {
                throw YAMLSyntaxError("this byte is no part of any character: the text is not UTF-8", offset: offset)
            }
            // A result instead of a throwing closure, because the latter would lose the error's type.
            let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONNode, YAMLSyntaxError> in
                var parser = yaml_parser_t()
                guard yaml_parser_initialize(&parser) == 1 else { return .failure(YAMLSyntaxError("out of memory", offset: 0)) }
                defer { yaml_parser_delete(&parser) }
                yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
                yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
                do throws(YAMLSyntaxError) {
                    return .success(try events(of: &parser))
                } catch {
                    return .failure(error)
                }
            }
            return try result.get()
        }

        private mutating func events(of parser: inout yaml_parser_t) throws(YAMLSyntaxError) -> JSONNode {
            while true {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { throw problem(of: parser) }
                defer { yaml_event_delete(&event) }
                switch event.type {
                case YAML_STREAM_END_EVENT:
                    return root ?? JSONNode(.null, range: SourceRange(0, 0))
                case YAML_DOCUMENT_START_EVENT:
                    if root != nil { throw YAMLSyntaxError("a second document begins here", offset: offset(event.start_mark)) }
                case YAML_ALIAS_EVENT: try alias(event)
                case YAML_SCALAR_EVENT: try scalar(event)
                case YAML_SEQUENCE_START_EVENT:
                    let start = event.data.sequence_start
                    try begin(
                        isMap: false, isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE, event, anchor: start.anchor, tag: start.tag)
                case YAML_MAPPING_START_EVENT:
                    let start = event.data.mapping_start
                    try begin(
                        isMap: true, isFlow: start.style == YAML_FLOW_MAPPING_STYLE, event, anchor: start.anchor, tag: start.tag)
                case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try end(event)
                default: break
                }
            }
        }

        // MARK: Values

        private mutating func scalar(_ event: yaml_event_t) throws(YAMLSyntaxError) {
            let scalar = event.data.scalar
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let range = text.trimmed(SourceRange(offset(event.start_mark), offset(event.end_mark)))
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            let content = content(of: value, tag: string(scalar.tag), isPlain: isPlain)
            try add(JSONNode(content, range: range), anchor: string(scalar.anchor), countBefore: count, depth: 0)
        }

        private func content(of value: String, tag: String?, isPlain: Bool) -> JSONNode.Content {
            guard let tag, tag != "!" else {
                if !isPlain || tag == "!" { return .string(value) }
                return symbolName(of: value).map { .symbol($0) } ?? YAMLScalar.content(of: value)
            }
            if let standard = tag.standardName {
                return ["int", "float", "bool", "null"].contains(standard) ? YAMLScalar.content(of: value) : .string(value)
            }
            if tag == "!Sub" { return .string(value) }
            return .symbol(value.isSymbolName ? value : tag.tagName)
        }

        /// The name if the text is nothing but one symbol.
        private func symbolName(of value: String) -> String? {
            guard value.hasPrefix("${"), value.hasSuffix("}") else { return nil }
            let name = String(value.dropFirst(2).dropLast())
            return name.isSymbolName ? name : nil
        }

        private mutating func alias(_ event: yaml_event_t) throws(YAMLSyntaxError) {
            let start = offset(event.start_mark)
            let name = string(event.data.alias.anchor) ?? ""
            guard let anchored = anchors[name] else {
                throw YAMLSyntaxError("the anchor &\(name) is not defined before this alias", offset: start)
            }
            var node = anchored.node
            node.range = SourceRange(start, offset(event.end_mark))
            let before = count
            count += anchored.count - 1
            try add(node, anchor: nil, countBefore: before, depth: anchored.depth)
        }

        // MARK: Lists and maps

        private mutating func begin(
            isMap: Bool, isFlow: Bool, _ event: yaml_event_t, anchor: UnsafeMutablePointer<UInt8>?,
            tag: UnsafeMutablePointer<UInt8>?
        ) throws(YAMLSyntaxError) {
            let start = offset(event.start_mark)
            if open.count >= limits.depth {
                throw YAMLSyntaxError("values are nested more than \(limits.depth) deep", offset: start)
            }
            open.append(
                Container(isMap: isMap, isFlow: isFlow, start: start, anchor: string(anchor), tag: string(tag), countBefore: count))
        }

        private mutating func end(_ event: yaml_event_t) throws(YAMLSyntaxError) {
            guard let container = open.popLast() else { return }
            let last = container.isMap ? container.members.last?.value.range.upperBound : container.elements.last?.range.upperBound
            // In block style the end is found where something else begins, which may be pages below.
            let upper = container.isFlow ? offset(event.end_mark) : max(container.start, last ?? container.start)
            let range = SourceRange(container.start, upper)
            let content: JSONNode.Content = container.isMap ? .object(container.members) : .array(container.elements)
            let node = JSONNode(tagged(content, container.tag), range: range)
            try add(node, anchor: container.anchor, countBefore: container.countBefore, depth: container.depth + 1)
        }

        /// CloudFormation's functions in their tag form.
        private func tagged(_ content: JSONNode.Content, _ tag: String?) -> JSONNode.Content {
            guard let tag, tag != "!", tag.standardName == nil else { return content }
            if case .array(let elements) = content {
                let words = elements.compactMap { node -> String? in if case .string(let word) = node.content { word } else { nil }
                }
                if tag == "!Sub", let text = words.first { return .string(text) }
                if tag == "!GetAtt", words.count == elements.count, !words.isEmpty { return .symbol(words.joined(separator: ".")) }
            }
            return .symbol(tag.tagName)
        }

        /// Puts a finished value where it belongs.
        private mutating func add(
            _ node: JSONNode, anchor: String?, countBefore: Int, depth: Int
        ) throws(YAMLSyntaxError) {
            count += 1
            if count > limits.nodes {
                throw YAMLSyntaxError(
                    "there are more than \(limits.nodes) values, aliases written out", offset: node.range.lowerBound)
            }
            if open.count + depth > limits.depth {
                throw YAMLSyntaxError("values are nested more than \(limits.depth) deep", offset: node.range.lowerBound)
            }
            if let anchor { anchors[anchor] = Anchored(node: node, count: count - countBefore, depth: depth) }
            guard !open.isEmpty else {
                root = node
                return
            }
            let at = open.count - 1
            open[at].depth = max(open[at].depth, depth)
            guard open[at].isMap else {
                open[at].elements.append(node)
                return
            }
            guard let key = open[at].key else {
                open[at].key = node
                return
            }
            open[at].key = nil
            open[at].members.append(
                JSONNode.Member(name: try name(of: key), nameRange: key.range, value: node))
        }

        private func name(of key: JSONNode) throws(YAMLSyntaxError) -> String {
            switch key.content {
            case .string(let name): return name
            case .array, .object: throw YAMLSyntaxError("a list or a map cannot be a key in JSON", offset: key.range.lowerBound)
            // A key is what is written there: a state may be called `No`.
            case .null, .bool, .number, .symbol:
                let written = text.text(of: key.range)
                return written.hasPrefix("*") ? key.value.compactText : written
            }
        }

        // MARK: The C side

        private func problem(of parser: yaml_parser_t) -> YAMLSyntaxError {
            let reason = parser.problem.map { String(cString: $0) } ?? "this is no YAML"
            let context = parser.context.map { " " + String(cString: $0) } ?? ""
            let isReader = parser.error == YAML_READER_ERROR
            let place = isReader ? Int(parser.problem_offset) : offset(parser.problem_mark)
            return YAMLSyntaxError(reason + context, offset: min(place, text.count))
        }

        private func offset(_ mark: yaml_mark_t) -> Int { text.offset(ofCharacter: Int(mark.index)) }

        private func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? { pointer.map { String(cString: $0) } }
    }

    extension String {
        /// `str` of `tag:yaml.org,2002:str`.
        fileprivate var standardName: String? {
            let prefix = "tag:yaml.org,2002:"
            return hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
        }

        /// `Join` of `!Join`.
        fileprivate var tagName: String {
            let name = drop { $0 == "!" }
            return name.isEmpty ? "tag" : String(name)
        }

        /// Whether this could be written between `${` and `}`.
        fileprivate var isSymbolName: Bool {
            !isEmpty
                && utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_.:-".utf8.contains(byte)
                }
        }
    }

    /// The text, and where its characters are: the parser counts characters, nodes count bytes.
    struct YAMLSource {
        private let bytes: [UInt8]
        /// The offset of every 64th character; empty if every character is one byte.
        private var marks: [Int] = []

        private static let stride = 64

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            guard bytes.contains(where: { $0 >= 0x80 }) else { return }
            var character = 0
            for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
                if character % Self.stride == 0 { marks.append(offset) }
                character += 1
            }
        }

        var count: Int { bytes.count }

        func offset(ofCharacter index: Int) -> Int {
            guard !marks.isEmpty else { return min(index, bytes.count) }
            guard index / Self.stride < marks.count else { return bytes.count }
            var offset = marks[index / Self.stride]
            var left = index % Self.stride
            while left > 0, offset < bytes.count {
                offset += 1
                while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
                left -= 1
            }
            return offset
        }

        /// Without white space at the end: block scalars reach to the line after them.
        func trimmed(_ range: SourceRange) -> SourceRange {
            var upper = range.upperBound
            while upper > range.lowerBound, bytes[upper - 1] <= 0x20 { upper -= 1 }
            return SourceRange(range.lowerBound, upper)
        }

        func text(of range: SourceRange) -> String { String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self) }
    }
#endif
