import StatesJSON
import StatesKernel
import StatesLanguage

/// How strictly a mock's answer is compared with what the service really answers: TestState's `fieldValidationMode`.
public enum ResultValidation: String, Sendable, CaseIterable {
    /// What a service always answers must be there, and everything has the right type.
    case strict = "STRICT"
    /// What is there has the right type.
    case present = "PRESENT"
    /// Anything goes.
    case none = "NONE"

    /// What is wrong with a mock's answer, or nil. Resources whose answers are not known, such as functions, accept anything.
    func problem(with value: JSONValue, of request: TaskRequest) -> String? {
        guard self != .none, let schema = ResultSchema.of(request) else { return nil }
        return schema.problem(with: value, isStrict: self == .strict)
    }
}
