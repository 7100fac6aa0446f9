/// A pattern as a flat list of instructions.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        /// Take one scalar.
        case single(PatternSingle)
        /// Take a run of scalars.
        case run(PatternSingle, PatternCount)
        case jump(Int)
        /// Go on at the next instruction, and at the other place if that fails.
        case branch(otherwise: Int)
        case save(slot: Int)
        case assert(PatternAssertion)
        case reference(Int, CaseFold)
        /// Begin counting rounds.
        case startLoop(Int)
        /// Decide whether to do another round, which begins at the next instruction.
        case loop(Loop)
        /// End a round, which began at the loop with that place.
        case endRound(loop: Int)
        /// Match what follows up to `accept` on its own, at this place or ending there; then go on at `next`.
        case look(isBehind: Bool, isNegative: Bool, width: ClosedRange<Int>, next: Int)
        /// Match what follows up to `accept` in the first way there is; then go on at `next`.
        case atomic(next: Int)
        case accept
        case fail
    }

    /// A repetition of more than one scalar.
    struct Loop: Sendable {
        var register: Int
        var count: PatternCount
        var exit: Int
        /// The slots that each round begins without.
        var clears: Range<Int>
    }

    private(set) var instructions: [Instruction] = []
    let sets: [ScalarSet]
    let dialect: Pattern.Dialect
    let groupCount: Int
    let groupNames: [(name: String, number: Int)]
    private(set) var loopCount = 0

    init(_ node: PatternNode, of parser: PatternParser) throws(PatternError) {
        sets = parser.sets
        dialect = parser.dialect
        groupCount = parser.groupCount
        groupNames = parser.groupNames
        try add(node)
        instructions.append(.accept)
    }

    /// The only unit a match can begin with, if there is just one: places without it need no attempt.
    var firstUnit: UInt16? {
        for instruction in instructions {
            switch instruction {
            case .save: continue
            case .single(.scalar(let value, .none)): return value <= 0xFFFF ? UInt16(value) : nil
            default: return nil
            }
        }
        return nil
    }

    /// Whether a match can begin at the beginning of the text only.
    var isAnchored: Bool {
        for instruction in instructions {
            switch instruction {
            case .save: continue
            case .assert(.textStart): return true
            default: return false
            }
        }
        return false
    }

    private mutating func add(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .empty: break
        case .single(let single): instructions.append(.single(single))
        case .sequence(let nodes): for node in nodes { try add(node) }
        case .choice(let nodes): try addChoice(nodes)
        case .assertion(let assertion): instructions.append(.assert(assertion))
        case .group(let node, let number):
            instructions.append(.save(slot: 2 * number))
            try add(node)
            instructions.append(.save(slot: 2 * number + 1))
        case .atomic(let node):
            let place = reserve()
            try add(node)
            instructions.append(.accept)
            instructions[place] = .atomic(next: instructions.count)
        case .look(let node, let isBehind, let isNegative):
            let place = reserve()
            try add(node)
            instructions.append(.accept)
            instructions[place] = .look(
                isBehind: isBehind, isNegative: isNegative, width: node.width(dialect, sets), next: instructions.count)
        case .repetition(let node, let count, let groups): try addRepetition(node, count, groups)
        case .reference(let number, let fold): addReference(number, fold)
        case .namedReference(let name, let fold, let offset):
            guard let group = groupNames.first(where: { $0.name == name }) else {
                throw PatternError("no group is named \(name)", offset: offset)
            }
            addReference(group.number, fold)
        }
    }

    private mutating func reserve() -> Int {
        instructions.append(.fail)
        return instructions.count - 1
    }

    private mutating func addChoice(_ nodes: [PatternNode]) throws(PatternError) {
        var jumps: [Int] = []
        for node in nodes.dropLast() {
            let place = reserve()
            try add(node)
            jumps.append(reserve())
            instructions[place] = .branch(otherwise: instructions.count)
        }
        if let last = nodes.last { try add(last) }
        for place in jumps { instructions[place] = .jump(instructions.count) }
    }

    /// A reference to a group that the pattern does not have matches nowhere (Java; JavaScript's parser knows no such reference).
    private mutating func addReference(_ number: Int, _ fold: CaseFold) {
        instructions.append(number <= groupCount ? .reference(number, fold) : .fail)
    }

    private mutating func addRepetition(_ node: PatternNode, _ count: PatternCount, _ groups: Range<Int>) throws(PatternError) {
        if count.maximum == 0 { return }
        if case .single(let single) = node {
            instructions.append(.run(single, count))
            return
        }
        if count.mood == .possessive {
            let greedy = PatternCount(minimum: count.minimum, maximum: count.maximum, mood: .greedy)
            return try add(.atomic(.repetition(node, greedy, groups: groups)))
        }
        let register = loopCount
        loopCount += 1
        instructions.append(.startLoop(register))
        let place = reserve()
        try add(node)
        instructions.append(.endRound(loop: place))
        let clears = dialect == .javaScript ? 2 * groups.lowerBound..<2 * groups.upperBound : 0..<0
        instructions[place] = .loop(Loop(register: register, count: count, exit: instructions.count, clears: clears))
    }
}
