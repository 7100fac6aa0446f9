/// Runs a program over a text: one attempt after the other, each choice remembered in a list until it is needed or done with.
///
/// The thread's stack is used only for look-around and atomic groups, as deep as the pattern nests them.
struct PatternMachine {
    private let program: PatternProgram
    private let text: [UInt16]
    private let isJava: Bool
    private let searchStart: Int
    private var slots: [Int32]
    private var loops: [LoopState]
    private var choices: [Choice] = []
    /// The steps left.
    private(set) var budget: Int

    /// Beyond so many remembered choices (64 MB) a match is given up as if its steps were used up.
    private static let choiceLimit = 1 << 22

    /// How far a loop has come.
    private struct LoopState {
        var rounds: Int32 = 0
        var start: Int32 = 0
    }

    /// What to return to when an attempt fails: another way to go on, or a value to put back on the way there.
    private enum Choice {
        case branch(pc: Int32, at: Int32)
        /// A greedy run that may give back scalars down to a place.
        case shorterRun(pc: Int32, low: Int32, at: Int32)
        /// A lazy run that may take more scalars.
        case longerRun(pc: Int32, at: Int32, taken: Int32)
        /// One more round of a lazy loop.
        case round(pc: Int32, at: Int32)
        case slot(Int32, old: Int32)
        case loop(Int32, rounds: Int32, start: Int32)

        var isAlternative: Bool {
            switch self {
            case .branch, .shorterRun, .longerRun, .round: true
            case .slot, .loop: false
            }
        }
    }

    /// Texts are shorter than 2^31 units: no reader of ours accepts longer ones.
    init(_ program: PatternProgram, text: [UInt16], start: Int, budget: Int) {
        self.program = program
        self.text = text
        isJava = program.dialect == .java
        searchStart = start
        slots = [Int32](repeating: -1, count: 2 * program.groupCount + 2)
        loops = [LoopState](repeating: LoopState(), count: program.loopCount)
        self.budget = text.count > Int32.max ? -1 : budget
    }

    mutating func matchesWhole() throws(PatternBudgetExceeded) -> Bool {
        try run(0, from: 0, endingAt: text.count) != nil
    }

    mutating func firstMatch() throws(PatternBudgetExceeded) -> Pattern.Match? {
        let firstUnit = program.firstUnit
        let isAnchored = program.isAnchored
        for start in searchStart...text.count {
            try spend(1)
            if isAnchored, start > 0 { return nil }
            if let firstUnit, start == text.count || text[start] != firstUnit { continue }
            if isJava, isWithinPair(start) { continue }
            if let end = try run(0, from: start, endingAt: nil) { return match(start..<end) }
            choices.removeAll(keepingCapacity: true)
        }
        return nil
    }

    private func match(_ range: Range<Int>) -> Pattern.Match {
        let groups = stride(from: 2, to: slots.count, by: 2).map { slot in
            slots[slot] >= 0 && slots[slot + 1] >= 0 ? Int(slots[slot])..<Int(slots[slot + 1]) : nil
        }
        return Pattern.Match(range: range, groups: groups)
    }

    @inline(__always)
    private mutating func spend(_ steps: Int) throws(PatternBudgetExceeded) {
        budget -= steps
        if budget < 0 { throw PatternBudgetExceeded() }
    }

    @inline(__always)
    private mutating func remember(_ choice: Choice) throws(PatternBudgetExceeded) {
        guard choices.count < Self.choiceLimit else { throw PatternBudgetExceeded() }
        choices.append(choice)
    }
}

// MARK: - Instructions

