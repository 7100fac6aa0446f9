public import StatesJSON

extension Profile {
    /// Reads a profile that somebody wrote.
    ///
    /// ```yaml
    /// map: { Orders: 200 }
    /// probability: { Check: { Rejected: 0.05 } }
    /// failureRate: { Charge: 0.01, Ship: { Courier.Busy: 0.02, States.Timeout: 0.001 } }
    /// loop: { Poll: 4 }
    /// duration: { Charge: 120ms, Pack: 2s }
    /// payload: 2KB
    /// ```
    ///
    /// - Throws: what is wrong, with its place.
    public init(reading node: JSONNode) throws(FigureProblem) {
        self.init()
        let file = try Figures(node, allowing: Self.fields)
        for (name, node) in try file.object("map") { items[name] = try Figures.count(node, "map") }
        for (name, node) in try file.object("loop") { rounds[name] = try Figures.count(node, "loop") }
        for (name, node) in try file.object("probability") {
            for (target, node) in try Figures(node).all {
                probabilities[name, default: [:]][target] = try Figures.share(node, "a probability")
            }
        }
        for (name, node) in try file.object("failureRate") {
            if case .object = node.content {
                for (error, node) in try Figures(node).all {
                    failures[name, default: [:]][error] = try Figures.share(node, "a failure rate")
                }
            } else {
                failures[name] = [Self.anyError: try Figures.share(node, "a failure rate")]
            }
        }
        for (name, node) in try file.object("duration") {
            guard let text = node.text, let milliseconds = Self.milliseconds(text) else {
                throw Figures.problem("a duration", "a text such as \"120ms\", \"2s\" or \"5min\"", node)
            }
            durations[name] = milliseconds
        }
        if let text = try file.text("payload") {
            guard let bytes = Self.bytes(text) else {
                throw Figures.problem("payload", "a size such as \"2KB\"", file.node("payload") ?? node)
            }
            payloadBytes = bytes
        }
    }

    /// The members of a profile.
    package static let fields: Set<String> = ["map", "probability", "failureRate", "loop", "duration", "payload"]

    /// `120ms`, `2s`, `1.5s`, `5min`, `2h`, `1d` in milliseconds, or nil.
    public static func milliseconds(_ text: String) -> Int? {
        quantity(text, [("ms", 1), ("min", 60_000), ("m", 60_000), ("s", 1_000), ("h", 3_600_000), ("d", 86_400_000)])
    }

    /// `300B`, `2KB`, `1.5MB` in bytes; decimal, as AWS's model counts.
    public static func bytes(_ text: String) -> Int? { quantity(text, [("KB", 1_000), ("MB", 1_000_000), ("B", 1)]) }

    private static func quantity(_ text: String, _ units: [(String, Double)]) -> Int? {
        for (unit, factor) in units where text.hasSuffix(unit) {
            let number = text.dropLast(unit.count)
            guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let value = Double(number) else { continue }
            let total = (value * factor).rounded()
            return (0...1e15).contains(total) ? Int(total) : nil
        }
        return nil
    }
}
