/// The commands that messages tell people to type, with the options that they need here.
struct TypedCommands: Equatable, Sendable {
    /// How a command can name the task that it answers.
    enum SendTarget: Equatable, Sendable {
        case state(String)
        case token(String)
    }

    /// The data directory.
    let data: String

    /// `stepwell resume order-7`.
    func resume(_ name: String) -> String { ShellText.line(["stepwell", "resume", name] + dataOption) }

    /// `stepwell describe order-7`, which shows all tokens.
    func describe(_ name: String) -> String { ShellText.line(["stepwell", "describe", name] + dataOption) }

    /// `stepwell send success --state Approve --execution order-7 --output '{}'`.
    func send(_ execution: String, _ target: SendTarget) -> String {
        let words =
            switch target {
            case .state(let state): ["--state", state, "--execution", execution]
            case .token(let token): [token]
            }
        return ShellText.line(["stepwell", "send", "success"] + words + ["--output", "{}"] + dataOption)
    }

    private var dataOption: [String] { data == Self.standardDirectory ? [] : ["--data", data] }

    /// Where executions are kept unless told otherwise.
    static let standardDirectory = ".stepwell"
}
