import StatesJSON

/// Goes through a value and all values inside it, in document order, with a stack of its own: nesting costs memory, not stack.
struct NodeWalk: Sequence, IteratorProtocol {
    /// A value on the way.
    struct Step {
        let node: JSONNode
        /// The member whose value it is; nil for elements and for the value the walk began with.
        let member: JSONNode.Member?
    }

    private struct Open {
        let content: JSONNode.Content
        var next = 0
    }

    private var open: [Open] = []
    private var root: JSONNode?

    init(_ node: JSONNode) {
        root = node
    }

    mutating func next() -> Step? {
        if let node = root {
            root = nil
            enter(node)
            return Step(node: node, member: nil)
        }
        while !open.isEmpty {
            let at = open.count - 1
            let index = open[at].next
            open[at].next += 1
            switch open[at].content {
            case .array(let elements) where index < elements.count:
                enter(elements[index])
                return Step(node: elements[index], member: nil)
            case .object(let members) where index < members.count:
                enter(members[index].value)
                return Step(node: members[index].value, member: members[index])
            case .null, .bool, .number, .string, .symbol, .array, .object:
                open.removeLast()
            }
        }
        return nil
    }

    private mutating func enter(_ node: JSONNode) {
        switch node.content {
        case .array, .object: open.append(Open(content: node.content))
        case .null, .bool, .number, .string, .symbol: break
        }
    }

    /// Where the value that was answered last stands below the first: `/a/b[0]`. Costs its length, so ask only for what is reported.
    var pointer: String {
        var pointer = ""
        for step in open where step.next > 0 {
            switch step.content {
            case .array: pointer += "[\(step.next - 1)]"
            case .object(let members): pointer += "/" + members[step.next - 1].name
            case .null, .bool, .number, .string, .symbol: break
            }
        }
        return pointer
    }
}
