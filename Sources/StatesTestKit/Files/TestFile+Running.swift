package import StatesJSON
import StatesKernel
import StatesRuntime

extension TestFile {
    /// Runs a case and says why it fails, as the command does; nil if it passes.
    ///
    /// ```swift
    /// @Test(arguments: orders.caseNames) func orderCase(name: String) { #expect(orders.failure(of: name) == nil) }
    /// ```
    public func failure(of name: String, seed: UInt64 = 1) -> String? {
        guard let found = cases.first(where: { $0.name == name }) else { return "there is no case '\(name)'" }
        let result = run(found, seed: seed)
        return result.hasPassed ? nil : TextReport.failure(of: result, in: self)
    }

    /// Runs a case. Two cases share nothing, whatever the order.
    ///
    /// - Parameter snapshots: What was kept of earlier runs, by the names of cases; nil compares nothing.
    package func run(_ testCase: TestCase, seed: UInt64 = 1, snapshots: JSONObject? = nil) -> CaseResult {
        var result = CaseResult(name: testCase.name, place: testCase.place)
        if let reason = testCase.skip {
            result.skipped = reason
            return result
        }
        let clock = ContinuousClock()
        let took = clock.measure {
            if let state = testCase.state {
                inspect(testCase, state, &result)
            } else {
                rehearse(testCase, seed, &result)
            }
        }
        result.seconds = took / .seconds(1)
        if testCase.expectation.wantsSnapshot, let outcome = result.outcome {
            let snapshot = Snapshot.of(outcome)
            result.snapshot = snapshot
            if let snapshots { result.mismatches += Snapshot.mismatches(stored: snapshots[testCase.name], snapshot, testCase) }
        }
        return result
    }

    // MARK: Whole executions

    private func scenario(of testCase: TestCase, _ seed: UInt64) -> Scenario {
        var scenario = Scenario(machine)
        scenario.rules = testCase.rules + sharedRules
        scenario.startTime = testCase.startTime
        scenario.seed = seed
        scenario.validation = testCase.validation
        scenario.answeredByHand = Set(testCase.steps.compactMap { $0.state?.value })
        return scenario
    }

    private func rehearse(_ testCase: TestCase, _ seed: UInt64, _ result: inout CaseResult) {
        var rehearsal = Rehearsal(scenario(of: testCase, seed), input: testCase.input)
        rehearsal.goOn(until: rehearsal.now)
        for step in testCase.steps where rehearsal.fault == nil {
            do throws(MockFault) {
                try rehearsal.take(step)
            } catch {
                if rehearsal.fault == nil {
                    result.mismatches.append(Mismatch(error, in: rehearsal.run.trail, otherwise: step.place))
                }
            }
            if let expectation = step.expectation { result.mismatches += expectation.mismatches(in: Outcome(rehearsal)) }
        }
        rehearsal.goOn(until: .max)
        let outcome = Outcome(rehearsal)
        result.outcome = outcome
        result.usedSharedKeys = rehearsal.mocks.usedSharedKeys
        if let fault = rehearsal.fault {
            // The run was not what the test says it is, so nothing else is compared.
            result.mismatches.append(Mismatch(fault, in: outcome.trail, otherwise: testCase.place))
            return
        }
        result.mismatches += testCase.expectation.mismatches(in: outcome)
        result.mismatches += rehearsal.mocks.unused().map { Mismatch($0, in: outcome.trail, otherwise: testCase.place) }
    }

    // MARK: One state alone

    private func inspect(_ testCase: TestCase, _ state: TestCase.StateTest, _ result: inout CaseResult) {
        do {
            let inspection = try machine.inspect(state.name.value, state.request)
            let outcome = Outcome(inspection)
            result.outcome = outcome
            result.mismatches += testCase.expectation.mismatches(in: outcome)
        } catch let fault as MockFault {
            result.mismatches.append(Mismatch(fault.description, place: fault.place ?? state.name.place))
        } catch {
            result.mismatches.append(Mismatch("\(error)", place: state.name.place))
        }
    }
}

extension Rehearsal {
    /// Does what a step of a test file says.
    fileprivate mutating func take(_ step: TestCase.Step) throws(MockFault) {
        switch step.action {
        case .advance(let time): try advance(by: time)
        case .answer(let state, let output): try answer(state.value, with: output)
        case .fail(let state, let error, let cause): try fail(state.value, error, cause: cause)
        case .heartbeat(let state): try heartbeat(state.value)
        case .stop(let error, let cause): stop(error: error, cause: cause)
        case .look: break
        }
    }
}

extension Mismatch {
    init(_ fault: MockFault, in trail: Trail, otherwise place: SourceRange) {
        let visit = fault.state.flatMap { state in trail.visits.lastIndex { $0.state == state } }
        let message = fault.description.hasSuffix(".") ? String(fault.description.dropLast()) : fault.description
        self.init(message, place: fault.place ?? place, visit: visit)
    }
}

extension Outcome {
    init(_ rehearsal: Rehearsal) {
        let run = rehearsal.run
        self.init(
            status: run.status.rawValue, output: run.output, error: run.error, cause: run.cause, trail: run.trail,
            startTime: run.startTime, stopTime: run.status == .running ? rehearsal.now : run.stopTime)
        isExpress = run.start.isExpress
        waiting = rehearsal.waitingStates
    }

    init(_ inspection: StateInspection) {
        self.init(
            status: inspection.status.rawValue, output: inspection.output, error: inspection.error, cause: inspection.cause,
            trail: inspection.trail, startTime: 0, stopTime: 0)
        next = inspection.nextState
        self.inspection = inspection.data
    }
}
