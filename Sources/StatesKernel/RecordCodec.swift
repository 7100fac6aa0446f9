import StatesJSON

// How records are written: part of the journal's format, described in docs/journal.md.
//
// A record is a tag, five numbers, and the change's fields in the order of its declaration. Numbers are variable-length (seven
// bits a byte, least significant first), texts carry their length. A payload names the record that stores it; the record that
// is the first to carry it stores its compact JSON text.

/// Why bytes are no record.
public struct RecordCodingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as a clause.
    public var description: String
}

extension Record {
    /// Appends the record's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(change.tag.rawValue)
        bytes.append(number: UInt64(UInt32(bitPattern: number)))
        bytes.append(number: UInt64(UInt32(bitPattern: thread)))
        bytes.append(number: UInt64(bitPattern: time))
        bytes.append(number: UInt64(UInt32(bitPattern: event)))
        bytes.append(number: UInt64(UInt32(bitPattern: previousEvent)))
        switch change {
        case .executionStarted(let start):
            start.encode(into: &bytes)
        case .executionSucceeded(let payload), .taskSubmitted(let payload), .taskSucceeded(let payload),
            .parallelStarted(let payload):
            encode(payload, into: &bytes)
        case .executionFailed(let error, let cause), .executionAborted(let error, let cause):
            bytes.append(optional: error)
            bytes.append(optional: cause)
        case .stateEntered(let state, let input):
            bytes.append(number: UInt64(UInt32(bitPattern: state)))
            encode(input, into: &bytes)
        case .stateExited(let output, let assigned, let edge):
            encode(output, into: &bytes)
            bytes.append(number: edge.code)
            bytes.append(number: UInt64(assigned.count))
            for variable in assigned {
                bytes.append(text: variable.name)
                bytes.append(json: variable.value)
            }
        case .taskScheduled(let schedule):
            encode(schedule.input, into: &bytes)
            bytes.append(number: schedule.timeoutSeconds.map { UInt64($0) + 1 } ?? 0)
            bytes.append(number: schedule.heartbeatSeconds.map { UInt64($0) + 1 } ?? 0)
            bytes.append(optional: schedule.roleArn)
        case .taskStarted(let worker):
            bytes.append(optional: worker)
        case .taskFailed(let error, let cause, let phase, let inDoubt):
            bytes.append(optional: error)
            bytes.append(optional: cause)
            bytes.append(phase.rawValue)
            bytes.append(inDoubt ? 1 : 0)
        case .taskTimedOut(let heartbeat):
            bytes.append(heartbeat ? 1 : 0)
        case .evaluationFailed(let cause, let location):
            bytes.append(text: cause)
            bytes.append(optional: location)
        case .waitStarted(let due):
            bytes.append(number: UInt64(bitPattern: due))
        case .retryScheduled(let retrier, let due):
            bytes.append(number: UInt64(UInt32(bitPattern: retrier)))
            bytes.append(number: UInt64(bitPattern: due))
        case .mapStarted(let items, let concurrency):
            encode(items, into: &bytes)
            bytes.append(number: UInt64(UInt32(bitPattern: concurrency)))
        case .iterationStarted(let parent, let index, let input):
            bytes.append(number: UInt64(UInt32(bitPattern: parent)))
            bytes.append(number: UInt64(UInt32(bitPattern: index)))
            encode(input, into: &bytes)
        case .executionTimedOut, .stateAborted, .parallelSucceeded, .parallelFailed, .iterationSucceeded, .iterationFailed,
            .iterationAborted, .mapSucceeded, .mapFailed:
            break
        }
    }

    private func encode(_ payload: Payload, into bytes: inout [UInt8]) {
        bytes.append(number: UInt64(UInt32(bitPattern: payload.record)))
        if payload.record == number {
            bytes.append(json: payload.value)
        } else {
            bytes.append(number: UInt64(UInt32(bitPattern: payload.element &+ 1)))
        }
    }
}

/// Reads an execution's records back, in their order.
///
/// Keeps the payloads that it has met, because later records refer to them.
public struct RecordDecoder: Sendable {
    private var payloads: [Int32: JSONValue] = [:]