extension PatternMachine {
    /// Runs from an instruction up to its `accept`. Returns where the match ends, or nil with everything put back as it was.
    ///
    /// After a match the choices it left stay on the list, above those that were there before.
    private mutating func run(_ start: Int, from place: Int, endingAt end: Int?) throws(PatternBudgetExceeded) -> Int? {
        let base = choices.count
        var pc = start
        var at = place
        while true {
            try spend(1)
            let holds: Bool
            switch program.instructions[pc] {
            case .single(let single):
                holds = takes(single, &at)
                pc += 1
            case .run(let single, let count):
                holds = try takesRun(single, count, pc, &at)
                pc += 1
            case .jump(let target):
                pc = target
                continue
            case .branch(let otherwise):
                try remember(.branch(pc: Int32(otherwise), at: Int32(at)))
                pc += 1
                continue
            case .save(let slot):
                try save(slot, Int32(at))
                pc += 1
                continue
            case .assert(let assertion):
                holds = try self.holds(assertion, at)
                pc += 1
            case .reference(let group, let fold):
                holds = try takes(group, fold, &at)
                pc += 1
            case .startLoop(let register):
                try setLoop(register, LoopState(rounds: 0, start: Int32(at)))
                pc += 1
                continue
            case .loop(let loop):
                try beginRound(loop, &pc, at)
                continue
            case .endRound(let place):
                holds = endRound(place, &pc, at)
            case .look(let isBehind, let isNegative, let width, let next):
                let found =
                    isBehind ? try looksBehind(pc + 1, at, width) : try runAlone(pc + 1, at, nil, keeping: !isNegative) != nil
                holds = found != isNegative
                pc = next
            case .atomic(let next):
                let taken = try runAlone(pc + 1, at, nil, keeping: true)
                holds = taken != nil
                at = taken ?? at
                pc = next
            case .accept:
                if end == nil || at == end { return at }
                holds = false
            case .fail:
                holds = false
            }
            if !holds, !(try goBack(to: base, &pc, &at)) { return nil }
        }
    }

    /// Puts back values up to the newest alternative, and takes it. Returns whether there was one above the base.
    private mutating func goBack(to base: Int, _ pc: inout Int, _ at: inout Int) throws(PatternBudgetExceeded) -> Bool {
        while choices.count > base {
            try spend(1)
            let last = choices.count - 1
            switch choices[last] {
            case .slot(let slot, let old):
                slots[Int(slot)] = old
                choices.removeLast()
            case .loop(let register, let rounds, let start):
                loops[Int(register)] = LoopState(rounds: rounds, start: start)
                choices.removeLast()
            case .branch(let otherwise, let place):
                choices.removeLast()
                (pc, at) = (Int(otherwise), Int(place))
                return true
            case .shorterRun(let instruction, let low, let place):
                at = before(Int(place))
                pc = Int(instruction) + 1
                if at > Int(low) {
                    choices[last] = .shorterRun(pc: instruction, low: low, at: Int32(at))
                } else {
                    choices.removeLast()
                }
                return true
            case .longerRun(let instruction, let place, let taken):
                choices.removeLast()
                at = Int(place)
                guard case .run(let single, let count) = program.instructions[Int(instruction)], takes(single, &at) else {
                    continue
                }
                if Int(taken) + 1 < count.maximum {
                    choices.append(.longerRun(pc: instruction, at: Int32(at), taken: taken + 1))
                }
                pc = Int(instruction) + 1
                return true
            case .round(let instruction, let place):
                choices.removeLast()
                guard case .loop(let loop) = program.instructions[Int(instruction)] else { continue }
                at = Int(place)
                try enterRound(loop, at)
                pc = Int(instruction) + 1
                return true
            }
        }
        return false
    }

    /// Runs a part whose other ways to match do not count once it has matched. What it captured stays, if asked for, until an earlier
    /// choice is taken.
    private mutating func runAlone(
        _ start: Int, _ place: Int, _ end: Int?, keeping: Bool
    ) throws(PatternBudgetExceeded) -> Int? {
        let base = choices.count
        guard let end = try run(start, from: place, endingAt: end) else { return nil }
        if keeping {
            var kept = base
            for index in base..<choices.count where !choices[index].isAlternative {
                choices[kept] = choices[index]
                kept += 1
            }
            choices.removeLast(choices.count - kept)
        } else {
            while choices.count > base {
                switch choices.removeLast() {
                case .slot(let slot, let old): slots[Int(slot)] = old
                case .loop(let register, let rounds, let start): loops[Int(register)] = LoopState(rounds: rounds, start: start)
                case .branch, .shorterRun, .longerRun, .round: break
                }
            }
        }
        return end
    }

