/// Text in columns that are as wide as their widest cell; the last one is as long as it is.
struct Table {
    enum Alignment {
        case left, right
    }

    private let titles: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        titles = columns.map(\.title)
        alignments = columns.map(\.alignment)
    }

    /// Adds a row of as many cells as there are columns.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table with a line of titles; every line ends with a line end.
    func text(ink: Ink) -> String {
        var widths = titles.map(DisplayText.width)
        for row in rows {
            for column in row.indices where column < widths.count {
                widths[column] = max(widths[column], DisplayText.width(row[column]))
            }
        }
        return ink.bold(line(titles, widths)) + "\n" + rows.map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() where column < widths.count {
            if column > 0 { line += "  " }
            switch alignments[column] {
            case .right: line += DisplayText.rightAligned(cell, to: widths[column])
            case .left: line += column == cells.count - 1 ? cell : DisplayText.padded(cell, to: widths[column])
            }
        }
        while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
        return line
    }
}
