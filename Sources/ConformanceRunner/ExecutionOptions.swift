/// What the command line of `conformance execution` asked for.
struct ExecutionOptions {
    /// The folder of case files.
    var folder: String
    /// Features that leave a case out.
    var without: Set<String> = []
    /// Features that a case must have, all of them.
    var features: Set<String> = []
    /// A regular expression that a case's id must match.
    var match: String?
    /// What drives the kernel.
    var driver = CaseDriver.runtime
    /// How many failures to print.
    var failures = 15
    /// Where to write a report as JSON.
    var report: String?
    /// The least share of cases, in percent, that must pass each level.
    var floors: [(level: String, percent: Double)] = []

    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    init(folder: String, arguments: [String]) throws(Problem) {
        self.folder = folder
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Problem(description: "\(option) needs a value") }
            switch option {
            case "--without": without.formUnion(value.split(separator: ",").map(String.init))
            case "--feature": features.insert(value)
            case "--match": match = value
            case "--driver":
                guard let driver = CaseDriver(rawValue: value) else { throw Problem(description: "--driver is kernel or runtime") }
                self.driver = driver
            case "--failures": failures = try Self.number(value, of: option)
            case "--report": report = value
            case "--floor": floors = try Self.floors(value)
            default: throw Problem(description: "unknown option \(option)")
            }
        }
    }

    private static func number(_ text: String, of option: String) throws(Problem) -> Int {
        guard let number = Int(text), number >= 0 else { throw Problem(description: "\(option) needs a number, not \(text)") }
        return number
    }

    private static func floors(_ text: String) throws(Problem) -> [(String, Double)] {
        var floors: [(String, Double)] = []
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=")
            guard sides.count == 2, Level(rawValue: String(sides[0])) != nil, let percent = Double(sides[1]) else {
                throw Problem(description: "--floor needs LEVEL=PERCENT, not \(part)")
            }
            floors.append((String(sides[0]), percent))
        }
        return floors
    }
}