    /// A decoder for one execution's records, to be read from the first.
    public init() {}

    /// The record in these bytes.
    public mutating func decode(_ bytes: [UInt8]) throws(RecordCodingError) -> Record {
        var reader = ByteReader(bytes: bytes)
        guard let tag = Change.Tag(rawValue: try reader.byte()) else {
            throw RecordCodingError(description: "the record has an unknown kind")
        }
        let number = try reader.int32()
        var record = Record(
            number: number, thread: try reader.int32(), time: try reader.int64(), event: try reader.int32(),
            previousEvent: try reader.int32(), change: .stateAborted)
        record.change = try change(tag, number, &reader)
        guard reader.isAtEnd else { throw RecordCodingError(description: "bytes follow the record's last field") }
        return record
    }

    private mutating func change(_ tag: Change.Tag, _ number: Int32, _ reader: inout ByteReader) throws(RecordCodingError) -> Change
    {
        switch tag {
        case .executionStarted:
            let start = try ExecutionStart(from: &reader)
            payloads[number] = start.input
            return .executionStarted(start)
        case .executionSucceeded: return .executionSucceeded(output: try payload(number, &reader))
        case .executionFailed: return .executionFailed(error: try reader.optionalText(), cause: try reader.optionalText())
        case .executionTimedOut: return .executionTimedOut
        case .executionAborted: return .executionAborted(error: try reader.optionalText(), cause: try reader.optionalText())
        case .stateEntered: return .stateEntered(state: try reader.int32(), input: try payload(number, &reader))
        case .stateExited:
            let output = try payload(number, &reader)
            guard let edge = Edge(code: try reader.number()) else { throw RecordCodingError(description: "the edge is unknown") }
            var assigned: [Variable] = []
            for _ in 0..<(try reader.count()) { assigned.append(Variable(name: try reader.text(), value: try reader.json())) }
            return .stateExited(output: output, assigned: assigned, edge: edge)
        case .stateAborted: return .stateAborted
        case .taskScheduled:
            let input = try payload(number, &reader)
            let timeout = try reader.int64()
            let heartbeat = try reader.int64()
            return .taskScheduled(
                TaskSchedule(
                    input: input, timeoutSeconds: timeout > 0 ? timeout - 1 : nil,
                    heartbeatSeconds: heartbeat > 0 ? heartbeat - 1 : nil,
                    roleArn: try reader.optionalText()))
        case .taskStarted: return .taskStarted(worker: try reader.optionalText())
        case .taskSubmitted: return .taskSubmitted(output: try payload(number, &reader))
        case .taskSucceeded: return .taskSucceeded(output: try payload(number, &reader))
        case .taskFailed:
            let error = try reader.optionalText()
            let cause = try reader.optionalText()
            guard let phase = FailurePhase(rawValue: try reader.byte()) else {
                throw RecordCodingError(description: "the phase of a task's failure is unknown")
            }
            return .taskFailed(error: error, cause: cause, phase: phase, inDoubt: try reader.byte() == 1)
        case .taskTimedOut: return .taskTimedOut(heartbeat: try reader.byte() == 1)
        case .waitStarted: return .waitStarted(due: try reader.int64())
        case .retryScheduled: return .retryScheduled(retrier: try reader.int32(), due: try reader.int64())
        case .parallelStarted: return .parallelStarted(input: try payload(number, &reader))
        case .parallelSucceeded: return .parallelSucceeded
        case .parallelFailed: return .parallelFailed
        case .mapStarted: return .mapStarted(items: try payload(number, &reader), concurrency: try reader.int32())
        case .iterationStarted:
            return .iterationStarted(parent: try reader.int32(), index: try reader.int32(), input: try payload(number, &reader))
        case .iterationSucceeded: return .iterationSucceeded
        case .iterationFailed: return .iterationFailed
        case .iterationAborted: return .iterationAborted
        case .mapSucceeded: return .mapSucceeded
        case .mapFailed: return .mapFailed
        case .evaluationFailed: return .evaluationFailed(cause: try reader.text(), location: try reader.optionalText())
        }
    }

