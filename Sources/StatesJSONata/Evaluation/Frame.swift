/// The variables of one call of a lambda, of one block or of one tuple.
///
/// The compiler has turned names into (frames up, slot). A slot that is nil is not bound yet: a name then means the variable of the
/// same name further out, as in the reference implementation, where a binding takes effect when it is reached.
final class Frame {
    let evaluation: Evaluation
    let parent: Frame?
    /// How many evaluation steps may still be nested below what owns this frame.
    let room: Int
    /// How many slots there are.
    let count: Int

    // Nearly all frames have up to four slots, which need no storage beside the frame's own.
    private var first: Value?
    private var second: Value?
    private var third: Value?
    private var fourth: Value?
    private var others: [Value?] = []

    init(_ evaluation: Evaluation, parent: Frame?, room: Int, count: Int) {
        self.evaluation = evaluation
        self.parent = parent
        self.room = room
        self.count = count
        if count > 4 { others = [Value?](repeating: nil, count: count - 4) }
    }

    /// A frame of a block or of a tuple within this one.
    convenience init(within parent: Frame, count: Int) {
        self.init(parent.evaluation, parent: parent, room: parent.room, count: count)
    }

    /// A frame with the same variables bound.
    init(copying other: Frame, room: Int? = nil) {
        evaluation = other.evaluation
        parent = other.parent
        self.room = room ?? other.room
        count = other.count
        first = other.first
        second = other.second
        third = other.third
        fourth = other.fourth
        others = other.others
    }

    subscript(slot: Int) -> Value? {
        @inline(__always) get {
            switch slot {
            case 0: first
            case 1: second
            case 2: third
            case 3: fourth
            default: others[slot - 4]
            }
        }
        @inline(__always) set {
            switch slot {
            case 0: first = newValue
            case 1: second = newValue
            case 2: third = newValue
            case 3: fourth = newValue
            default: others[slot - 4] = newValue
            }
        }
    }

    /// Lets go of all values.
    func clear() {
        for slot in 0..<count { self[slot] = nil }
    }

    /// Refuses to go on where a part of the expression nests deeper than there is room.
    @inline(__always) func require(_ height: Int) throws(JSONataError) {
        if height > room || !evaluation.stack.hasRoom { throw .depthExceeded(evaluation.bounds.depth) }
    }
}

/// Where a variable is.
struct Place: Sendable {
    /// How many frames up.
    var hops: Int
    var slot: Int

    @inline(__always) func read(_ frame: Frame) -> Value? {
        if hops == 0 { return frame[slot] }
        var frame = frame
        var hops = hops
        while hops > 0, let parent = frame.parent {
            frame = parent
            hops -= 1
        }
        return frame[slot]
    }
}
