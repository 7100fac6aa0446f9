/// Text on a terminal whose last lines are drawn anew again and again, below others that stay.
struct ProgressScreen: Equatable, Sendable {
    private var drawn = 0

    /// What to write so that the lines of before give way to `finished`, which stay, and `live`, which the next frame replaces.
    ///
    /// Live lines that do not fit the screen are left out, because what has left it at its top can be drawn over no more.
    mutating func frame(finished: [String], live: [String], columns: Int, rows: Int) -> String {
        var text = erase()
        for line in finished { text += line + "\n" }
        for line in live {
            let height = max(1, (Self.width(line) + columns - 1) / max(1, columns))
            guard drawn + height < rows else { break }
            text += line + "\n"
            drawn += height
        }
        return text
    }

    /// The columns of a line without what sets its colours.
    private static func width(_ line: String) -> Int {
        var plain = ""
        var isEscape = false
        for scalar in line.unicodeScalars {
            if isEscape {
                isEscape = scalar != "m"
            } else if scalar == "\u{1B}" {
                isEscape = true
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return DisplayText.width(plain)
    }

    /// What to write so that the live lines are gone.
    mutating func erase() -> String {
        defer { drawn = 0 }
        return drawn > 0 ? "\u{1B}[\(drawn)A\r\u{1B}[J" : ""
    }
}