    private mutating func payload(_ number: Int32, _ reader: inout ByteReader) throws(RecordCodingError) -> Payload {
        let stored = try reader.int32()
        if stored == number {
            let value = try reader.json()
            payloads[number] = value
            return Payload(value, record: number)
        }
        let element = try reader.int32() - 1
        guard let whole = payloads[stored] else {
            throw RecordCodingError(description: "record \(number) refers to a payload of record \(stored), which stores none")
        }
        guard element >= 0 else { return Payload(whole, record: stored) }
        guard let value = whole[Int(element)] else {
            throw RecordCodingError(
                description: "record \(number) refers to element \(element) of record \(stored), which has fewer")
        }
        return Payload(value, record: stored, element: element)
    }
}

extension Change {
    /// The first byte of a record. The numbers are part of the format.
    enum Tag: UInt8 {
        case executionStarted = 1
        case executionSucceeded = 2
        case executionFailed = 3
        case executionTimedOut = 4
        case executionAborted = 5
        case stateEntered = 6
        case stateExited = 7
        case stateAborted = 8
        case taskScheduled = 9
        case taskStarted = 10
        case taskSubmitted = 11
        case taskSucceeded = 12
        case taskFailed = 13
        case taskTimedOut = 14
        case waitStarted = 15
        case retryScheduled = 16
        case parallelStarted = 17
        case parallelSucceeded = 18
        case parallelFailed = 19
        case mapStarted = 20
        case iterationStarted = 21
        case iterationSucceeded = 22
        case iterationFailed = 23
        case iterationAborted = 24
        case mapSucceeded = 25
        case mapFailed = 26
        case evaluationFailed = 27
    }

    var tag: Tag {
        switch self {
        case .executionStarted: .executionStarted
        case .executionSucceeded: .executionSucceeded
        case .executionFailed: .executionFailed
        case .executionTimedOut: .executionTimedOut
        case .executionAborted: .executionAborted
        case .stateEntered: .stateEntered
        case .stateExited: .stateExited
        case .stateAborted: .stateAborted
        case .taskScheduled: .taskScheduled
        case .taskStarted: .taskStarted
        case .taskSubmitted: .taskSubmitted
        case .taskSucceeded: .taskSucceeded
        case .taskFailed: .taskFailed
        case .taskTimedOut: .taskTimedOut
        case .waitStarted: .waitStarted
        case .retryScheduled: .retryScheduled
        case .parallelStarted: .parallelStarted
        case .parallelSucceeded: .parallelSucceeded
        case .parallelFailed: .parallelFailed
        case .mapStarted: .mapStarted
        case .iterationStarted: .iterationStarted
        case .iterationSucceeded: .iterationSucceeded
        case .iterationFailed: .iterationFailed
        case .iterationAborted: .iterationAborted
        case .mapSucceeded: .mapSucceeded
        case .mapFailed: .mapFailed
        case .evaluationFailed: .evaluationFailed
        }
    }
}

extension Edge {
    /// 0 and 1 for `Next` and `Default`; then rules on even and catchers on odd numbers.
    var code: UInt64 {
        switch self {
        case .next: 0
        case .otherwise: 1
        case .rule(let index): 2 + 2 * UInt64(UInt32(bitPattern: index))
        case .catcher(let index): 3 + 2 * UInt64(UInt32(bitPattern: index))
        }
    }

    init?(code: UInt64) {
        switch code {
        case 0: self = .next
        case 1: self = .otherwise
        default:
            guard let index = Int32(exactly: (code - 2) / 2) else { return nil }
            self = code % 2 == 0 ? .rule(index) : .catcher(index)
        }
    }
}

