/// Colour on a terminal, or none.
struct Ink: Equatable {
    /// Whether anything is coloured.
    let isColoured: Bool

    static let plain = Ink(isColoured: false)

    func green(_ text: String) -> String { paint("32", text) }
    func red(_ text: String) -> String { paint("31", text) }
    func yellow(_ text: String) -> String { paint("33", text) }
    func bold(_ text: String) -> String { paint("1", text) }
    func dim(_ text: String) -> String { paint("2", text) }

    private func paint(_ code: String, _ text: String) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

/// When to use colour.
enum ColourChoice: String, CaseIterable, Sendable {
    /// On a terminal, unless `NO_COLOR` is set.
    case auto
    /// Always.
    case always
    /// Never.
    case never

    /// The ink for a stream: `--color` wins over `NO_COLOR`, which wins over what the stream is (see no-color.org).
    func ink(isTerminal: Bool, environment: (String) -> String?) -> Ink {
        switch self {
        case .always: Ink(isColoured: true)
        case .never: .plain
        case .auto:
            Ink(isColoured: isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb")
        }
    }
}
