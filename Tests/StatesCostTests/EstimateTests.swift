import StatesJSON
import StatesLanguage
import Testing

@testable import StatesCost

@Suite("estimates")
struct EstimateTests {
    static func flow(_ text: String) throws -> Flow {
        try #require(Flow(JSONNode(parsing: text), source: SourceText(text, name: "definition")))
    }

    static let function = "arn:aws:lambda:us-east-1:123456789012:function:f"

    static let shop = """
        {"StartAt": "Look", "States": {
          "Look": {"Type": "Task", "Resource": "\(function)", "Next": "Items"},
          "Items": {"Type": "Map", "ItemsPath": "$.items", "Next": "Poll", "ItemProcessor": {"StartAt": "Price", "States": {
            "Price": {"Type": "Task", "Resource": "\(function)", "Next": "Round"},
            "Round": {"Type": "Pass", "End": true}}}},
          "Poll": {"Type": "Task", "Resource": "\(function)", "Next": "Done?"},
          "Done?": {"Type": "Choice", "Choices": [{"Variable": "$.x", "NumericEquals": 1, "Next": "End"}], "Default": "Poll"},
          "End": {"Type": "Succeed"}}}
        """

    @Test("what data decides is a symbol, and a loop without a count has no end")
    func symbols() throws {
        let bounds = Bounds(of: try Self.flow(Self.shop))
        #expect(bounds.errorFree.map { bounds.text($0.most) } == "3 + 2·Items + 2·Poll")
        #expect(bounds.errorFree?.least == 5)
        #expect(bounds.any.least == 1)
        #expect(bounds.loops.map { ($0.header) } == [4])
        #expect(bounds.loops.first?.closing == Bounds.Loop.Closing(state: 5, line: 7, isCatcher: false))
        #expect(bounds.loops.first?.isByFailure == false)
    }

    @Test("given numbers take the place of symbols, and what is expected is exact")
    func given() throws {
        let flow = try Self.flow(Self.shop)
        var profile = Profile()
        profile.items = ["Items": 10]
        profile.rounds = ["Poll": 4]
        let estimate = try Estimate(
            flow, name: "shop", isExpress: false, profile: profile, tariff: try #require(Tariff(region: "us-east-1")))
        #expect(estimate.bounds.errorFree?.most.value == 31)
        #expect(estimate.expectation?.mean == 31)
        #expect(estimate.expectation?.method == .exact)
        #expect(estimate.calls.map(\.resource) == ["lambda:invoke"])
        #expect(estimate.calls.first?.expected == 15)
    }

    @Test("without numbers nothing is expected, and it is said what is missing")
    func missing() throws {
        let tariff = try #require(Tariff(region: "us-east-1"))
        let flow = try Self.flow(Self.shop)
        #expect(try Estimate(flow, name: "shop", isExpress: false, tariff: tariff).expectation == nil)
        var profile = Profile()
        profile.items = ["Items": 10]
        let estimate = try Estimate(flow, name: "shop", isExpress: false, profile: profile, tariff: tariff)
        #expect(estimate.expectation == nil)
        #expect(estimate.missing == ["how often Done? goes to End (--probability Done?.End=P)"])
    }

    @Test("loops by chance are expected exactly: a geometric number of rounds")
    func chance() throws {
        let flow = try Self.flow(Self.shop)
        var profile = Profile()
        profile.items = ["Items": 0]
        profile.probabilities = ["Done?": ["End": 0.25]]
        let numbers = try Numbers(profile, for: flow)
        let expected = try Expectation(of: flow, numbers: numbers, bounds: Bounds(of: flow, items: numbers.items))
        #expect(abs(expected.mean - (3 + 2 * 4)) < 1e-6)
        #expect(expected.transitions.percentile(50) == 3 + 2 * 3)
        #expect(abs(expected.counts[4] - 4) < 1e-6)
    }

    @Test("a profile about what is not there is refused")
    func mistakes() throws {
        let flow = try Self.flow(Self.shop)
        func refused(_ change: (inout Profile) -> Void) -> String? {
            var profile = Profile()
            change(&profile)
            do {
                _ = try Numbers(profile, for: flow)
                return nil
            } catch { return error.description }
        }
        #expect(refused { $0.items["Nobody"] = 1 }?.hasPrefix("no state is called \"Nobody\"") == true)
        #expect(refused { $0.items["Look"] = 1 } == "\"Look\" is no Map state")
        #expect(
            refused { $0.probabilities["Done?"] = ["Look": 1] } == "\"Done?\" never goes to \"Look\"; it goes to \"End\", \"Poll\"")
        #expect(refused { $0.failures["Look"] = ["A": 0.6, "B": 0.6] } == "the failures of \"Look\" add up to more than 1")
    }

