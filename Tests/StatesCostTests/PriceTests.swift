import StatesJSON
import Testing

@testable import StatesCost

@Suite("prices")
struct PriceTests {
    /// Worked examples of AWS's price page and figures computed by hand from its prices.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let usage: Usage
        var region = "us-east-1"
        var hasFreeTier = false
        let cents: String
    }

    static func express(_ executions: Int, _ milliseconds: Int, _ megabytes: Double) -> Usage {
        Usage(requests: executions, memory: MemoryTime(executions: executions, milliseconds: milliseconds, megabytes: megabytes))
    }

    static let vectors = [
        Example(
            testDescription: "1: four transitions, 100,000 times", usage: Usage(transitions: 400_000), hasFreeTier: true,
            cents: "9.90"),
        Example(
            testDescription: "2: every tenth retries once", usage: Usage(transitions: 410_000), hasFreeTier: true, cents: "10.15"),
        Example(testDescription: "3: a million of 30 s and 64 MB", usage: express(1_000_000, 30_000, 64), cents: "32.25"),
        Example(
            testDescription: "5: all three tiers",
            usage: express(
                100_000_000, 10_000, MemoryTime.modelledMegabytes(definitionBytes: 50_000, payloadBytes: 32_000, steps: 400)),
            cents: "482.97"),
        Example(testDescription: "6: a million of 2 s", usage: express(1_000_000, 2_000, 64), cents: "3.08"),
        Example(testDescription: "7: ten million of 1 s", usage: express(10_000_000, 1_000, 64), cents: "20.42"),
        Example(testDescription: "8: 101 ms are billed as 200, 65 MB as 128", usage: express(1_000_000, 101, 65), cents: "1.42"),
        Example(testDescription: "9: across the first tier", usage: express(5_000_000, 4_000, 130), cents: "66.25"),
        Example(testDescription: "10: within the free tier", usage: Usage(transitions: 4_000), hasFreeTier: true, cents: "0.00"),
        Example(testDescription: "11: the free tier is used up", usage: Usage(transitions: 6_000), cents: "0.15"),
        Example(testDescription: "12: a little", usage: express(1_000, 12_000, 64), cents: "0.01"),
        Example(
            testDescription: "13: another region", usage: Usage(transitions: 1_004_000), region: "eu-west-3", hasFreeTier: true,
            cents: "29.70"),
    ]

    @Test("worked examples come out to the cent", arguments: vectors)
    func workedExample(_ vector: Example) throws {
        let tariff = try #require(Tariff(region: vector.region, hasFreeTier: vector.hasFreeTier))
        #expect(tariff.amount(of: vector.usage)?.cents.decimalText == vector.cents)
    }

    @Test("4: memory by AWS's model: 50 MB, the definition, and the payload once for each step")
    func memoryModel() {
        let megabytes = MemoryTime.modelledMegabytes(definitionBytes: 50_000, payloadBytes: 32_000, steps: 400)
        #expect(abs(megabytes - 62.85) < 1e-9)
        #expect(MemoryTime.billedMegabytes(megabytes) == 64)
    }

    @Test("parts of an amount are exact before they are rounded")
    func exactParts() throws {
        let prices = try #require(PriceTable.builtIn.express(in: "us-east-1"))
        #expect(prices.duration(Self.express(1_000, 12_000, 64).memory) == Money(nanodollars: 12_500_000))
        #expect(prices.requests(1_000) == Money(nanodollars: 1_000_000))
        #expect(prices.duration(Self.express(5_000_000, 4_000, 130).memory) == Money(nanodollars: 61_250_000_000))
    }

    @Test("time and memory are rounded up", arguments: [(0, 100), (1, 100), (100, 100), (101, 200), (1_999, 2_000)])
    func roundedTime(milliseconds: Int, billed: Int) { #expect(MemoryTime.billedMilliseconds(milliseconds) == billed) }

    @Test("amounts are read and written as decimals", arguments: ["0.000025", "9.90", "0.00", "1234567.123456789"])
    func decimals(text: String) { #expect(Money(decimal: text)?.decimalText == text) }

    @Test("what is no amount is none", arguments: ["", ".", "1.", ".5", "-1", "1e3", "1.0000000001", "12345678901", "1,5"])
    func noDecimals(text: String) { #expect(Money(decimal: text) == nil) }

    @Test("amounts saturate instead of overflowing")
    func saturation() {
        #expect(Money(nanodollars: .max) + Money(nanodollars: 1) == Money(nanodollars: .max))
        #expect(Money(nanodollars: 25_000) * .max == Money(nanodollars: .max))
    }

    @Test(
        "people see cents from a cent on",
        arguments: [(10_000_000, "$0.01"), (1_234_505_000_000, "$1,234.51"), (150_000, "$0.00015")])
    func shortText(nanodollars: Int64, text: String) { #expect(Money(nanodollars: nanodollars).shortText == text) }

    @Test("a region without a price has none, and a discount and the other counting rule apply")
    func tariffs() throws {
        #expect(Tariff(region: "mars-north-1") == nil)
        let tariff = try #require(Tariff(region: "us-east-1", discount: 120, rule: .awsExample))
        #expect(tariff.transitions(2, executions: 1_000) == 4_000)
        #expect(tariff.amount(of: Usage(transitions: 4_000)) == Money(nanodollars: 88_000_000))
        #expect(try #require(Tariff(region: "us-west-1")).amount(of: Usage(requests: 1)) == nil)
    }

    @Test("a table of one's own replaces regions, and says where it is wrong")
    func ownTable() throws {
        let text = #"{"date":"2026-11-01","regions":{"eu-south-1":{"standardTransition":"0.0000263"}}}"#
        let table = try PriceTable(reading: JSONNode(parsing: text))
        #expect(table.standardTransition(in: "eu-south-1") == Money(nanodollars: 26_300))
        #expect(table.standardTransition(in: "us-east-1") == Money(nanodollars: 25_000))
        #expect(table.date == "2026-11-01")
        #expect(throws: FigureProblem("standardTransition is an amount of dollars such as \"0.000025\"", at: 62)) {
            try PriceTable(reading: JSONNode(parsing: #"{"date":"2026-11-01","regions":{"a":{"standardTransition":    "cheap"}}}"#))
        }
    }

    @Test(
        "a table is old after a year", arguments: [("2026-08-01", false), ("2026-08-02", true), ("2027-01-01", true), ("?", false)])
    func age(day: String, isOld: Bool) { #expect(PriceTable.builtIn.isOlderThanAYear(on: day) == isOld) }

    @Test(
        "a month has 730 hours",
        arguments: [("2M/month", 2_000_000), ("24/day", 730), ("1k/hour", 730_000), ("1/second", 2_628_000), ("0.5/s", 1_314_000)])
    func volumes(text: String, executions: Int) { #expect(Volume(text)?.executions == executions) }

    @Test("what is no volume is none", arguments: ["2M", "2M/year", "M/month", "-1/day", "1e9/day", "/day"])
    func noVolumes(text: String) { #expect(Volume(text) == nil) }

    @Test("a bucket holds out until it is empty")
    func quotas() throws {
        let far = Quotas(region: "eu-central-1")
        #expect(Quotas(region: "us-east-1").transitions.secondsUntilEmpty(at: 2_000) == nil)
        #expect(abs(try #require(far.transitions.secondsUntilEmpty(at: 2_000)) - 0.6667) < 0.001)
        #expect(far.standardStarts.secondsUntilEmpty(at: 200) == 16)
    }
}
