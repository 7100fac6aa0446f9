public import StatesJSON

/// What is wrong with a file of prices, a profile or a workload: the sentence, and the place where it was read.
public struct FigureProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a sentence without its last point.
    public let reason: String
    /// The byte of the text it speaks of.
    public let offset: Int

    /// A problem and its place.
    public init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason.
    public var description: String { reason }
}

extension PriceTable {
    /// Reads a table of one's own, over the built-in one: regions that the file names replace those of the table.
    ///
    /// ```json
    /// { "date": "2026-11-01",
    ///   "regions": { "eu-south-1": { "standardTransition": "0.0000263",
    ///     "express": { "request": "0.000001", "gigabyteHour": [ { "upTo": 1000, "price": "0.06" }, { "price": "0.03" } ] } } } }
    /// ```
    ///
    /// - Throws: what is wrong, with its place.
    public init(reading node: JSONNode, over base: PriceTable = .builtIn) throws(FigureProblem) {
        let file = try Figures(node, allowing: ["date", "regions", "freeTransitions"])
        guard let date = try file.text("date"), Self.dayNumber(date) != nil else {
            throw FigureProblem("a file of prices begins with its \"date\", YYYY-MM-DD", at: node.range.lowerBound)
        }
        var regions = base.regions
        for (name, entry) in try file.object("regions") {
            let figures = try Figures(entry, allowing: ["standardTransition", "express"])
            regions[name] = RegionPrices(
                standardTransition: try figures.money("standardTransition") ?? base.regions[name]?.standardTransition,
                express: try figures.node("express").map { node throws(FigureProblem) in try ExpressPrices(reading: node) }
                    ?? base.regions[name]?.express)
        }
        self.init(date: date, regions: regions, freeTransitions: try file.count("freeTransitions") ?? base.freeTransitions)
    }
}

extension ExpressPrices {
    fileprivate init(reading node: JSONNode) throws(FigureProblem) {
        let figures = try Figures(node, allowing: ["request", "gigabyteHour"])
        guard let request = try figures.money("request"), case .array(let nodes)? = figures.node("gigabyteHour")?.content,
            !nodes.isEmpty
        else { throw FigureProblem("Express prices are a \"request\" and a list \"gigabyteHour\"", at: node.range.lowerBound) }
        var tiers: [Tier] = []
        for node in nodes {
            let tier = try Figures(node, allowing: ["upTo", "price"])
            guard let price = try tier.money("price") else {
                throw FigureProblem("a tier has a \"price\"", at: node.range.lowerBound)
            }
            tiers.append(Tier(upTo: try tier.count("upTo"), gigabyteHour: price))
        }
        let limits = tiers.dropLast().map { $0.upTo ?? 0 }
        guard tiers.last?.upTo == nil, limits.allSatisfy({ $0 > 0 }), zip(limits, limits.dropFirst()).allSatisfy(<) else {
            throw FigureProblem("tiers have growing \"upTo\", and the last one has none", at: node.range.lowerBound)
        }
        self.init(request: request, tiers: tiers)
    }
}

/// An object of figures that somebody wrote: members by name, each read as what it should be, and unknown ones refused.
package struct Figures {
    package let node: JSONNode
    private let members: [JSONNode.Member]

    package init(_ node: JSONNode, allowing names: Set<String>? = nil) throws(FigureProblem) {
        guard case .object(let members) = node.content else {
            throw FigureProblem("an object is expected here", at: node.range.lowerBound)
        }
        if let names, let unknown = members.first(where: { !names.contains($0.name) }) {
            throw FigureProblem(
                "\"\(unknown.name)\" is not known here; known are \(names.sorted().joined(separator: ", "))",
                at: unknown.nameRange.lowerBound)
        }
        self.node = node
        self.members = members
    }

    package func node(_ name: String) -> JSONNode? { node[name] }

    /// The members of an object inside this one; none if it is absent.
    package func object(_ name: String) throws(FigureProblem) -> [(name: String, value: JSONNode)] {
        guard let node = node[name] else { return [] }
        return try Figures(node).all
    }

    package var all: [(name: String, value: JSONNode)] { members.map { ($0.name, $0.value) } }

    package func text(_ name: String) throws(FigureProblem) -> String? {
        guard let node = node[name] else { return nil }
        guard case .string(let text) = node.content else { throw Self.problem(name, "a text", node) }
        return text
    }

    package func money(_ name: String) throws(FigureProblem) -> Money? {
        guard let node = node[name] else { return nil }
        let text = node.value.string ?? node.value.compactText
        guard let money = Money(decimal: text) else { throw Self.problem(name, "an amount of dollars such as \"0.000025\"", node) }
        return money
    }

    package func count(_ name: String) throws(FigureProblem) -> Int? {
        guard let node = node[name] else { return nil }
        return try Self.count(node, name)
    }

    package static func count(_ node: JSONNode, _ name: String) throws(FigureProblem) -> Int {
        guard case .number(let number) = node.content, let value = number.exactInteger, (0...1_000_000_000_000).contains(value)
        else {
            throw problem(name, "a whole number from 0 to 10^12", node)
        }
        return Int(value)
    }

    package static func share(_ node: JSONNode, _ name: String) throws(FigureProblem) -> Double {
        guard case .number(let number) = node.content, (0...1).contains(number.doubleValue) else {
            throw problem(name, "a number from 0 to 1", node)
        }
        return number.doubleValue
    }

    package static func problem(_ name: String, _ expected: String, _ node: JSONNode) -> FigureProblem {
        FigureProblem("\(name) is \(expected)", at: node.range.lowerBound)
    }
}
