/// Lines of text, each deeper than what surrounds it.
private struct IndentedLines {
    private(set) var text = ""
    private var depth = 0

    mutating func add(_ line: String) { text += String(repeating: "  ", count: depth) + line + "\n" }
    mutating func open(_ line: String) {
        add(line)
        depth += 1
    }
    mutating func close(_ line: String) {
        depth -= 1
        add(line)
    }
}

extension StateGraph {
    /// What both notations share: the order of drawing, and names for what edges lead to.
    ///
    /// Every `States` object has a start; it has an end if a state can end it. A Parallel or Map state is a node of its own, above the
    /// group of what runs inside, so that its own edges have somewhere to begin.
    private struct Targets {
        private let scope: String
        private var numbers: [String: Int] = [:]
        private var missing: [String: Int] = [:]

        init(_ states: [State], id: String) {
            scope = id
            for state in states where numbers[state.name] == nil { numbers[state.name] = state.number }
        }

        /// The node of the state of that name. For a state that does not exist `draw` is told a node's name, once.
        mutating func node(_ name: String, draw: (String) -> Void) -> String {
            if let number = numbers[name] { return "s\(number)" }
            if let place = missing[name] { return "\(scope)x\(place)" }
            let place = missing.count + 1
            missing[name] = place
            draw("\(scope)x\(place)")
            return "\(scope)x\(place)"
        }
    }

    // MARK: Mermaid

    /// A Mermaid flowchart.
    func mermaid() -> String {
        var lines = IndentedLines()
        lines.open("flowchart TD")
        Self.mermaid(root, id: "m", &lines)
        return lines.text
    }

    private static func mermaid(_ scope: Scope, id: String, _ lines: inout IndentedLines) {
        var targets = Targets(scope.states, id: id)
        if scope.startAt != nil { lines.add("\(id)start((\" \"))") }
        for state in scope.states { mermaid(state, &lines) }
        if scope.states.contains(where: \.isTerminal) { lines.add("\(id)end(((\" \")))") }
        func node(_ name: String) -> String {
            targets.node(name) { lines.add("\($0)[/\"\(mermaid("no state " + name))\"/]") }
        }
        if let start = scope.startAt { lines.add("\(id)start --> \(node(start))") }
        for state in scope.states {
            for edge in state.edges {
                let target = edge.target.map(node) ?? "s\(state.number)"
                let label = mermaid(edge.kind == .caught ? "catch " + edge.label : edge.label)
                let arrow = edge.kind == .caught || edge.kind == .retry ? "-.->" : "-->"
                lines.add(
                    label.isEmpty ? "s\(state.number) \(arrow) \(target)" : "s\(state.number) \(arrow)|\"\(label)\"| \(target)")
            }
            if state.isTerminal { lines.add("s\(state.number) --> \(id)end") }
        }
    }

    private static func mermaid(_ state: State, _ lines: inout IndentedLines) {
        let name = mermaid(state.name)
        let node =
            switch state.type {
            case "Choice": "{\"\(name)\"}"
            case "Succeed", "Fail": "([\"\(name)<br/><i>\(state.type)</i>\"])"
            case "Wait": "[/\"\(name)<br/><i>Wait</i>\"\\]"
            case "Parallel", "Map": "[[\"\(name)<br/><i>\(state.type)</i>\"]]"
            default: "[\"\(name)<br/><i>\(mermaid(state.type))</i>\"]"
            }
        guard !state.scopes.isEmpty else {
            lines.add("s\(state.number)\(node)")
            return
        }
        lines.open("subgraph g\(state.number) [\"\(name)\"]")
        lines.add("s\(state.number)\(node)")
        for (index, scope) in state.scopes.enumerated() {
            let id = "s\(state.number)b\(index + 1)"
            lines.open("subgraph \(id) [\"\(scope.title)\"]")
            mermaid(scope, id: id, &lines)
            lines.close("end")
            if scope.startAt != nil { lines.add("s\(state.number) -.-> \(id)start") }
        }
        lines.close("end")
    }

    /// Text inside of quotation marks: Mermaid reads entities there, and Markdown and tags unless they are taken from it.
    private static func mermaid(_ text: String) -> String {
        var escaped = ""
        for scalar in DisplayText.visible(text).unicodeScalars {
            switch scalar {
            case "\"", "#", "<", ">", "&", "`", "*", "_", "\\", "|", "[", "]", "{", "}", "(", ")", ";":
                escaped += "#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    // MARK: DOT

    /// A graph in Graphviz's language.
    func dot() -> String {
        var lines = IndentedLines()
        lines.open("digraph {")
        lines.add("rankdir=TB; compound=true; fontname=\"Helvetica\";")
        lines.add("node [shape=box, style=rounded, fontname=\"Helvetica\"];")
        lines.add("edge [fontname=\"Helvetica\", fontsize=10];")
        Self.dot(root, id: "m", &lines)
        lines.close("}")
        return lines.text
    }

    private static func dot(_ scope: Scope, id: String, _ lines: inout IndentedLines) {
        var targets = Targets(scope.states, id: id)
        if scope.startAt != nil { lines.add("\(id)start [shape=circle, label=\"\", width=0.2, style=filled];") }
        for state in scope.states { dot(state, &lines) }
        if scope.states.contains(where: \.isTerminal) {
            lines.add("\(id)end [shape=doublecircle, label=\"\", width=0.15, style=filled];")
        }
        func node(_ name: String) -> String {
            targets.node(name) { lines.add("\($0) [label=\"\(dot("no state " + name))\", color=red, style=dashed];") }
        }
        if let start = scope.startAt { lines.add("\(id)start -> \(node(start));") }
        for state in scope.states {
            for edge in state.edges {
                let target = edge.target.map(node) ?? "s\(state.number)"
                let label = dot(edge.kind == .caught ? "catch " + edge.label : edge.label)
                var attributes: [String] = label.isEmpty ? [] : ["label=\"\(label)\""]
                if edge.kind == .caught || edge.kind == .retry { attributes.append("style=dashed") }
                lines.add("s\(state.number) -> \(target)\(attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]");")
            }
            if state.isTerminal { lines.add("s\(state.number) -> \(id)end;") }
        }
    }

    private static func dot(_ state: State, _ lines: inout IndentedLines) {
        let shape = state.type == "Choice" ? ", shape=diamond" : state.scopes.isEmpty ? "" : ", shape=box3d"
        let label = state.type == "Choice" ? dot(state.name) : "\(dot(state.name))\\n\(dot(state.type))"
        let node = "s\(state.number) [label=\"\(label)\"\(shape)];"
        guard !state.scopes.isEmpty else {
            lines.add(node)
            return
        }
        lines.open("subgraph cluster_\(state.number) {")
        lines.add("label=\"\(dot(state.name))\";")
        lines.add(node)
        for (index, scope) in state.scopes.enumerated() {
            let id = "s\(state.number)b\(index + 1)"
            lines.open("subgraph cluster_\(state.number)_\(index + 1) {")
            lines.add("label=\"\(scope.title)\"; style=dashed;")
            dot(scope, id: id, &lines)
            lines.close("}")
            if scope.startAt != nil { lines.add("s\(state.number) -> \(id)start [style=dashed];") }
        }
        lines.close("}")
    }

    private static func dot(_ text: String) -> String {
        var escaped = ""
        for scalar in DisplayText.visible(text).unicodeScalars {
            if scalar == "\"" || scalar == "\\" { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
