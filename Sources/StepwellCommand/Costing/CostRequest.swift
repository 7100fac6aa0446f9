import StatesCost
import StatesJSON
import StatesLanguage
import StatesTemplates
import StatesText

/// What somebody typed after `stepwell cost`, in the library's words.
struct CostRequest {
    /// What prices apply: region, table, and what is taken off.
    struct Pricing {
        var region: String?
        var prices: String?
        var hasFreeTier = false
        var discount: String?
        var rule = CountingRule.states
    }

    /// The numbers of a profile, as they are typed.
    struct Typed {
        var profile: String?
        var map: [String] = []
        var probability: [String] = []
        var failureRate: [String] = []
        var loop: [String] = []
        var duration: [String] = []
        var payload: String?
    }

    var pricing = Pricing()
    var typed = Typed()
    var volume: Volume?
    var nested: [String] = []
    var runs = 10_000
    var seed: UInt64 = 1
    var type = MachineType.standard
    var substitutions: [String: JSONValue] = [:]

    // MARK: Definitions

    /// A definition that was read, ready to be estimated.
    struct Machine {
        var name: String
        var flow: Flow
    }

    /// Reads a definition; what AWS would refuse has no price.
    func machine(_ argument: String) throws -> Machine {
        let project = try Project(argument)
        let file = try DefinitionFile(path: project.definition)
        let check = file.check(type: type, substitutions: substitutions)
        guard check.isValid else { throw InvalidDefinition(diagnostics: check.diagnostics, source: check.source) }
        let node = try file.node()
        let replaced = substitutions.isEmpty ? node : node.replacing(symbols: substitutions)
        guard let flow = Flow(replaced, source: check.source) else {
            throw Complaint.cannotAsk("\(file.name): a state here leads to a place that needs a value (--substitution)")
        }
        return Machine(name: project.machineName, flow: flow)
    }

    /// The estimate of a definition.
    func estimate(_ argument: String) throws -> Estimate {
        let machine = try machine(argument)
        return try estimate(machine, profile: profile(for: machine.flow))
    }

    func estimate(_ machine: Machine, profile: Profile) throws -> Estimate {
        var options = Estimate.Options()
        options.volume = volume
        options.runs = runs
        options.seed = seed
        options.nested = try nestedCosts()
        let tariff = try tariff()
        do throws(ProfileMistake) {
            return try Estimate(
                machine.flow, name: machine.name, isExpress: type == .express, profile: profile, tariff: tariff, options: options)
        } catch {
            throw Complaint.cannotAsk(DisplayText.visible(error.description))
        }
    }

    /// What one execution of each machine costs that others start. Those may start each other, but not themselves.
    private func nestedCosts() throws -> [String: CountRange] {
        let machines = try nested.map { try machine($0) }
        var known: [String: CountRange] = [:]
        for _ in machines {
            for machine in machines where known[machine.name] == nil {
                let started = machine.flow.states.compactMap { machine.flow.startedMachine(of: $0) }
                let waitsFor = started.filter { name in known[name] == nil && machines.contains { $0.name == name } }
                guard waitsFor.isEmpty else { continue }
                known[machine.name] = machine.flow.costOfExecution(nested: known)
            }
        }
        if let round = machines.first(where: { known[$0.name] == nil }) {
            throw Complaint.cannotAsk("\(round.name) starts itself, directly or through others: that has no end")
        }
        return known
    }

    // MARK: Numbers

    /// The profile for a definition: the file's numbers, then those that were typed.
    func profile(for flow: Flow) throws -> Profile {
        var profile = Profile()
        if let path = typed.profile { profile = try Self.read(path) { node throws(FigureProblem) in try Profile(reading: node) } }
        var own = Profile()
        for argument in typed.map {
            let (name, value) = try Self.split(argument, "--map")
            own.items[name] = try Self.whole(value, "--map \(name)")
        }
        for argument in typed.loop {
            let (name, value) = try Self.split(argument, "--loop")
            own.rounds[name] = try Self.whole(value, "--loop \(name)")
        }
        for argument in typed.probability {
            let (name, value) = try Self.split(argument, "--probability")
            guard let (state, target) = Self.parts(of: name, at: ".", in: flow) else {
                throw Complaint.cannotAsk("--probability \(DisplayText.visible(argument)): CHOICE.STATE=SHARE is expected")
            }
            own.probabilities[state, default: [:]][target] = try Self.share(value, "--probability \(name)")
        }
        for argument in typed.failureRate {
            let (name, value) = try Self.split(argument, "--failure-rate")
            let share = try Self.share(value, "--failure-rate \(name)")
            if flow.states(named: name).isEmpty, let (state, error) = Self.parts(of: name, at: ":", in: flow) {
                own.failures[state, default: [:]][error] = share
            } else {
                own.failures[name, default: [:]][Profile.anyError] = share
            }
        }
        own.durations = try Self.durations(typed.duration)
        if let payload = typed.payload {
            guard let bytes = Profile.bytes(payload) else {
                throw Complaint.cannotAsk("--payload: a size such as 300B, 2KB or 1MB is expected")
            }
            own.payloadBytes = bytes
        }
        return profile.overridden(by: own)
    }

