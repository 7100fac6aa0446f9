import StatesJSON
import StatesLanguage
import StatesRuntime

/// A case of a test file: what is given, what is answered, and what is expected.
package struct TestCase: Sendable {
    /// Its name, unique in its file.
    package var name: String
    /// Where it stands in its file.
    package var place: SourceRange
    /// Why it is left out, if it is.
    package var skip: String?
    var input: JSONValue = .emptyObject
    /// Its own mocks, before those it shares with others.
    var rules: [MockRule] = []
    /// The test case of the mock file that it takes its mocks from.
    package var testCase: String?
    var validation = ResultValidation.strict
    /// When its clock starts, in milliseconds since 1970.
    var startTime = ManualTime.defaultStart
    /// What happens while it runs; empty if time runs by itself.
    var steps: [Step] = []
    var expectation = Expectation()
    /// The one state it is about, if it is about one.
    var state: StateTest?

    /// Something that happens while a case runs.
    struct Step: Sendable {
        var action: Action
        var expectation: Expectation?
        var place: SourceRange

        enum Action: Sendable {
            /// Time passes.
            case advance(Duration)
            case answer(Expectation.Placed<String>, JSONValue)
            case fail(Expectation.Placed<String>, error: String, cause: String)
            case heartbeat(Expectation.Placed<String>)
            case stop(error: String?, cause: String?)
            /// Nothing but a look at how it stands.
            case look
        }

        /// The state that it answers by hand.
        var state: Expectation.Placed<String>? {
            switch action {
            case .answer(let state, _), .fail(let state, _, _), .heartbeat(let state): state
            case .advance, .stop, .look: nil
            }
        }
    }

    /// What a case about one state has besides.
    struct StateTest: Sendable {
        var name: Expectation.Placed<String>
        var request: StateInspection.Request
    }
}
