public import StatesRuntime

/// Where a service pretends to be, and what it was told about its surroundings.
public struct ServiceConfiguration: Sendable {
    /// The region in ARNs.
    public var region = "us-east-1"
    /// The account in ARNs.
    public var account = "123456789012"
    /// A mock file of Step Functions Local, which `ARN#TestCase` chooses from; read anew for each start, so that changes count.
    public var mockFile: (@Sendable () throws -> MockFile)?

    /// The defaults of Step Functions Local.
    public init() {}

    /// The mocks of an execution that was started with a test case, for `RuntimeOptions.recoveredMocks`. If the file does not have the
    /// case any more, every task fails and says so: a mock must not silently give way to the real thing.
    public func recoveredMocks(_ summary: ExecutionSummary) -> Mocks {
        let testCase = summary.labels.testCase ?? ""
        do {
            guard let mockFile else { throw RuntimeError.noTestCase("the server was started without a mock file") }
            return try mockFile().mocks(machine: summary.machineName, testCase: testCase)
        } catch {
            var mocks = Mocks()
            let cause = "The execution was started with the test case '\(testCase)', which is gone: \(error)"
            mocks.mock(resource: "*", [.throws(error: "States.Runtime", cause: cause)])
            return mocks
        }
    }

    /// The beginning of this service's ARNs.
    var arnPrefix: String { "arn:aws:states:\(region):\(account):" }

    func machineArn(_ name: String) -> String { "\(arnPrefix)stateMachine:\(name)" }
    func activityArn(_ name: String) -> String { "\(arnPrefix)activity:\(name)" }
}
