import StatesJSON

/// What `cost` has to say, in pieces that every format can write: sentences, tables and drawings.
struct CostDocument {
    /// A table with what stands above and below it.
    struct Section {
        var title: String
        var columns: [(title: String, alignment: Table.Alignment)] = []
        var rows: [[String]] = []
        var lines: [String] = []
    }

    enum Format: String, CaseIterable {
        case text, json, markdown, csv, svg, html
    }

    var title: String
    var lead: [String] = []
    var sections: [Section] = []
    /// Drawings in SVG, the first one being what `--format svg` writes.
    var drawings: [String] = []
    var json: JSONValue

    func text(_ format: Format, ink: Ink = .plain) -> String {
        switch format {
        case .text: plainText(ink)
        case .json: json.prettyText() + "\n"
        case .markdown: markdown
        case .csv: csv
        case .svg: drawings.first.map { $0 + "\n" } ?? ""
        case .html: html
        }
    }

    private func plainText(_ ink: Ink) -> String {
        var text = ink.bold(DisplayText.visible(title)) + "\n" + lead.map { DisplayText.visible($0) + "\n" }.joined()
        for section in sections {
            text += "\n"
            if !section.title.isEmpty { text += ink.bold(section.title) + "\n" }
            if !section.rows.isEmpty {
                var table = Table(section.columns)
                for row in section.rows { table.add(row.map(DisplayText.visible)) }
                text += table.text(ink: ink)
            }
            for line in section.lines { text += DisplayText.visible(line) + "\n" }
        }
        return text
    }

    // MARK: Markdown

    private var markdown: String {
        var text = "## \(Self.escaped(title))\n\n" + lead.map { Self.escaped($0) + "  \n" }.joined()
        for section in sections {
            if !section.title.isEmpty { text += "\n### \(section.title)\n" }
            if !section.rows.isEmpty {
                text += "\n| " + section.columns.map(\.title).joined(separator: " | ") + " |\n|"
                text += section.columns.map { $0.alignment == .right ? "---:|" : "---|" }.joined() + "\n"
                for row in section.rows { text += "| " + row.map(Self.escaped).joined(separator: " | ") + " |\n" }
            }
            if !section.lines.isEmpty { text += "\n" + section.lines.map { "- \(Self.escaped($0))\n" }.joined() }
        }
        return text
    }

    /// Text that Markdown shows as it is.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in DisplayText.visible(text).unicodeScalars {
            if ["|", "*", "_", "`", "<", ">", "\\", "[", "]"].contains(scalar) { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }

    // MARK: CSV

    /// All tables as RFC 4180 has them, the name of the table in the first column.
    private var csv: String {
        var text = ""
        for section in sections where !section.rows.isEmpty {
            text += (["table"] + section.columns.map(\.title)).map(Self.quoted).joined(separator: ",") + "\r\n"
            for row in section.rows { text += ([section.title] + row).map(Self.quoted).joined(separator: ",") + "\r\n" }
        }
        return text
    }

    /// A cell. One that a spreadsheet would take for a formula begins with a quotation mark of its own.
    private static func quoted(_ cell: String) -> String {
        let safe = cell.first.map { "=+@\t\r".contains($0) } == true ? "'" + cell : cell
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    // MARK: HTML

    private var html: String {
        var body = "<h1>\(SVG.escaped(title))</h1>\n" + lead.map { "<p>\(SVG.escaped($0))</p>\n" }.joined()
        for drawing in drawings { body += "<figure>\(drawing)</figure>\n" }
        for section in sections {
            if !section.title.isEmpty { body += "<h2>\(SVG.escaped(section.title))</h2>\n" }
            if !section.rows.isEmpty { body += Self.table(section) }
            if !section.lines.isEmpty {
                body += "<ul>" + section.lines.map { "<li>\(SVG.escaped($0))</li>" }.joined() + "</ul>\n"
            }
        }
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(SVG.escaped(title))</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733; }
            table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
            th { border-bottom: 1px solid #9aa7b4; } .number { text-align: right; font-variant-numeric: tabular-nums; }
            figure { margin: 1rem 0; overflow-x: auto; }
            </style></head><body>
            \(body)</body></html>

            """
    }

    private static func table(_ section: Section) -> String {
        func cells(_ cells: [String], _ tag: String) -> String {
            zip(cells, section.columns).map { cell, column in
                "<\(tag)\(column.alignment == .right ? " class=\"number\"" : "")>\(SVG.escaped(cell))</\(tag)>"
            }.joined()
        }
        let head = "<tr>\(cells(section.columns.map(\.title), "th"))</tr>\n"
        return "<table>\n\(head)" + section.rows.map { "<tr>\(cells($0, "td"))</tr>\n" }.joined() + "</table>\n"
    }
}