    @Test("the JSON begins with what programs read first")
    func json() throws {
        let tariff = try #require(Tariff(region: "us-east-1"))
        var options = Estimate.Options()
        options.volume = Volume("1M/month")
        let estimate = try Estimate(try Self.flow(Self.shop), name: "shop", isExpress: false, tariff: tariff, options: options)
        let json = estimate.json()
        #expect(
            json.object?.names.prefix(8) == [
                "type", "region", "pricesAsOf", "countingRule", "transitions", "terms", "calls", "monthly",
            ])
        #expect(json["transitions"]?["expression"] == "3 + 2·Items + 2·Poll")
        #expect(json["transitions"]?["max"] == .null)
        #expect(json["transitions"]?["unbounded"]?[0]?["state"] == "Poll")
        #expect(json["transitions"]?["unbounded"]?[0]?["line"] == 6)
        #expect(json["monthly"]?["any"]?["min"] == "25.00")
    }

    @Test("the children of a Distributed Map are counted: their own transitions, or one each if they are Express")
    func distributed() throws {
        func text(_ type: String, _ more: String = "") -> String {
            #"{"StartAt":"M","States":{"M":{"Type":"Map",\#(more)"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"\#(type)"},"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}},"End":true}}}"#
        }
        func most(_ text: String) throws -> Int? { Bounds(of: try Self.flow(text), items: [0: 100]).errorFree?.most.value }
        #expect(try most(text("STANDARD")) == 201)
        #expect(try most(text("EXPRESS")) == 101)
        #expect(try most(text("STANDARD", #""ItemBatcher":{"MaxItemsPerBatch":30},"#)) == 9)
    }

    @Test("executions that are started elsewhere are counted where their definition is given")
    func nested() throws {
        let child = try Self.flow(#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}"#)
        let parent = try Self.flow(
            #"{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:1:stateMachine:child"},"End":true}}}"#
        )
        var options = Estimate.Options()
        let tariff = try #require(Tariff(region: "us-east-1"))
        #expect(
            try Estimate(parent, name: "p", isExpress: false, tariff: tariff, options: options).bounds.errorFree?.most.value == 1)
        options.nested = ["child": child.costOfExecution()]
        #expect(
            try Estimate(parent, name: "p", isExpress: false, tariff: tariff, options: options).bounds.errorFree?.most.value == 3)
    }

    @Test("ten thousand states with nested choices take no time to speak of")
    func large() throws {
        var states: [String] = []
        for at in 0..<3_333 {
            let next = at == 3_332 ? "End" : "C\(at + 1)"
            states.append(
                #""C\#(at)":{"Type":"Choice","Choices":[{"Variable":"$.x","NumericEquals":1,"Next":"A\#(at)"}],"Default":"B\#(at)"}"#
            )
            states.append(
                #""A\#(at)":{"Type":"Task","Resource":"\#(Self.function)","Next":"B\#(at)","Retry":[{"ErrorEquals":["States.ALL"]}]}"#
            )
            states.append(#""B\#(at)":{"Type":"Pass","Next":"\#(next)"}"#)
        }
        let text = #"{"StartAt":"C0","States":{\#(states.joined(separator: ",")),"End":{"Type":"Succeed"}}}"#
        let tariff = try #require(Tariff(region: "us-east-1"))
        let clock = ContinuousClock()
        var estimate: Estimate?
        let time = try clock.measure {
            estimate = try Estimate(try Self.flow(text), name: "large", isExpress: false, tariff: tariff)
        }
        #expect(estimate?.flow.states.count == 10_000)
        #expect(estimate?.bounds.errorFree?.least == 6_667)
        #expect(estimate?.bounds.any.most.value == 10_000 + 3 * 3_333)
        print("10,000 states: \(time)")
    }

    @Test("loops made to entangle everything end, and quickly")
    func entangled() throws {
        let count = 60
        var states: [String] = []
        for at in 0..<count {
            let rules = (0..<count).map { #"{"Variable":"$.x","NumericEquals":\#($0),"Next":"S\#($0)"}"# }.joined(separator: ",")
            states.append(#""S\#(at)":{"Type":"Choice","Choices":[\#(rules)],"Default":"End"}"#)
        }
        let flow = try Self.flow(#"{"StartAt":"S0","States":{\#(states.joined(separator: ",")),"End":{"Type":"Succeed"}}}"#)
        let bounds = Bounds(of: flow)
        #expect(bounds.any.least == 2)
        #expect(bounds.any.most.value == nil)
    }

    @Test("a definition's states and ways are those of its plan", arguments: 0..<40)
    func flowIsThePlan(seed: UInt64) throws {
        let random = RandomMachine(seed: seed)
        let flow = try random.flow()
        let plan = try random.machine().plan
        #expect(flow.states.map(\.name) == plan.states.map(\.name))
        #expect(flow.states.map(\.scope) == plan.states.map(\.scope))
        #expect(flow.scopes.map(\.startAt) == plan.scopes.map(\.startAt))
        #expect(flow.states.map { $0.catchers.map(\.target) } == plan.states.map { $0.catchers.map(\.next) })
        #expect(flow.states.map { $0.retriers.map(\.errors) } == plan.states.map { $0.retriers.map(\.errorEquals) })
        #expect(flow.states.map { $0.retriers.map { Int64($0.maxAttempts) } } == plan.states.map { $0.retriers.map(\.maxAttempts) })
    }
}
