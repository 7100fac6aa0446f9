#if CommandLineTool
    import ArgumentParser
    import StatesCost
    import StatesLanguage

    struct CostCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cost", abstract: "Says what a definition will cost on AWS, before anything runs.",
            discussion: """
                Without numbers it says what the definition alone decides: the fewest and the most transitions, and what they depend on. \
                With numbers (--map, --probability, --failure-rate, --loop, or a --profile) it says what to expect. Prices are list prices; \
                what other services charge is listed and not computed.
                """)

        @Argument(help: "A file, a folder of StateMachines/, or -; two of them for --compare.")
        var definitions: [String] = []

        @OptionGroup(title: "Numbers") var numbers: ProfileOptions
        @OptionGroup(title: "Prices") var prices: PriceOptions

        @Option(help: ArgumentHelp("How often it runs: 2M/month, 100k/day, 500/hour.", valueName: "n/unit"))
        var executions: String?

        @Option(help: ArgumentHelp("How often it is started each second, on average.", valueName: "n"))
        var startsPerSecond: Double?

        @Option(help: ArgumentHelp("A file of machines and volumes, for one bill.", valueName: "file"))
        var workload: String?

        @Option(
            help: ArgumentHelp("Count what ran: a GetExecutionHistory file, or an execution of --data.", valueName: "file|name"))
        var fromHistory: String?

        @Flag(help: "Compare two definitions: what the second changes.")
        var compare = false

        @Option(help: ArgumentHelp("Exit with status 1 if a month costs more: 25USD/month.", valueName: "amount"))
        var budget: String?

        @Option(help: ArgumentHelp("Exit with status 1 if an execution may make more transitions.", valueName: "n"))
        var maxTransitions: Int?

        @Option(help: ArgumentHelp("A definition of a machine that tasks start. May be given several times.", valueName: "path"))
        var nested: [String] = []

        @Option(help: ArgumentHelp("Simulated executions, where exact propagation is not possible.", valueName: "n"))
        var runs = 10_000

        @Option(help: ArgumentHelp("Where the dice of a simulation begin.", valueName: "n"))
        var seed: UInt64 = 1

        @Option(help: "How to write the result.")
        var format: CostDocument.Format = .text

        @Flag(name: .customLong("json"), help: "Short for --format json.")
        var isJSON = false

        @OptionGroup(title: "Definition") var reading: DefinitionOptions
        @OptionGroup var data: DataOptions
        @OptionGroup var colour: ColourOptions

        func validate() throws {
            let asked = [!definitions.isEmpty, workload != nil, fromHistory != nil || definitions.isEmpty && data.directory != nil]
            guard asked.count(where: { $0 }) == 1 else {
                throw ValidationError("Give a definition, or --workload, or --from-history (or --data for all of it).")
            }
            guard definitions.count <= (compare ? 2 : 1), !compare || definitions.count == 2 else {
                throw ValidationError(compare ? "--compare takes two definitions." : "Give one definition, or two with --compare.")
            }
            guard executions == nil || startsPerSecond == nil else {
                throw ValidationError("Say --executions or --starts-per-second, not both.")
            }
            guard (1...10_000_000).contains(runs) else { throw ValidationError("--runs is a number from 1 to 10,000,000.") }
        }

        func run() throws {
            let request = try request()
            let budget = try Budget(budget, mostTransitions: maxTransitions)
            let (document, excess) = try answer(request, budget)
            let format = isJSON ? .json : format
            if let warning = CostRequest.warning(about: try request.tariff().prices, now: wallClock()) {
                StandardStream.error.tell(warning)
            }
            guard format != .svg || !document.drawings.isEmpty else {
                throw Complaint.cannotAsk("this has no drawing; --format html, markdown, csv, json and text have it")
            }
            try StandardStream.output.write(document.text(format, ink: colour.ink(for: .output)))
            if !excess.isEmpty { throw Complaint.notWell(excess.joined(separator: "; ")) }
        }

        private func request() throws -> CostRequest {
            var request = CostRequest()
            request.pricing = prices.pricing
            request.typed = numbers.typed
            request.nested = nested
            request.runs = runs
            request.seed = seed
            request.type = reading.type
            request.substitutions = try reading.substitutions()
            if let text = executions ?? startsPerSecond.map({ "\($0)/second" }) {
                guard let volume = Volume(text) else {
                    throw Complaint.cannotAsk("--executions: a number such as 2M/month, 100k/day or 500/hour is expected")
                }
                request.volume = volume
            }
            return request
        }

        private func answer(_ request: CostRequest, _ budget: Budget) throws -> (CostDocument, [String]) {
            if let workload {
                let workload = try Workload(path: workload, request: request)
                return (workload.document(), budget.excess(ofTotal: workload.total))
            }
            guard let definition = definitions.first else {
                let history = try HistoryCost(fromHistory, data: data.path)
                let durations = try numbers.durations()
                return (history.document(try request.tariff(), volume: request.volume, durations: durations), [])
            }
            let estimate = try request.estimate(definition)
            guard compare else { return (CostDocument(estimate), try budget.excess(of: estimate)) }
            let changed = try request.estimate(definitions[1])
            return (CostDocument(comparing: estimate, with: changed), try budget.excess(of: changed))
        }
    }

    /// Numbers that a definition does not know.
    struct ProfileOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp("The items of a Map state. May be given several times, as may the next four.", valueName: "state=n"))
        var map: [String] = []

        @Option(help: ArgumentHelp("How often a Choice goes to a state: Check.Rejected=0.05.", valueName: "choice.state=share"))
        var probability: [String] = []

        @Option(
            help: ArgumentHelp(
                "How often an attempt of a task fails: Charge=0.01, Charge:Card.Declined=0.02.", valueName: "state=share"))
        var failureRate: [String] = []

        @Option(help: ArgumentHelp("How often a loop is gone through, by a state in it.", valueName: "state=n"))
        var loop: [String] = []

        @Option(help: ArgumentHelp("How long a task takes: Charge=120ms.", valueName: "state=time"))
        var duration: [String] = []

        @Option(help: ArgumentHelp("All of these in a file, JSON or YAML.", valueName: "file"))
        var profile: String?

        @Option(help: ArgumentHelp("The size of the data that flows, for Express: 2KB.", valueName: "size"))
        var payload: String?

        var typed: CostRequest.Typed {
            CostRequest.Typed(
                profile: profile, map: map, probability: probability, failureRate: failureRate, loop: loop, duration: duration,
                payload: payload)
        }

        /// Durations alone, for what ran already.
        func durations() throws -> [String: Int] {
            try CostRequest.durations(duration)
        }
    }

    /// Whose prices.
    struct PriceOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The region. Default: $AWS_REGION, or us-east-1.", valueName: "region"))
        var region: String?

        @Option(help: ArgumentHelp("Prices of your own, over the built-in table.", valueName: "file"))
        var prices: String?

        @Flag(help: "Take the account's free transitions off, once.")
        var freeTier = false

        @Option(help: ArgumentHelp("Take a share off every amount: 12%.", valueName: "percent"))
        var discount: String?

        @Option(help: "What counts: states and retries, or two more for each execution, as an example of AWS does.")
        var countingRule: Rule = .states

        enum Rule: String, ExpressibleByArgument, CaseIterable {
            case states
            case awsExample = "aws-example"
        }

        var pricing: CostRequest.Pricing {
            CostRequest.Pricing(
                region: region, prices: prices, hasFreeTier: freeTier, discount: discount,
                rule: countingRule == .states ? .states : .awsExample)
        }
    }

    extension CostDocument.Format: ExpressibleByArgument {}
#endif
