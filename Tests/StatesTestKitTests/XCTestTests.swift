import StatesTestKit
import XCTest

/// The kit's words in XCTest.
final class OrderTests: XCTestCase {
    func testADeclinedCardReleasesTheReservation() async throws {
        let run = try await Written.machine()
            .mocking("Reserve", .returns(["id": "r-1"]))
            .mocking("Charge", .throws("Card.Declined"))
            .mocking("Release", .returns(["MessageId": "m"]))
            .run(input: ["order": 1])
        XCTAssertEqual(run.status, .failed)
        XCTAssertEqual(run.path, ["Reserve", "Charge", "Release", "Failed"])
    }
}
