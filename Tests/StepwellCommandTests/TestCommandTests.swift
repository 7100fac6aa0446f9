#if CommandLineTool && YAML
    import Foundation
    import StatesJSON
    import StatesTestKit
    import Testing

    @testable import StepwellCommand

    /// A folder that is gone when the test is over.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

        init(_ files: [String: String]) throws {
            for (name, text) in files {
                let file = URL(filePath: "\(path)/\(name)")
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
    }

    @Suite("test files on disk")
    struct TestCommandTests {
        static let definition = """
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:a", "End": true } } }
            """
        static let cases = """
            cases:
              - { name: one, mocks: { A: { return: 1 } }, expect: { output: 1, snapshot: true } }
              - { name: two, mocks: { A: { return: 2 } }, expect: { output: 2 } }

            """
        static let mocks = """
            { "StateMachines": { "a": { "TestCases": { "T": { "A": "R" } } } }, "MockedResponses": { "R": { "0": { "Return": 1 } } } }
            """

        @Test("folders are searched, hidden ones are not, and mock files without a test file are tests")
        func search() throws {
            let folder = try Folder([
                "a/a.asl.json": Self.definition, "a/a.test.yaml": Self.cases, "a/mocks.json": Self.mocks,
                "b/deeper/a.asl.yaml": Self.definition, "b/deeper/mocks.json": Self.mocks, ".hidden/x.test.yaml": "nonsense: [",
            ])
            let files = try TestSearch.files(at: [folder.path])
            #expect(files.map(\.path) == ["\(folder.path)/a/a.test.yaml", "\(folder.path)/b/deeper/mocks.json"])
            #expect(files.map(\.caseNames) == [["one", "two"], ["T"]])
            #expect(files.map(\.machine.name) == ["a", "a"])
        }

        @Test("what is wrong in several files is told of all of them, with places")
        func problems() throws {
            let folder = try Folder([
                "a.asl.json": Self.definition, "a.test.yaml": "cases:\n  - name: x\n    mocks: { B: never }\n",
                "b.test.yaml": "cases: []\n",
            ])
            let complaint = #expect(throws: Complaint.self) { try TestSearch.files(at: [folder.path]) }
            #expect(complaint?.status == .cannotAsk)
            #expect(complaint?.message.contains("a.test.yaml:3:14: error: The definition has no Task state 'B'") == true)
            #expect(
                complaint?.message.contains("b.test.yaml:1:1: error: there is no b.asl.json or b.asl.yaml beside this file") == true
            )
        }

        @Test("a folder without tests and a path that is not there are told")
        func nothing() throws {
            let folder = try Folder(["x.txt": ""])
            #expect(throws: Complaint.self) { try TestSearch.files(at: [folder.path]) }
            #expect(throws: Complaint.self) { try TestSearch.files(at: [folder.path + "/none"]) }
        }

        @Test("snapshots are kept beside the test file, and compared with the next run")
        func snapshots() async throws {
            let folder = try Folder(["a.asl.json": Self.definition, "a.test.yaml": Self.cases])
            var suite = TestSuite(try TestSearch.files(at: [folder.path]))
            suite.snapshots = try SnapshotStore(suite.files).snapshots
            #expect(await suite.run(jobs: 1)[0].cases.map(\.hasPassed) == [false, true])
            suite.comparesSnapshots = false
            try SnapshotStore(suite.files).take(await suite.run(jobs: 1))
            #expect(try JSONValue(parsing: folder.text("a.snapshots.json"))["one"]?["output"] == 1)
            suite.comparesSnapshots = true
            suite.snapshots = try SnapshotStore(suite.files).snapshots
            #expect(await suite.run(jobs: 2)[0].cases.map(\.hasPassed) == [true, true])
        }

        @Test("a file of GetExecutionHistory becomes a test that passes")
        func record() async throws {
            let history = """
                { "events": [
                  { "id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": 1767225600, "executionStartedEventDetails": { "input": "{}" } },
                  { "id": 2, "previousEventId": 0, "type": "TaskStateEntered", "timestamp": 1767225600, "stateEnteredEventDetails": { "name": "A", "input": "{}" } },
                  { "id": 3, "previousEventId": 2, "type": "LambdaFunctionScheduled", "timestamp": 1767225600, "lambdaFunctionScheduledEventDetails": { "input": "{}" } },
                  { "id": 4, "previousEventId": 3, "type": "LambdaFunctionStarted", "timestamp": 1767225600 },
                  { "id": 5, "previousEventId": 4, "type": "LambdaFunctionSucceeded", "timestamp": 1767225602, "lambdaFunctionSucceededEventDetails": { "output": "7" } },
                  { "id": 6, "previousEventId": 5, "type": "TaskStateExited", "timestamp": 1767225602, "stateExitedEventDetails": { "name": "A", "output": "7" } },
                  { "id": 7, "previousEventId": 6, "type": "ExecutionSucceeded", "timestamp": 1767225602, "executionSucceededEventDetails": { "output": "7" } } ] }
                """
            let folder = try Folder(["a.asl.json": Self.definition, "history.json": history])
            let recorded = RecordedTest(executions: ["\(folder.path)/history.json"], data: folder.path, replaces: false)
            try recorded.write(to: "\(folder.path)/a.test.yaml")
            #expect(
                try folder.text("a.test.yaml") == """
                    cases:
                      - name: history
                        input: {}
                        mocks: { A: { return: 7, after: "2s" } }
                        expect: { status: SUCCEEDED, output: 7, path: [A] }

                    """)
            let results = await TestSuite(try TestSearch.files(at: [folder.path])).run(jobs: 1)
            #expect(results[0].cases.map(\.hasPassed) == [true])
            #expect(throws: Complaint.self) { try recorded.write(to: "\(folder.path)/a.test.yaml") }
        }

        @Test("a summary counts cases and states")
        func summary() async throws {
            let folder = try Folder(["a.asl.json": Self.definition, "a.test.yaml": Self.cases])
            let results = await TestSuite(try TestSearch.files(at: [folder.path])).run(jobs: 1)
            let summary = TestSummary(results, seconds: 0.0123)
            // The case that wants a snapshot has none yet.
            #expect(summary.text == "1 passed · 1 failed · 1 of 1 states visited · 12 ms")
            #expect(!summary.isWell && !summary.isEmpty)
        }

        @Test("a change of any file beside a test is noticed")
        func watching() throws {
            let folder = try Folder(["a/a.asl.json": Self.definition, "a/a.test.yaml": Self.cases])
            let before = FolderState([folder.path])
            #expect(FolderState([folder.path]) == before)
            try Data("{}".utf8).write(to: URL(filePath: "\(folder.path)/a/input.json"))
            #expect(FolderState([folder.path]) != before)
        }
    }
#endif
