/// Times in test files and reports: `250ms`, `10s`, `5m`, `1h`, `2d`, as they are written.
enum TimeText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// The largest units that say it exactly: `1h 30m`.
    static func of(_ milliseconds: Int64) -> String {
        var rest = milliseconds
        var parts: [String] = []
        for unit in units where rest >= unit.milliseconds {
            parts.append("\(rest / unit.milliseconds)\(unit.name)")
            rest %= unit.milliseconds
        }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }

    static func list(_ times: [Int64]) -> String { times.isEmpty ? "none" : times.map(of).joined(separator: ", ") }
}
