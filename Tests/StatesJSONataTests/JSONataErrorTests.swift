import StatesJSONata
import Testing

@Suite("JSONata errors")
struct JSONataErrorTests {
    @Test(
        "an error is described as the service prints it: with its code, or bare where it has none",
        arguments: [
            (
                JSONataError(code: "T1006", message: "Attempted to invoke a non-function"),
                "T1006: Attempted to invoke a non-function"
            ),
            (JSONataError(code: "", message: "Depth=101 max=100"), "Depth=101 max=100"),
        ])
    func description(error: JSONataError, text: String) {
        #expect(error.description == text)
    }
}
