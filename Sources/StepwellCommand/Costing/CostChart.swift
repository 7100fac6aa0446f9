import StatesCost

/// Text for drawings.
enum SVG {
    /// Text as XML has it.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in DisplayText.visible(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func text(_ text: String, _ x: Double, _ y: Double, anchor: String = "start", weight: String = "normal") -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" font-weight=\"\(weight)\">\(escaped(text))</text>"
    }

    static func document(width: Double, height: Double, _ parts: [String]) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(number(width))" height="\(number(height))" viewBox="0 0 \(number(width)) \(number(height))" font-family="system-ui, sans-serif" font-size="12" fill="#1c2733">
        \(parts.joined(separator: "\n"))
        </svg>
        """
    }

    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}

/// Cost by state, drawn on the graph: states in the order in which they may be come to, shaded by what they cost.
struct CostGraph {
    private let estimate: Estimate
    private let widthOfState = 220.0
    private let rowHeight = 46.0
    /// A drawing with more states than this would not be looked at.
    private static let limit = 400

    init(_ estimate: Estimate) { self.estimate = estimate }

    func svg() -> String {
        let flow = estimate.flow
        let shown = flow.states.filter { estimate.bounds.visits[$0.number] != nil }.prefix(Self.limit)
        var places: [Int: (x: Double, y: Double)] = [:]
        for (row, state) in shown.enumerated() {
            places[state.number] = (16 + Double(depth(state)) * 28, 40 + Double(row) * rowHeight)
        }
        let largest = shown.map { share($0) }.max() ?? 1
        var parts = [SVG.text("\(estimate.name): transitions by state", 16, 22, weight: "bold")]
        parts.append(
            "<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#7b8794\"/></marker></defs>"
        )
        for state in shown { parts += edges(of: state, places) }
        for state in shown {
            guard let place = places[state.number] else { continue }
            parts += box(state, place, shade: largest > 0 ? share(state) / largest : 0)
        }
        let height = 56 + Double(shown.count) * rowHeight
        return SVG.document(width: 620, height: height, parts)
    }

    private func depth(_ state: Flow.State) -> Int {
        var depth = 0
        var scope = state.scope
        while let owner = estimate.flow.scopes[scope].owner {
            depth += 1
            scope = estimate.flow.states[owner].scope
        }
        return depth
    }

    /// What a state is shaded by: what is expected of it, else the most of one visit.
    private func share(_ state: Flow.State) -> Double {
        if let expected = estimate.expectation?.counts[state.number] { return expected }
        guard let visit = estimate.bounds.visits[state.number] else { return 0 }
        return Double(visit.any.most.value ?? visit.any.least + 10)
    }

    private func box(_ state: Flow.State, _ place: (x: Double, y: Double), shade: Double) -> [String] {
        let green = Int(244 - 120 * shade)
        let fill = "rgb(255,\(green),\(Int(235 - 160 * shade)))"
        let visit = estimate.bounds.visits[state.number]
        let range = visit.map { CostText.range($0.any, estimate.bounds) } ?? ""
        let expected = estimate.expectation.map { "expected \(CostText.decimal($0.counts[state.number]))" } ?? "\(range) each visit"
        return [
            "<rect x=\"\(SVG.number(place.x))\" y=\"\(SVG.number(place.y))\" width=\"\(SVG.number(widthOfState))\" height=\"32\" rx=\"6\" fill=\"\(fill)\" stroke=\"#7b8794\"/>",
            SVG.text(DisplayText.shortened(state.name, to: 30), place.x + 10, place.y + 14, weight: "bold"),
            SVG.text("\(state.typeName) · \(expected)", place.x + 10, place.y + 27),
        ]
    }

    private func edges(of state: Flow.State, _ places: [Int: (x: Double, y: Double)]) -> [String] {
        guard let from = places[state.number] else { return [] }
        let caught = Set(state.catchers.map(\.target))
        return estimate.flow.targets(of: state).compactMap { target in
            guard let to = places[target] else { return nil }
            let isNext = to.y - from.y == rowHeight && to.x == from.x
            let dash = caught.contains(target) && !state.edges.contains { $0.target == target } ? " stroke-dasharray=\"4 3\"" : ""
            let (x, y) = (from.x + (isNext ? 24 : widthOfState), from.y + (isNext ? 32 : 16))
            let end = isNext ? (to.x + 24, to.y) : (to.x + widthOfState, to.y + 16)
            let bend = x + 24 + min(200, abs(to.y - from.y) / 3)
            let path =
                isNext
                ? "M\(SVG.number(x)) \(SVG.number(y))L\(SVG.number(end.0)) \(SVG.number(end.1))"
                : "M\(SVG.number(x)) \(SVG.number(y))C\(SVG.number(bend)) \(SVG.number(y)) \(SVG.number(bend)) \(SVG.number(end.1)) \(SVG.number(end.0)) \(SVG.number(end.1))"
            return "<path d=\"\(path)\" fill=\"none\" stroke=\"#7b8794\" marker-end=\"url(#a)\"\(dash)/>"
        }
    }
}

/// Cost against volume for the three designs.
struct CostCurves {
    /// What a month of so many executions costs in each design.
    let lines: [(name: String, amounts: [Money])]
    let volumes: [Int]
    let title: String

    private static let colours = ["#1f6feb", "#d1242f", "#1a7f37"]

    func svg() -> String {
        let (width, height, left, bottom, top) = (620.0, 300.0, 80.0, 40.0, 34.0)
        let most = lines.flatMap(\.amounts).map(\.nanodollars).max() ?? 1
        let last = volumes.last ?? 1
        func x(_ volume: Int) -> Double { left + Double(volume) / Double(max(1, last)) * (width - left - 150) }
        func y(_ amount: Money) -> Double {
            height - bottom - Double(amount.nanodollars) / Double(max(1, most)) * (height - bottom - top)
        }
        var parts = [SVG.text(title, 16, 20, weight: "bold")]
        for step in 0...4 {
            let amount = Money(nanodollars: most / 4 * Int64(step))
            let at = SVG.number(y(amount))
            parts.append("<path d=\"M\(SVG.number(left)) \(at)H\(SVG.number(width - 150))\" stroke=\"#d8dee4\"/>")
            parts.append(SVG.text(amount.shortText, left - 6, y(amount) + 4, anchor: "end"))
            let volume = last / 4 * step
            parts.append(SVG.text(CostText.count(volume), x(volume), height - bottom + 18, anchor: "middle"))
        }
        parts.append(SVG.text("executions a month", (left + width - 150) / 2, height - 6, anchor: "middle"))
        for (at, line) in lines.enumerated() {
            let points = zip(volumes, line.amounts).map { "\(SVG.number(x($0))),\(SVG.number(y($1)))" }.joined(separator: " ")
            let colour = Self.colours[at % Self.colours.count]
            parts.append("<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            let end = line.amounts.last ?? .zero
            parts.append("<circle cx=\"\(SVG.number(x(last)))\" cy=\"\(SVG.number(y(end)))\" r=\"3\" fill=\"\(colour)\"/>")
            parts.append(SVG.text(line.name, width - 142, top + 12 + Double(at) * 18))
            parts.append(
                "<path d=\"M\(SVG.number(width - 148)) \(SVG.number(top + 20 + Double(at) * 18 - 2))h130\" stroke=\"\(colour)\" stroke-width=\"2\"/>"
            )
        }
        return SVG.document(width: width, height: height, parts)
    }
}
