extension DefinitionReader {
    func nearest(to word: String, in candidates: [String]) -> String? {
        var search = NearestName(to: word)
        for candidate in candidates { search.consider(candidate) }
        return search.best
    }
}

/// The search for the name somebody probably meant.
///
/// Distance is counted in edits (a byte inserted, removed, replaced, or two neighbours swapped), letters compared without regard to
/// case. More than a third of the word wrong is another word.
struct NearestName {
    private let word: [UInt8]
    private let folded: [UInt8]
    private let limit: Int
    private var bestDistance: Int
    private(set) var best: String?

    init(to word: String) {
        self.word = Array(word.utf8)
        folded = self.word.map(\.lowercased)
        limit = self.word.count > 80 ? 0 : max(1, self.word.count / 3)
        bestDistance = limit + 1
    }

    mutating func consider(_ candidate: String) {
        let length = candidate.utf8.count
        guard abs(length - word.count) < bestDistance, length <= 80 else { return }
        let distance = distance(to: candidate.utf8.map(\.lowercased))
        guard distance < bestDistance else { return }
        bestDistance = distance
        best = candidate
    }

    private func distance(to other: [UInt8]) -> Int {
        if folded.isEmpty || other.isEmpty { return max(folded.count, other.count) }
        var beforeLast = [Int](repeating: 0, count: other.count + 1)
        var last = Array(0...other.count)
        var current = last
        for i in 1...folded.count {
            current[0] = i
            var least = i
            for j in 1...other.count {
                let same = folded[i - 1] == other[j - 1]
                var edits = min(last[j] + 1, current[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
                if i > 1, j > 1, folded[i - 1] == other[j - 2], folded[i - 2] == other[j - 1] {
                    edits = min(edits, beforeLast[j - 2] + 1)
                }
                current[j] = edits
                least = min(least, edits)
            }
            if least >= bestDistance { return least }
            (beforeLast, last, current) = (last, current, beforeLast)
        }
        return last[other.count]
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
