import StatesJSON

/// Functions of objects.
extension BuiltIns {
    /// `$keys(object)`: those of an array are the different ones of its elements.
    static func keys(_ call: inout Call) throws(JSONataError) -> Value {
        var names: [String] = []
        switch call[0] {
        case .json(.object(let object)): names = object.names
        case .record(let record): names = record.members.map(\.name)
        case let value:
            var found = JSONObject()
            try gatherNames(of: value, into: &found, call)
            names = found.names
        }
        try call.charge(elements: names.count)
        return .sequence(Value.Sequence(names.map { .string($0) }, .sequence))
    }

    private static func gatherNames(of value: Value, into names: inout JSONObject, _ call: Call) throws(JSONataError) {
        switch value {
        case .json(let value): try gatherNames(of: value, into: &names, call)
        case .sequence(let sequence): for element in sequence.values { try gatherNames(of: element, into: &names, call) }
        case .list(let list): for element in list.values { try gatherNames(of: element, into: &names, call) }
        case .record(let record):
            for member in record.members {
                try call.evaluation.visit()
                names[member.name] = .null
            }
        case .undefined, .function: break
        }
    }

    private static func gatherNames(of value: JSONValue, into names: inout JSONObject, _ call: Call) throws(JSONataError) {
        switch value {
        case .null, .bool, .number, .string: break
        case .array(let values):
            try call.evaluation.visit()
            for value in values { try gatherNames(of: value, into: &names, call) }
        case .object(let object):
            try call.evaluation.visit(1 + object.count)
            for member in object.members { names[member.name] = .null }
        }
    }

    /// `$lookup(object, key)`: in an array, of all elements.
    static func lookup(_ call: inout Call) throws(JSONataError) -> Value {
        // Nothing given is looked for as JavaScript does it.
        let name = call.text(1) ?? "undefined"
        switch call[0] {
        case .json(.object(let object)): return object[name].map { .json($0) } ?? .undefined
        case .record(let record): return record.members.first { $0.name.utf8Equals(name) }?.value ?? .undefined
        case let value:
            guard value.isArray else { return .undefined }
            var found = Gathering()
            try gather(name, from: value, into: &found, call)
            try call.charge(elements: found.count)
            return found.array(.sequence)
        }
    }

    /// Gathers the members of a name from the elements of an array. Arrays that are found are spread out, once.
    private static func gather(
        _ name: String, from value: Value, into found: inout Gathering, _ call: Call
    ) throws(JSONataError) {
        let elements = Elements(value)
        try call.evaluation.visit(4 + elements.count)
        for at in 0..<elements.count {
            switch elements[at] {
            case .json(.object(let object)): if let member = object[name] { found.appendAll(.json(member)) }
            case .record(let record):
                if let member = record.members.first(where: { $0.name.utf8Equals(name) }) { found.appendAll(member.value) }
            case let element: if element.isArray { try gather(name, from: element, into: &found, call) }
            }
        }
    }

    /// `$spread(object)`: an object for each member.
    static func spread(_ call: inout Call) throws(JSONataError) -> Value {
        let value = call[0]
        var parts = Gathering()
        switch value {
        case .json(.object), .record:
            try appendParts(of: value, to: &parts, call)
            return parts.array(.sequence)
        default:
            guard value.isArray else { return value }
            let elements = Elements(value)
            for at in 0..<elements.count { try appendParts(of: elements[at], to: &parts, call) }
            return parts.array(elements.count == 0 ? .sequence : [])
        }
    }

    private static func appendParts(of value: Value, to parts: inout Gathering, _ call: Call) throws(JSONataError) {
        switch value {
        case .json(.object(let object)):
            try call.charge(elements: 3 * object.count)
            for member in object.members { parts.append(data: .object(JSONObject(uniqueMembers: [member]))) }
        case .record(let record):
            try call.charge(elements: 3 * record.members.count)
            for member in record.members { parts.append(.object([member])) }
        default:
            guard value.isArray else { return parts.append(value) }
            let elements = Elements(value)
            try call.charge(elements: elements.count)
            for at in 0..<elements.count { try appendParts(of: elements[at], to: &parts, call) }
        }
    }

