import Foundation
import StatesTemplates
import Stepwell
import Testing

@testable import StatesJournal
@testable import StatesKernel
@testable import StatesRuntime

/// A machine with the mocks of one test case: what is run, crashed and run again.
struct Subject: Sendable, CustomStringConvertible {
    let machine: StateMachine
    let mocks: Mocks
    let input: JSONValue
    let testCase: String

    var description: String { "\(machine.name) #\(testCase)" }

    /// Every test case of every example that this build can read.
    static let all: [Subject] = {
        let home = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "StateMachines")
        let folders = (try? FileManager.default.contentsOfDirectory(at: home, includingPropertiesForKeys: nil)) ?? []
        return folders.sorted { $0.path < $1.path }.flatMap { (try? subjects(in: $0)) ?? [] }
    }()

    private static func subjects(in folder: URL) throws -> [Subject] {
        let bytes = { (name: String) in [UInt8](try Data(contentsOf: folder.appending(path: name))) }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".asl.") }.sorted()
        let mocks = try MockFile(node: JSONNode(parsing: bytes("mocks.json")))
        let input = try JSONValue(parsing: bytes("inputs/default.json"))
        var subjects: [Subject] = []
        for file in files {
            let name = String(file.prefix { $0 != "." })
            let check: DefinitionCheck
            if file.hasSuffix(".json") {
                check = DefinitionCheck(bytes: try bytes(file), source: file)
            } else {
                #if YAML
                    check = DefinitionCheck(yaml: try bytes(file), source: file)
                #else
                    continue
                #endif
            }
            let machine = try StateMachine(check, name: name)
            for testCase in mocks.testCases(of: name) {
                let script = try mocks.mocks(machine: name, testCase: testCase).changed(for: machine.plan) { _ in [:] }
                subjects.append(Subject(machine: machine, mocks: script, input: input, testCase: testCase))
            }
        }
        return subjects
    }
}

/// What an execution came to, without its times.
struct Ending: Equatable {
    var status: ExecutionStatus
    var output: JSONValue?
    var error: String?
    var cause: String?
    var path: [String]

    init(_ run: Run) {
        status = run.status
        output = run.output
        error = run.error
        cause = run.cause
        // Branches may take turns in another order after a restart.
        path = run.path.sorted()
    }
}

@Suite("Crashes of whole executions")
struct CrashTests {
    static let seed: UInt64 = 11

    private func runtime(_ disk: SimulatedFileSystem, _ mocks: Mocks) throws -> Runtime {
        var options = DirectoryJournal.Options()
        options.worksInline = true
        options.firstSegmentSize = 8 << 10
        options.identity = 1
        let journal = try DirectoryJournal(directory: "/data", fileSystem: disk, options: options)
        var runtimeOptions = RuntimeOptions()
        runtimeOptions.mocks = mocks
        return try Runtime(journal: .custom(journal), clock: .virtual(), seed: Self.seed, options: runtimeOptions)
    }

    private func request(_ subject: Subject) -> StartRequest { StartRequest(subject.machine, name: "run", input: subject.input) }

    private func whole(_ subject: Subject, _ mocks: Mocks, on disk: SimulatedFileSystem) async throws -> Run {
        let runtime = try runtime(disk, mocks)
        defer { runtime.close() }
        return try await runtime.run(request(subject))
    }

    /// Goes on with what the disk holds, or starts where nothing was acknowledged.
    private func resumed(_ subject: Subject, on disk: SimulatedFileSystem) async throws -> Run {
        let runtime = try runtime(disk, subject.mocks)
        defer { runtime.close() }
        if let handle = try runtime.resumeAll().first { return try await runtime.finished(handle) }
        if (try? runtime.archive.summary(of: "run")) != nil { return try runtime.archive.run(of: "run") }
        return try await runtime.run(request(subject))
    }

    /// The mocks with `States.TaskFailed` where a request's outcome became unknown: what the definition then decides is what an
    /// uninterrupted run with these mocks does.
    private func mocks(_ subject: Subject, inDoubt run: Run) -> Mocks {
        var states: [Int32: Int] = [:]
        var requests: [Int: Int] = [:]
        var current: [Int32: Int] = [:]
        var doubts: [String: [Int: Answer]] = [:]
        for record in run.records {
            switch record.change {
            case .stateEntered(let state, _): states[record.thread] = Int(state)
            case .taskScheduled:
                let state = states[record.thread] ?? 0
                current[record.thread] = requests[state, default: 0]
                requests[state, default: 0] += 1
            case .taskFailed(let error, let cause, _, let inDoubt) where inDoubt:
                let name = run.plan.states[states[record.thread] ?? 0].name
                doubts[name, default: [:]][current[record.thread] ?? 0] = .throws(error: error ?? "", cause: cause ?? "")
            default: break
            }
        }
        return subject.mocks.changed(for: run.plan) { doubts[$0] ?? [:] }
    }

    @Test("crashed before any write or sync and resumed, every example ends as it would have", arguments: Subject.all)
    func everyOperation(subject: Subject) async throws {
        let disk = SimulatedFileSystem()
        disk.recordStates()
        let reference = try await whole(subject, subject.mocks, on: disk)
        var inDoubt = 0
        for operation in 1...disk.operations {
            for survival in [SimulatedFileSystem.Survival.synced, .some(seed: UInt64(operation))] {
                let crashed = try #require(disk.crashed(before: operation, survival))
                let run = try await resumed(subject, on: crashed)
                var expected = Ending(reference)
                if run.records.contains(where: \.change.isInDoubt) {
                    inDoubt += 1
                    expected = Ending(try await whole(subject, mocks(subject, inDoubt: run), on: SimulatedFileSystem()))
                }
                #expect(Ending(run) == expected, "crashed before operation \(operation), \(survival)")
            }
        }
        #expect(disk.operations > 10)
    }
}

extension Change {
    fileprivate var isInDoubt: Bool {
        if case .taskFailed(_, _, _, let inDoubt) = self { inDoubt } else { false }
    }
}

extension Mocks {
    /// The same answers but for some requests, and the last answer for all that follow: an attempt more than the mock file
    /// foresaw is what an unknown outcome leads to.
    fileprivate func changed(for plan: Plan, _ changes: (String) -> [Int: Answer]) -> Mocks {
        var changed = self
        for state in plan.states {
            guard case .task(let task) = state.kind,
                case .mock(let script)? = resolution(of: TaskSubject(resource: task.resource, state: state.name))?.performer
            else { continue }
            let last = (0..<60).compactMap { script.answer(for: $0) }.last
            let changes = changes(state.name)
            changed.mock(state: state.name, (0..<60).compactMap { changes[$0] ?? script.answer(for: $0) ?? last })
        }
        return changed
    }
}
