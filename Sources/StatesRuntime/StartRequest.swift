public import StatesJSON
public import StatesLanguage

/// A wish to start an execution.
public struct StartRequest: Sendable {
    /// What shall run.
    public var machine: StateMachine
    /// The execution's name; nil for a random one.
    public var name: String?
    /// The input as JSON text, kept as it is.
    public var inputText: String
    /// The input's value, if it is known already.
    var inputValue: JSONValue?
    /// Mocks of this execution, asked before those of the runtime.
    public var mocks: Mocks?
    /// Whether the `Run` shall come with its history. Without it many short executions are faster.
    public var keepsHistory = true
    /// The role it is started with; nil for the runtime's own.
    public var roleArn: String?
    /// What else it is started with.
    public var labels = ExecutionLabels()
    /// Whether somebody waits for an Express execution's end, as StartSyncExecution does. Then its start is not written, and it is
    /// not run again after a restart.
    public var isSynchronous = false

    /// A wish to start an execution with an input as text.
    public init(_ machine: StateMachine, name: String? = nil, inputText: String) {
        self.machine = machine
        self.name = name
        self.inputText = inputText
    }

    /// A wish to start an execution with an input as text whose value is known.
    package init(_ machine: StateMachine, name: String? = nil, inputText: String, inputValue: JSONValue) {
        self.init(machine, name: name, inputText: inputText)
        self.inputValue = inputValue
    }

    /// A wish to start an execution with an input as a value.
    public init(_ machine: StateMachine, name: String? = nil, input: JSONValue = .emptyObject) {
        self.machine = machine
        self.name = name
        inputText = input.compactText
        inputValue = input
    }
}
