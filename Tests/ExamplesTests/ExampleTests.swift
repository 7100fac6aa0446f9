import Foundation
import StatesTemplates
import Stepwell
import Testing

/// What a test case of an example's mock file leads to.
struct Outcome: Sendable, CustomStringConvertible {
    let example: Example
    let testCase: String
    var input = "default"
    let status: ExecutionStatus
    var error: String?
    var output: JSONValue?
    let path: [String]

    var description: String { "\(example.name) #\(testCase)" }
}

@Suite("examples")
struct ExampleTests {
    @Test("a definition has no diagnostics", arguments: Example.readable)
    func definitionIsClean(example: Example) throws {
        let check = try example.check()
        #expect(check.diagnostics == [], "\(DiagnosticReport(diagnostics: check.diagnostics, source: check.source).text())")
    }

    @Test("mocks answer for states that exist", arguments: Example.readable)
    func mocksAreUsed(example: Example) throws {
        let file = try example.mockFile()
        let plan = try example.machine().plan
        let cases = file.testCases(of: example.name)
        #expect(!cases.isEmpty)
        for testCase in cases {
            #expect(try example.mocks(testCase).unusedStates(in: plan) == [])
        }
    }

    @Test("every test case of the mock files is in the table of outcomes", arguments: Example.readable)
    func everyCaseIsCovered(example: Example) throws {
        let covered = Set(Self.outcomes.filter { $0.example.name == example.name }.map(\.testCase))
        #expect(try Set(example.mockFile().testCases(of: example.name)) == covered)
    }

