import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Synchronization

/// A state machine of these states, the first of which it starts at.
func machine(
    _ states: String, startAt: String, name: String = "test", type: MachineType = .standard, timeout: Int? = nil
) throws -> StateMachine {
    let limit = timeout.map { "\"TimeoutSeconds\":\($0)," } ?? ""
    return try StateMachine(definition: "{\(limit)\"StartAt\":\"\(startAt)\",\"States\":{\(states)}}", name: name, type: type)
}

/// A machine with the one Task state `Do`, which has these further fields.
func taskMachine(
    _ resource: String = "arn:aws:lambda:us-east-1:123456789012:function:work", _ fields: String = "", name: String = "test",
    type: MachineType = .standard
) throws -> StateMachine {
    let more = fields.isEmpty ? "" : ",\(fields)"
    return try machine(
        "\"Do\":{\"Type\":\"Task\",\"Resource\":\"\(resource)\",\"End\":true\(more)}", startAt: "Do", name: name, type: type)
}

func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

/// Things that happened, from any thread.
final class Log<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    func append(_ element: Element) { elements.withLock { $0.append(element) } }

    var all: [Element] { elements.withLock { $0 } }
}

/// Something that becomes true once, and those who wait for it.
final class Signal<Value: Sendable>: Sendable {
    private enum State {
        case empty([CheckedContinuation<Value, Never>])
        case full(Value)
    }

    private let state = Mutex(State.empty([]))

    func send(_ value: Value) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .empty(let waiting) = state else { return [] }
            state = .full(value)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                switch state {
                case .full(let value): return value
                case .empty(let waiting):
                    state = .empty(waiting + [continuation])
                    return nil
                }
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}

extension Run {
    /// The milliseconds after its start at which events of that type happened.
    func instants(of type: String) -> [Int64] { history.filter { $0.type == type }.map { $0.timestamp - startTime } }
}