extension ExecutionStart {
    /// Appends everything an execution was given. Also how a journal keeps an acknowledged Express start.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        for text in [name, arn, machineName, machineArn, roleArn] { bytes.append(text: text) }
        bytes.append(isExpress ? 1 : 0)
        bytes.append(number: UInt64(bitPattern: time))
        bytes.append(text: inputText)
        bytes.append(contentsOf: seed.bytes)
        bytes.append(text: definitionHash)
    }

    /// Reads what `encode` wrote.
    public convenience init(decoding bytes: [UInt8]) throws(RecordCodingError) {
        var reader = ByteReader(bytes: bytes)
        let start = try ExecutionStart(from: &reader)
        self.init(
            number: start.number, name: start.name, arn: start.arn, machineName: start.machineName, machineArn: start.machineArn,
            roleArn: start.roleArn, isExpress: start.isExpress, time: start.time, inputText: start.inputText, input: start.input,
            seed: start.seed, definitionHash: start.definitionHash)
    }

    convenience init(from reader: inout ByteReader) throws(RecordCodingError) {
        let number = try reader.number()
        var texts: [String] = []
        for _ in 0..<5 { texts.append(try reader.text()) }
        let isExpress = try reader.byte() == 1
        let time = try reader.int64()
        let inputText = try reader.text()
        let seed = Seed(bytes: Array(try reader.take(32)))
        let hash = try reader.text()
        let input: JSONValue
        do { input = try JSONValue(parsing: inputText, limits: .recorded) } catch {
            throw RecordCodingError(description: "the execution's input is no JSON: \(error.reason)")
        }
        self.init(
            number: number, name: texts[0], arn: texts[1], machineName: texts[2], machineArn: texts[3], roleArn: texts[4],
            isExpress: isExpress, time: time, inputText: inputText, input: input, seed: seed, definitionHash: hash)
    }
}

extension JSONLimits {
    /// For payloads that were checked before they were written. A template may add its own levels to a value's before the check.
    fileprivate static let recorded = JSONLimits(maxDepth: 4 * KernelLimits.payloadDepth, maxBytes: .max)
}

// MARK: Bytes

extension [UInt8] {
    fileprivate mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func append(text: String) {
        append(number: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    fileprivate mutating func append(optional text: String?) {
        append(text == nil ? 0 : 1)
        if let text { append(text: text) }
    }

    /// Compact JSON text after its length in four bytes, which is filled in once the text is written.
    fileprivate mutating func append(json value: JSONValue) {
        let at = count
        append(contentsOf: [0, 0, 0, 0])
        value.write(into: &self)
        let length = UInt32(count - at - 4)
        for index in 0..<4 { self[at + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
    }
}

struct ByteReader {
    let bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    mutating func byte() throws(RecordCodingError) -> UInt8 {
        guard at < bytes.count else { throw RecordCodingError(description: "the record ends too early") }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func take(_ count: Int) throws(RecordCodingError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - at else { throw RecordCodingError(description: "the record ends too early") }
        defer { at += count }
        return bytes[at..<at + count]
    }

    mutating func number() throws(RecordCodingError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw RecordCodingError(description: "a number does not fit in 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw RecordCodingError(description: "a number does not fit in 64 bits")
    }

    mutating func int64() throws(RecordCodingError) -> Int64 { Int64(bitPattern: try number()) }

    mutating func int32() throws(RecordCodingError) -> Int32 {
        guard let value = UInt32(exactly: try number()) else {
            throw RecordCodingError(description: "a number does not fit in 32 bits")
        }
        return Int32(bitPattern: value)
    }

    /// A number of things that follow, each of at least one byte.
    mutating func count() throws(RecordCodingError) -> Int {
        guard let count = Int(exactly: try number()), count <= bytes.count - at else {
            throw RecordCodingError(description: "the record ends too early")
        }
        return count
    }

    mutating func text() throws(RecordCodingError) -> String {
        guard let text = String(validating: try take(count()), as: UTF8.self) else {
            throw RecordCodingError(description: "a text is not UTF-8")
        }
        return text
    }

    mutating func optionalText() throws(RecordCodingError) -> String? {
        try byte() == 1 ? try text() : nil
    }

    mutating func json() throws(RecordCodingError) -> JSONValue {
        var length = 0
        for (index, byte) in try take(4).enumerated() { length |= Int(byte) << (8 * index) }
        do {
            return try JSONValue(parsing: Array(try take(length)), limits: .recorded)
        } catch let error as JSONSyntaxError {
            throw RecordCodingError(description: "a payload is no JSON: \(error.reason)")
        } catch {
            throw RecordCodingError(description: "a payload cannot be read")
        }
    }
}