    @Test("a mocked run ends as its test case says", arguments: outcomes.filter(\.example.canBeRead))
    func mockedRun(expected: Outcome) async throws {
        let run = try await expected.example.run(expected.testCase, input: expected.input)
        #expect(run.status == expected.status)
        #expect(run.error == expected.error)
        #expect(run.path == expected.path)
        if let output = expected.output { #expect(run.output == output) }
    }

    static let saga = Example("order-saga")
    static let approval = Example("callback-approval")
    static let polling = Example("polling-loop")
    static let callback = Example("polling-loop", name: "polling-loop-callback")
    static let retries = Example("retry-showcase")
    static let letters = Example("dead-letter")
    static let fan = Example("fan-out")
    static let twins = [Example("two-languages"), Example("two-languages", name: "two-languages-jsonpath")]

    static let outcomes = ownOutcomes + twinOutcomes

    private static let twinOutcomes = twins.flatMap { twin in
        let beforeTotal = ["Remember", "Gather", "Customer", "PriceParcels", "PriceParcel", "PriceParcel", "PriceParcel"]
        let look = twin.name == "two-languages" ? ["LetSomebodyLook"] : ["HowLong", "LetSomebodyLook"]
        return [
            Outcome(
                example: twin, testCase: "WithinLimit", status: .succeeded,
                output: [
                    "title": "3 parcels to Finland for Ada", "price": 21,
                    "parcels": .array(Array(repeating: ["id": "lamp", "price": 8], count: 3)), "checked": false,
                ],
                path: beforeTotal + ["Total", "WithinLimit", "Quote"]),
            Outcome(
                example: twin, testCase: "OverLimit", status: .succeeded,
                path: beforeTotal + ["Total", "WithinLimit"] + look + ["Quote"]),
            Outcome(
                example: twin, testCase: "Refused", status: .failed, error: "Totals.Refused",
                path: [
                    "Remember", "Gather", "Customer", "PriceParcels", "PriceParcel", "PriceParcel", "Stranger", "ByAgreement",
                    "PriceParcel", "ByAgreement", "ByAgreement", "Total", "NoQuote",
                ]),
        ]
    }

    private static let ownOutcomes = [
        Outcome(
            example: saga, testCase: "HappyPath", status: .succeeded, output: ["orderId": 7, "paid": 59.9, "tracking": "t-7"],
            path: ["Reserve", "BookCourier", "Charge", "Pack", "Ship", "OrderShipped"]),
        Outcome(
            example: saga, testCase: "CardDeclined", input: "declined", status: .failed, error: "Card.Declined",
            path: ["Reserve", "BookCourier", "Charge", "CancelCourier", "Release", "OrderFailed"]),
        Outcome(
            example: saga, testCase: "AddressUnknown", input: "unknown-address", status: .failed, error: "Courier.AddressUnknown",
            path: ["Reserve", "BookCourier", "Charge", "Pack", "Ship", "Refund", "CancelCourier", "Release", "OrderFailed"]),
        Outcome(example: saga, testCase: "SoldOut", status: .failed, error: "Stock.SoldOut", path: ["Reserve", "OrderFailed"]),
        Outcome(
            example: approval, testCase: "Approved", status: .succeeded, output: ["paid": true],
            path: ["AskForApproval", "IsItApproved", "PayOut"]),
        Outcome(
            example: approval, testCase: "Rejected", status: .failed, error: "Expense.Rejected",
            path: ["AskForApproval", "IsItApproved", "Rejected"]),
        Outcome(
            example: approval, testCase: "ApprovedAfterReminder", status: .succeeded, output: ["paid": true],
            path: ["AskForApproval", "AskAgain", "IsItApproved", "PayOut"]),
        Outcome(
            example: approval, testCase: "NobodyAnswers", status: .failed, error: "Expense.Undecided",
            path: ["AskForApproval", "AskAgain", "Undecided"]),
        Outcome(
            example: polling, testCase: "DoneAtTheThirdQuestion", status: .succeeded,
            output: ["id": "j-1", "status": "DONE", "asked": 3],
            path: [
                "StartJob", "Pause", "AskForStatus", "IsItDone", "Pause", "AskForStatus", "IsItDone", "Pause", "AskForStatus",
                "IsItDone", "Done",
            ]),
        Outcome(
            example: polling, testCase: "JobFails", status: .failed, error: "Job.Failed",
            path: ["StartJob", "Pause", "AskForStatus", "IsItDone", "JobFailed"]),
        Outcome(
            example: polling, testCase: "NeverDone", input: "impatient", status: .failed, error: "Job.TooSlow",
            path: ["StartJob", "Pause", "AskForStatus", "IsItDone", "GaveUp"]),
        Outcome(
            example: callback, testCase: "Answers", status: .succeeded, output: ["id": "j-1", "status": "DONE"],
            path: ["RunJob", "Done"]),
        Outcome(example: callback, testCase: "NeverAnswers", status: .failed, error: "Job.TooSlow", path: ["RunJob", "GaveUp"]),
        Outcome(
            example: retries, testCase: "TwoKindsOfTrouble", status: .succeeded, output: ["imported": 314], path: ["Import"]),
        Outcome(
            example: retries, testCase: "RateLimitedForLong", status: .failed, error: "Import.RateLimited",
            path: ["Import", "ImportFailed"]),
        Outcome(
            example: retries, testCase: "BadRequest", status: .failed, error: "Import.BadRequest", path: ["Import", "ImportFailed"]),
        Outcome(example: retries, testCase: "Timeouts", status: .succeeded, output: ["imported": 314], path: ["Import"]),
        Outcome(example: letters, testCase: "Done", status: .succeeded, output: ["pages": 3], path: ["Process", "Done"]),
        Outcome(
            example: letters, testCase: "Parked", status: .succeeded, output: ["message": "m-1"],
            path: ["Process", "Park", "Parked"]),
        Outcome(
            example: letters, testCase: "QueueIsDownToo", status: .failed, error: "Work.Malformed",
            path: ["Process", "Park", "Lost"]),
        Outcome(
            example: fan, testCase: "AllPriced", status: .succeeded,
            output: [
                "title": "Offer for Ada: 4 lines",
                "lines": .array(Array(repeating: ["sku": "lamp", "price": 49.9], count: 4)),
            ],
            path: [
                "Gather", "LookUpCustomer", "PriceItems", "PriceItem", "PriceItem", "PriceItem", "PriceItem", "AnyLines", "Offer",
            ]),
        Outcome(
            example: fan, testCase: "CustomerUnknown", status: .failed, error: "Customer.Unknown",
            path: ["Gather", "LookUpCustomer", "PriceItems", "PriceItem", "PriceItem"]),
    ]
}