    /// Whether the part matches some text that ends here, the shortest tried first. What it captured is kept; a negative look-behind
    /// that matched makes the whole attempt go back, which puts the captures back too.
    private mutating func looksBehind(_ start: Int, _ at: Int, _ width: ClosedRange<Int>) throws(PatternBudgetExceeded) -> Bool {
        guard width.lowerBound <= at else { return false }
        for length in width.lowerBound...min(width.upperBound, at) {
            try spend(1)
            if try runAlone(start, at - length, at, keeping: true) != nil { return true }
        }
        return false
    }

    private mutating func save(_ slot: Int, _ value: Int32) throws(PatternBudgetExceeded) {
        try remember(.slot(Int32(slot), old: slots[slot]))
        slots[slot] = value
    }

    private mutating func setLoop(_ register: Int, _ state: LoopState) throws(PatternBudgetExceeded) {
        let old = loops[register]
        try remember(.loop(Int32(register), rounds: old.rounds, start: old.start))
        loops[register] = state
    }

    private mutating func beginRound(_ loop: PatternProgram.Loop, _ pc: inout Int, _ at: Int) throws(PatternBudgetExceeded) {
        let rounds = Int(loops[loop.register].rounds)
        guard rounds < loop.count.maximum else {
            pc = loop.exit
            return
        }
        if rounds >= loop.count.minimum {
            if loop.count.mood == .lazy {
                try remember(.round(pc: Int32(pc), at: Int32(at)))
                pc = loop.exit
                return
            }
            try remember(.branch(pc: Int32(loop.exit), at: Int32(at)))
        }
        try enterRound(loop, at)
        pc += 1
    }

    private mutating func enterRound(_ loop: PatternProgram.Loop, _ at: Int) throws(PatternBudgetExceeded) {
        let rounds = loops[loop.register].rounds
        try setLoop(loop.register, LoopState(rounds: rounds == .max ? rounds : rounds + 1, start: Int32(at)))
        for slot in loop.clears where slots[slot] >= 0 { try save(slot, -1) }
    }

    /// What happens at the end of a round: usually the loop decides again. After a round that took nothing Java leaves the loop, and
    /// JavaScript goes back if the round was not needed; neither goes on for ever.
    private func endRound(_ place: Int, _ pc: inout Int, _ at: Int) -> Bool {
        pc = place
        guard case .loop(let loop) = program.instructions[place], Int(loops[loop.register].start) == at else { return true }
        if isJava {
            pc = loop.exit
            return true
        }
        return Int(loops[loop.register].rounds) <= loop.count.minimum
    }
}

// MARK: - Text

extension PatternMachine {
    /// Takes one scalar if it is the wanted one.
    @inline(__always)
    private func takes(_ single: PatternSingle, _ at: inout Int) -> Bool {
        guard at < text.count else { return false }
        let (value, next) = scalar(at)
        switch single {
        case .scalar(let wanted, let fold): if fold(value) != wanted { return false }
        case .set(let number, let fold): if !program.sets[number].contains(fold(value)) { return false }
        }
        at = next
        return true
    }

    private mutating func takesRun(
        _ single: PatternSingle, _ count: PatternCount, _ pc: Int, _ at: inout Int
    ) throws(PatternBudgetExceeded) -> Bool {
        let wanted = count.mood == .lazy ? count.minimum : count.maximum
        var taken = 0
        var low = at
        while taken < wanted, takes(single, &at) {
            taken += 1
            if taken == count.minimum { low = at }
        }
        try spend(taken)
        guard taken >= count.minimum else { return false }
        switch count.mood {
        case .greedy: if at > low { try remember(.shorterRun(pc: Int32(pc), low: Int32(low), at: Int32(at))) }
        case .lazy: if taken < count.maximum { try remember(.longerRun(pc: Int32(pc), at: Int32(at), taken: Int32(taken))) }
        case .possessive: break
        }
        return true
    }

