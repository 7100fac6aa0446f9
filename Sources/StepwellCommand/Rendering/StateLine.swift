/// One line of progress: a state, how it stands, how long it took, and what there is to say about it.
struct StateLine: Equatable {
    /// How a state stands.
    enum Mark: Equatable {
        case succeeded, failed, stopped, running, waiting
    }

    var mark: Mark
    var name: String
    /// How long it took, or has taken so far, in milliseconds; nil for states that take no time.
    var duration: Int64?
    /// What stands behind the duration, joined by three spaces.
    var notes: [String] = []
    /// What stands below it, such as a command to type.
    var below: String?
    /// 0 for the states of the machine itself, 1 for what runs inside of a Parallel or Map state.
    var depth = 0
}

/// Turns lines into text with their columns under each other:
///
/// ```
///   ✓ Reserve        41 ms
///   ✗ Charge       6.10 s   3 attempts   Card.Declined: limit reached
/// ```
struct StateLineLayout {
    /// The columns that names take.
    let nameWidth: Int
    let ink: Ink

    /// Names beyond this many columns push what follows to the right instead of everything else.
    private static let widestName = 32

    init(names: some Sequence<String>, ink: Ink) {
        let widest = names.reduce(0) { max($0, DisplayText.width(DisplayText.visible($1))) }
        nameWidth = min(widest, Self.widestName)
        self.ink = ink
    }

    /// The line's text, without line ends; cut to `width` columns if given. What stands below it is never cut: it is to be copied.
    func text(_ line: StateLine, width: Int? = nil) -> [String] {
        let indent = String(repeating: " ", count: 2 + 4 * line.depth)
        let name = DisplayText.padded(DisplayText.visible(line.name), to: nameWidth)
        var rest = ""
        if let duration = line.duration {
            let length = DurationText(column: duration)
            rest = "  " + DisplayText.rightAligned(length.number, to: 4) + " " + DisplayText.padded(length.unit, to: 2)
        }
        // Behind the unit's two columns, two spaces are enough for the first; further ones need three to be told apart.
        for (place, note) in line.notes.filter({ !$0.isEmpty }).enumerated() { rest += (place == 0 ? "  " : "   ") + note }
        let symbol = Self.symbol(line.mark)
        var body = name + rest
        while body.utf8.last == UInt8(ascii: " ") { body.removeLast() }
        if let width { body = DisplayText.shortened(body, to: max(0, width - indent.utf8.count - 2)) }
        let first = indent + paint(symbol, line.mark) + " " + body
        guard let below = line.below else { return [first] }
        return [first, indent + "    " + below]
    }

    private static func symbol(_ mark: StateLine.Mark) -> String {
        switch mark {
        case .succeeded: "✓"
        case .failed: "✗"
        case .stopped: "■"
        case .running, .waiting: "…"
        }
    }

    private func paint(_ symbol: String, _ mark: StateLine.Mark) -> String {
        switch mark {
        case .succeeded: ink.green(symbol)
        case .failed: ink.red(symbol)
        case .stopped, .waiting: ink.yellow(symbol)
        case .running: ink.bold(symbol)
        }
    }
}
