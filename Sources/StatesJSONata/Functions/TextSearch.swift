/// Bytes that are looked for in others.
///
/// Short ones are compared at each place where their first byte stands; for longer ones it is known how far to go on after a mismatch,
/// so that no text makes a search take longer than both are long.
struct TextSearch {
    private let wanted: [UInt8]
    /// For each length of a matching beginning, the length of the longest part of it that is both beginning and end.
    private let overlaps: [Int]

    private static let shortLimit = 8

    init(_ wanted: String) {
        self.wanted = Array(wanted.utf8)
        overlaps = self.wanted.count > Self.shortLimit ? Self.overlaps(of: self.wanted) : []
    }

    /// The number of bytes that are looked for.
    var count: Int { wanted.count }

    /// Where they first stand from a place on, or nil.
    func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        if wanted.isEmpty { return start }
        return overlaps.isEmpty ? firstShort(text, start) : firstLong(text, start)
    }

    private func firstShort(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        let last = text.count - wanted.count
        var at = start
        while at <= last {
            if text[at] == wanted[0] {
                var length = 1
                while length < wanted.count, text[at + length] == wanted[length] { length += 1 }
                if length == wanted.count { return at }
            }
            at += 1
        }
        return nil
    }

    private func firstLong(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var matched = 0
        var at = start
        while at < text.count {
            while matched > 0, text[at] != wanted[matched] { matched = overlaps[matched - 1] }
            if text[at] == wanted[matched] { matched += 1 }
            at += 1
            if matched == wanted.count { return at - matched }
        }
        return nil
    }

    private static func overlaps(of bytes: [UInt8]) -> [Int] {
        var overlaps = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for at in bytes.indices.dropFirst() {
            while length > 0, bytes[at] != bytes[length] { length = overlaps[length - 1] }
            if bytes[at] == bytes[length] { length += 1 }
            overlaps[at] = length
        }
        return overlaps
    }
}
