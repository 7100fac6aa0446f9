import StatesJSON

/// A message with the place it speaks of, as compilers show it.
enum SourceExcerpt {
    private static let width = 110

    /// `order.test.yaml:3:5: message`.
    static func line(_ message: String, _ range: SourceRange, _ source: SourceText) -> String {
        let place = source.position(of: range.lowerBound)
        return "\(source.name):\(place.line):\(place.column): \(message)"
    }

    /// The line of the text, and marks below the range.
    static func excerpt(_ range: SourceRange, _ source: SourceText) -> [String] {
        let place = source.position(of: range.lowerBound)
        let end = source.position(of: range.upperBound)
        let scalars = Array(source.lineText(place.line).unicodeScalars).map { $0.value < 0x20 ? " " : $0 }
        let column = min(place.column - 1, scalars.count)
        let start = max(0, min(column - width / 2, scalars.count - width))
        let visible = scalars[start..<min(scalars.count, start + width)]
        var text = ""
        text.unicodeScalars.append(contentsOf: visible)
        let length = end.line == place.line ? max(1, end.column - place.column) : max(1, scalars.count - column)
        let number = String(repeating: " ", count: max(0, 5 - "\(place.line)".count)) + "\(place.line)"
        let marks = String(repeating: "^", count: min(length, max(1, visible.endIndex - column)))
        return ["\(number) | \(text)", "      | " + String(repeating: " ", count: column - start) + marks]
    }
}
