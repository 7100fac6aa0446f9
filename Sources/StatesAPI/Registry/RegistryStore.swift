import StatesJSON
import StatesRuntime
import Synchronization

/// The register with its journal: a change is seen by others once it is durable.
final class RegistryStore: Sendable {
    private let runtime: Runtime
    private let visible: Mutex<Registry>
    /// Held by whoever changes something, from the look at what is there until the change is durable.
    private let turn = Mutex<Void>(())

    /// Reads the register again.
    init(_ runtime: Runtime) throws {
        self.runtime = runtime
        var registry = Registry()
        for entry in try runtime.registryEntries() {
            if let change = RegistryChange(decoding: entry) { registry.apply(change) }
        }
        visible = Mutex(registry)
    }

    /// Looks at the register.
    func read<Answer>(_ body: (borrowing Registry) throws -> Answer) rethrows -> Answer {
        try visible.withLock { try body($0) }
    }

    /// A state machine by its name.
    func machine(_ name: String) -> Machine? { visible.withLock { $0.machines[name] } }

    /// Looks at the register and changes it: `body` answers the changes, the definitions they name, and what to return. Returns when
    /// that is durable; the calling thread may wait for the medium.
    func change<Answer>(_ body: (Registry) throws -> Decision<Answer>) throws -> Answer {
        try turn.withLock { _ in
            let decision = try body(visible.withLock { $0 })
            try runtime.appendToRegistry(decision.changes.map(\.encoded), definitions: decision.definitions)
            visible.withLock { registry in
                for change in decision.changes { registry.apply(change) }
            }
            return decision.answer
        }
    }

    /// What somebody who looked at the register decided.
    struct Decision<Answer> {
        var answer: Answer
        var changes: [RegistryChange] = []
        /// Texts of definitions that the changes name.
        var definitions: [String] = []
    }
}