    /// `STATE=120ms`, for each.
    static func durations(_ arguments: [String]) throws(Complaint) -> [String: Int] {
        var durations: [String: Int] = [:]
        for argument in arguments {
            let (name, value) = try split(argument, "--duration")
            guard let milliseconds = Profile.milliseconds(value) else {
                throw .cannotAsk("--duration \(DisplayText.visible(name)): a time such as 120ms, 2s or 5min is expected")
            }
            durations[name] = milliseconds
        }
        return durations
    }

    private static func split(_ argument: String, _ option: String) throws(Complaint) -> (String, String) {
        guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex else {
            throw .cannotAsk("\(option) \(DisplayText.visible(argument)): STATE=NUMBER is expected")
        }
        return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }

    private static func whole(_ text: String, _ option: String) throws(Complaint) -> Int {
        guard let value = Int(text), (0...1_000_000_000_000).contains(value) else {
            throw .cannotAsk("\(option): a whole number is expected, not \(DisplayText.visible(text))")
        }
        return value
    }

    private static func share(_ text: String, _ option: String) throws(Complaint) -> Double {
        let isPercent = text.hasSuffix("%")
        guard let value = Double(isPercent ? String(text.dropLast()) : text), (0...1).contains(isPercent ? value / 100 : value)
        else {
            throw .cannotAsk("\(option): a share from 0 to 1 is expected, not \(DisplayText.visible(text))")
        }
        return isPercent ? value / 100 : value
    }

    /// `STATE.OTHER`: state names may contain the separator, so the first part that is a state decides.
    private static func parts(of name: String, at separator: Character, in flow: Flow) -> (String, String)? {
        var at = name.startIndex
        while let found = name[at...].firstIndex(of: separator) {
            let first = String(name[..<found])
            let second = String(name[name.index(after: found)...])
            if !second.isEmpty, !flow.states(named: first).isEmpty { return (first, second) }
            at = name.index(after: found)
        }
        return nil
    }

    // MARK: Prices

    /// The prices that apply, in a region that has some.
    func tariff() throws(Complaint) -> Tariff {
        var table = PriceTable.builtIn
        if let path = pricing.prices { table = try Self.read(path) { node throws(FigureProblem) in try PriceTable(reading: node) } }
        let region = pricing.region ?? environmentVariable("AWS_REGION").flatMap { $0.isEmpty ? nil : $0 } ?? "us-east-1"
        let tariff = Tariff(
            prices: table, region: region, hasFreeTier: pricing.hasFreeTier, discount: try discount(), rule: pricing.rule)
        guard let tariff else {
            throw .cannotAsk(
                """
                no prices for the region \(DisplayText.visible(region)) in the table of \(table.date); it has \
                \(table.regions.keys.sorted().joined(separator: ", ")). Supply yours with --prices FILE: {"date": "YYYY-MM-DD", \
                "regions": {"\(DisplayText.visible(region))": {"standardTransition": "0.000025"}}}
                """)
        }
        return tariff
    }

    private func discount() throws(Complaint) -> Int {
        guard let text = pricing.discount else { return 0 }
        guard let value = Double(text.hasSuffix("%") ? String(text.dropLast()) : text), (0...100).contains(value) else {
            throw .cannotAsk("--discount: a percentage such as 12% is expected")
        }
        return Int((value * 10).rounded())
    }

    /// What to say about prices that have become old; nil if they have not.
    static func warning(about prices: PriceTable, now milliseconds: Int64) -> String? {
        let today = String(Timestamp(milliseconds: milliseconds).rfc3339Milliseconds.prefix(10))
        guard prices.isOlderThanAYear(on: today) else { return nil }
        return "warning: the prices are of \(prices.date), more than a year ago; check them, or give yours with --prices FILE"
    }

    /// Reads a file of figures; what is wrong with it is said with its place.
    static func read<Value>(_ path: String, _ make: (JSONNode) throws(FigureProblem) -> Value) throws(Complaint) -> Value {
        let (node, source) = try NodeFile.read(path)
        do {
            return try make(node)
        } catch {
            throw NodeFile.complaint(error.reason, at: error.offset, source)
        }
    }
}