    /// `$merge(array)`: of equal names the last value stands, at the place of the first.
    static func merge(_ call: inout Call) throws(JSONataError) -> Value {
        if call[0].isUndefined { return .undefined }
        if let values = call[0].dataElements { return try merge(values, call) }
        var members: [(name: String, value: Value)] = []
        var places = JSONObject()
        for value in call[0].elements ?? [] {
            for (name, member) in value.members {
                try call.charge(elements: 1)
                if let place = places[name]?.number?.exactInteger {
                    members[Int(place)].value = member
                } else {
                    places[name] = .integer(members.count)
                    members.append((name, member))
                }
            }
        }
        return .object(members)
    }

    private static func merge(_ values: [JSONValue], _ call: Call) throws(JSONataError) -> Value {
        guard case .object(var merged)? = values.first else { return .json(.emptyObject) }
        try call.charge(elements: 2 * merged.count)
        try call.evaluation.visit(merged.count)
        for value in values.dropFirst() {
            guard let object = value.object else { continue }
            try call.charge(elements: 2 * object.count)
            for member in object.members { merged[member.name] = member.value }
        }
        return .json(.object(merged))
    }

    /// `$clone(value)`: as if written by `$string` and read again, so its numbers have 15 digits and its functions are empty texts.
    /// - Throws: D1001 for infinity.
    static func clone(_ call: inout Call) throws(JSONataError) -> Value {
        if call[0].isUndefined { return .undefined }
        return .json(try cloned(call[0], call.evaluation))
    }

    private static func cloned(_ value: Value, _ evaluation: Evaluation) throws(JSONataError) -> JSONValue {
        switch value {
        case .undefined: return .null
        case .json(let value): return try cloned(value, evaluation) ?? value
        case .sequence(let sequence): return try cloned(.array(sequence.values), evaluation) ?? .array(sequence.values)
        case .list(let list):
            try evaluation.charge(bytes: 24 * list.values.count)
            var values: [JSONValue] = []
            for value in list.values { values.append(try cloned(value, evaluation)) }
            return .array(values)
        case .record(let record):
            try evaluation.charge(bytes: 48 * record.members.count)
            var members: [JSONObject.Member] = []
            for member in record.members { members.append(.init(name: member.name, value: try cloned(member.value, evaluation))) }
            return .object(JSONObject(uniqueMembers: members))
        case .function: return ""
        }
    }

    /// What becomes of data, or nil if they stay as they are: then nothing is copied, for values cannot change.
    private static func cloned(_ value: JSONValue, _ evaluation: Evaluation) throws(JSONataError) -> JSONValue? {
        switch value {
        case .null, .bool, .string: return nil
        case .number(let number): return try cloned(number)
        case .array(var values):
            try evaluation.visit(4 + values.count)
            var hasChanged = false
            for at in values.indices {
                guard let changed = try cloned(values[at], evaluation) else { continue }
                if !hasChanged { try evaluation.charge(bytes: 24 * values.count) }
                hasChanged = true
                values[at] = changed
            }
            return hasChanged ? .array(values) : nil
        case .object(var object):
            try evaluation.visit(4 + 2 * object.count)
            var hasChanged = false
            for at in object.members.indices {
                guard let changed = try cloned(object.members[at].value, evaluation) else { continue }
                if !hasChanged { try evaluation.charge(bytes: 48 * object.count) }
                hasChanged = true
                object.replaceValue(at: at, with: changed)
            }
            return hasChanged ? .object(object) : nil
        }
    }

    private static func cloned(_ number: JSONNumber) throws(JSONataError) -> JSONValue? {
        if case .integer(let value) = number, value.magnitude < 1_000_000_000_000_000 { return nil }
        let value = number.fastDouble
        if value.isInfinite { throw .outOfRange(value) }
        guard let rounded = Double(NumberText.fifteenDigits(value)), rounded.isFinite else { return .null }
        return rounded == value ? nil : .number(.double(rounded))
    }
}

extension Value {
    /// The members, if this is an object.
    var members: [(name: String, value: Value)] {
        switch self {
        case .json(.object(let object)): object.members.map { ($0.name, .json($0.value)) }
        case .record(let record): record.members
        case .undefined, .json, .sequence, .list, .function: []
        }
    }

    /// An object of members with different names, as data if all of them are.
    static func object(_ members: [(name: String, value: Value)]) -> Value {
        var data: [JSONObject.Member] = []
        data.reserveCapacity(members.count)
        for member in members {
            guard let value = member.value.data else { return .record(Record(members)) }
            data.append(JSONObject.Member(name: member.name, value: value))
        }
        return .json(.object(JSONObject(uniqueMembers: data)))
    }
}
