/// A length of time as people read it, with three digits that matter: `41 ms`, `6.10 s`, `58 s`, `2.5 min`, `1.5 h`, `3 d`.
struct DurationText: Equatable {
    /// The digits: `6.10`.
    let number: String
    /// The unit: `s`.
    let unit: String

    /// Three digits for a table's column, so that lines can be compared.
    init(column milliseconds: Int64) {
        self.init(milliseconds, trimming: false)
    }

    /// As few digits as say it, for a sentence: `6.2 s`.
    init(sentence milliseconds: Int64) {
        self.init(milliseconds, trimming: true)
    }

    /// What is left of a wait, in steps that a person can follow: tenths of a second below ten, whole units above.
    static func countdown(_ milliseconds: Int64) -> String {
        let value = max(0, milliseconds)
        if value < 10_000 { return "\(value / 1_000).\(value % 1_000 / 100) s" }
        if value < 60_000 { return "\(value / 1_000) s" }
        if value < 3_600_000 { return "\(value / 60_000) min \(value % 60_000 / 1_000) s" }
        if value < 86_400_000 { return "\(value / 3_600_000) h \(value % 3_600_000 / 60_000) min" }
        return "\(value / 86_400_000) d \(value % 86_400_000 / 3_600_000) h"
    }

    private init(_ milliseconds: Int64, trimming: Bool) {
        let value = max(0, milliseconds)
        switch value {
        case ..<1_000: (number, unit) = (String(value), "ms")
        case ..<60_000: (number, unit) = (Self.decimal(value, per: 1_000, trimming), "s")
        case ..<3_600_000: (number, unit) = (Self.decimal(value, per: 60_000, trimming), "min")
        case ..<86_400_000: (number, unit) = (Self.decimal(value, per: 3_600_000, trimming), "h")
        default: (number, unit) = (Self.decimal(value, per: 86_400_000, trimming), "d")
        }
    }

    /// Seconds to the millisecond, for comparing many of them: `3.042`.
    static func seconds(_ milliseconds: Int64) -> String {
        let value = max(0, milliseconds)
        let fraction = String(value % 1_000)
        return "\(value / 1_000)." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
    }

    /// `6.10 s`.
    var text: String { "\(number) \(unit)" }

    /// Whole units and hundredths, rounded down, so that nothing that is waited for seems over before it is.
    private static func decimal(_ value: Int64, per unit: Int64, _ trimming: Bool) -> String {
        let whole = value / unit
        let hundredths = value % unit * 100 / unit
        let isExact = value % unit == 0
        if trimming {
            let tenths = hundredths / 10
            return tenths == 0 || whole >= 100 ? "\(whole)" : "\(whole).\(tenths)"
        }
        if isExact, whole >= 10 { return "\(whole)" }
        if whole >= 100 { return "\(whole)" }
        if whole >= 10 { return "\(whole).\(hundredths / 10)" }
        return "\(whole).\(hundredths < 10 ? "0" : "")\(hundredths)"
    }
}
