import StatesJournal
import StatesKernel
import StatesRuntime

/// The directory of all tests that use a simulated disk.
let directory = "/data"

/// Small segments, and everything on the committing thread, so that a simulation repeats.
func smallSegments(isReadOnly: Bool = false, isDurable: Bool = true) -> DirectoryJournal.Options {
    var options = DirectoryJournal.Options(isDurable: isDurable, isReadOnly: isReadOnly)
    options.firstSegmentSize = 1024
    options.largestSegmentSize = 4096
    options.worksInline = true
    options.identity = 0x0123_4567_89AB_CDEF
    options.owner = LockOwner(processIdentifier: 7, startTime: 1_767_225_600_000, command: "stepwell run order.asl.json")
    return options
}

/// An entry as a test writes and expects it.
struct Entry: Hashable {
    var kind: EntryKind
    var execution: UInt64
    var body: [UInt8]

    /// A record with a text.
    static func record(_ execution: UInt64, _ text: String) -> Entry {
        Entry(kind: .record, execution: execution, body: Array(text.utf8))
    }

    /// The beginning of an execution.
    static func started(_ summary: ExecutionSummary) -> Entry {
        Entry(kind: summary.isExpress ? .expressStarted : .started, execution: summary.number, body: summary.encoded)
    }

    /// The end of an execution, at that time.
    static func closed(_ summary: ExecutionSummary, at time: Int64) -> Entry {
        let ended = summary.ended(at: time)
        return Entry(kind: summary.isExpress ? .expressEnded : .closed, execution: summary.number, body: ended.encoded)
    }

    /// A definition; its hash is that digit 64 times.
    static func definition(_ digit: Character, _ text: String) -> Entry {
        Entry(kind: .definition, execution: 0, body: Array((String(repeating: digit, count: 64) + text).utf8))
    }
}

extension ExecutionSummary {
    /// A running execution of that number.
    static func example(_ number: UInt64, name: String? = nil, machine: String = "order-saga", isExpress: Bool = false) -> Self {
        let name = name ?? "order-\(number)"
        return ExecutionSummary(
            number: number, name: name, arn: "arn:aws:states:us-east-1:123456789012:execution:\(machine):\(name)",
            machineName: machine, machineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:\(machine)", isExpress: isExpress,
            status: .running, startTime: 1000 + Int64(number % 1000), stopTime: nil,
            definitionHash: String(repeating: "a", count: 64))
    }

    /// The same, succeeded at that time.
    func ended(at time: Int64) -> Self {
        var ended = self
        (ended.status, ended.stopTime) = (.succeeded, time)
        return ended
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes
    }
}

extension JournalBatch {
    init(_ entries: [Entry]) {
        self.init()
        for entry in entries { append(entry.kind, execution: entry.execution) { $0.append(contentsOf: entry.body) } }
    }
}

/// Groups of entries, and what a journal that has some of them must answer.
struct Workload {
    /// An execution that gets a record in every group: how many it has says how many groups there are.
    static let counter: UInt64 = 999
    var groups: [[Entry]] = []

    /// Adds a group.
    mutating func add(_ entries: Entry...) {
        groups.append(entries + [.record(Self.counter, "\(groups.count)")])
    }

    /// Several executions interleaved over several segments, some of which end.
    static func interleaved(_ executions: Int = 6, rounds: Int = 4) -> Workload {
        var work = Workload()
        let examples = (1...executions).map { ExecutionSummary.example(UInt64($0), isExpress: $0 % 3 == 0) }
        work.add(.definition("a", "{\"StartAt\": \"A\"}"))
        for example in examples { work.add(.started(example), .record(example.number, "began")) }
        for round in 0..<rounds {
            for example in examples {
                let text = String(repeating: "x", count: Int(example.number) * 7 + round)
                work.add(.record(example.number, "\(round) \(text)"), .record(example.number, "and"))
            }
        }
        work.add(.definition("b", "{\"StartAt\": \"B\"}"))
        for example in examples where example.number % 2 == 0 { work.add(.closed(example, at: Int64(example.number) * 1000)) }
        return work
    }

    /// Every entry of the first groups, by execution and kind.
    func contents(ofFirst count: Int) -> [UInt64: [EntryKind: [[UInt8]]]] {
        var contents: [UInt64: [EntryKind: [[UInt8]]]] = [:]
        for entry in groups.prefix(count).joined() where entry.kind != .definition {
            contents[entry.execution, default: [:]][entry.kind, default: []].append(entry.body)
        }
        return contents
    }

    /// The executions that have entries.
    var executions: Set<UInt64> { Set(groups.joined().filter { $0.kind != .definition }.map(\.execution)) }

    /// The executions that the first groups began and did not end.
    func open(inFirst count: Int) -> [UInt64] {
        let entries = groups.prefix(count).joined()
        let ended = Set(entries.filter { $0.kind == .closed || $0.kind == .expressEnded }.map(\.execution))
        return entries.filter { ($0.kind == .started || $0.kind == .expressStarted) && !ended.contains($0.execution) }.map(
            \.execution)
    }
}

private let kinds: [EntryKind] = [.started, .record, .closed, .expressStarted, .expressAttempt, .expressEnded]

extension DirectoryJournal {
    /// How many of a workload's groups are there.
    func groupCount() throws -> Int { try entries(of: Workload.counter, kind: .record).count }

    /// Every entry of those executions, by execution and kind.
    func contents(of executions: some Sequence<UInt64>) throws -> [UInt64: [EntryKind: [[UInt8]]]] {
        var contents: [UInt64: [EntryKind: [[UInt8]]]] = [:]
        for execution in executions {
            for kind in kinds {
                let bodies = try entries(of: execution, kind: kind)
                if !bodies.isEmpty { contents[execution, default: [:]][kind] = bodies }
            }
        }
        return contents
    }

    /// Commits all groups.
    func commit(_ work: Workload) throws {
        for group in work.groups { try commit(JournalBatch(group)) }
    }
}