    /// Takes what a group captured once more. A group that captured nothing is nowhere in Java and empty in JavaScript.
    private mutating func takes(_ group: Int, _ fold: CaseFold, _ at: inout Int) throws(PatternBudgetExceeded) -> Bool {
        var from = Int(slots[2 * group])
        let to = Int(slots[2 * group + 1])
        guard from >= 0, to >= 0 else { return !isJava }
        try spend(max(0, to - from))
        var place = at
        while from < to {
            guard place < text.count else { return false }
            let (wanted, nextFrom) = scalar(from)
            let (found, nextPlace) = scalar(place)
            guard fold(wanted) == fold(found) else { return false }
            (from, place) = (nextFrom, nextPlace)
        }
        at = place
        return true
    }

    /// The code point at a place, or the unit in JavaScript, and the place after it.
    @inline(__always)
    private func scalar(_ at: Int) -> (UInt32, Int) {
        let unit = UInt32(text[at])
        guard isJava, unit & 0xFC00 == 0xD800, at + 1 < text.count, text[at + 1] & 0xFC00 == 0xDC00 else { return (unit, at + 1) }
        return (0x10000 + (unit & 0x3FF) << 10 + UInt32(text[at + 1] & 0x3FF), at + 2)
    }

    /// The place of the scalar before a place.
    private func before(_ at: Int) -> Int { isJava && at >= 2 && isWithinPair(at - 1) ? at - 2 : at - 1 }

    private func isWithinPair(_ at: Int) -> Bool {
        at > 0 && at < text.count && text[at] & 0xFC00 == 0xDC00 && text[at - 1] & 0xFC00 == 0xD800
    }

    private mutating func holds(_ assertion: PatternAssertion, _ at: Int) throws(PatternBudgetExceeded) -> Bool {
        switch assertion {
        case .textStart: at == 0
        case .textEnd: at == text.count
        case .searchStart: at == searchStart
        case .finalLineEnd(let isUnix): isFinalLineEnd(at, isUnix)
        case .lineStart(let isUnix): isLineStart(at, isUnix)
        case .lineEnd(let isUnix): isLineEnd(at, isUnix)
        case .wordBoundary: try isWordBoundary(at)
        case .noWordBoundary: try !isWordBoundary(at)
        }
    }

    private func endsLine(_ unit: UInt16, _ isUnix: Bool) -> Bool {
        unit == 0x0A || !isUnix && (unit == 0x0D || unit | 1 == 0x2029 || isJava && unit == 0x85)
    }

    /// Java sees no place between `\r` and `\n`, and no line after the last line end.
    private func isLineStart(_ at: Int, _ isUnix: Bool) -> Bool {
        if isJava, at == text.count { return false }
        guard at > 0 else { return true }
        if isJava, !isUnix, at < text.count, text[at - 1] == 0x0D, text[at] == 0x0A { return false }
        return endsLine(text[at - 1], isUnix)
    }

    private func isLineEnd(_ at: Int, _ isUnix: Bool) -> Bool {
        guard at < text.count else { return true }
        if isJava, !isUnix, at > 0, text[at - 1] == 0x0D, text[at] == 0x0A { return false }
        return endsLine(text[at], isUnix)
    }

    private func isFinalLineEnd(_ at: Int, _ isUnix: Bool) -> Bool {
        switch text.count - at {
        case 0: true
        case 1: isLineEnd(at, isUnix)
        case 2: !isUnix && text[at] == 0x0D && text[at + 1] == 0x0A
        default: false
        }
    }

    private mutating func isWordBoundary(_ at: Int) throws(PatternBudgetExceeded) -> Bool {
        let isAfterWord = at > 0 ? try isWord(before(at)) : false
        let isBeforeWord = at < text.count ? try isWord(at) : false
        return isAfterWord != isBeforeWord
    }

    /// Java's boundaries know all letters and digits, and marks that stand above one, though its `\w` knows only those of ASCII.
    private mutating func isWord(_ at: Int) throws(PatternBudgetExceeded) -> Bool {
        let value = scalar(at).0
        if ScalarSet.wordCharacters.contains(value) { return true }
        guard isJava, value >= 128 else { return false }
        if ScalarSet.isLetterOrDigit(value) { return true }
        var place = at
        while place >= 0 {
            try spend(1)
            let value = scalar(place).0
            if ScalarSet.isLetterOrDigit(value) { return true }
            guard Unicode.Scalar(value)?.properties.generalCategory == .nonspacingMark else { return false }
            place -= 1
        }
        return false
    }
}
