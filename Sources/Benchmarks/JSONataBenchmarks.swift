import StatesJSON
import StatesJSONata

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures JSONata on ten shapes of expression over 1,000 rows, alone or beside jsonata-python.
///
/// `--python PATH` names an interpreter that has the package jsonata-python (version 0.7.1 is what the project compares with): the same
/// expressions over the same input are then evaluated there, in this run. Both sides parse the expression and the input once, and both
/// are measured by processor time. Its check of the whole input before every evaluation is switched off, which is to its advantage.
enum JSONataBenchmarks {
    /// One shape: what it is called, and an expression.
    private static let shapes: [(name: String, expression: String)] = [
        ("path", "shop.address.street.name"),
        ("template", #"$uppercase(shop.name) & ": " & $count(tags) & " tags, " & shop.address.street.name"#),
        ("project", "rows.amount"),
        ("filter", "rows[amount > 40 and kind = 'b'].name"),
        ("sum", "$sum(rows.(cost * amount))"),
        ("map-hof", "$map(rows, function($row) { {'name': $row.name, 'total': $row.cost * $row.amount} })"),
        ("reduce", "$reduce(rows.amount, function($sum, $amount) { $sum + $amount })"),
        ("order-by", "rows^(kind, >cost)"),
        ("group", "rows{kind: $sum(amount)}"),
        ("build", "rows.{'id': id, 'label': kind & '-' & name, 'total': cost * amount}"),
    ]

    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) throws {
        let wanted = shapes.filter { options.wants(measurement: $0.name) }
        let input = try JSONValue(parsing: inputText)
        let peers = try options.python.map { try PythonPeer(interpreter: $0, options).rates(of: wanted) } ?? [:]
        for shape in wanted {
            let expression = try JSONata(shape.expression)
            var environment = StillEnvironment()
            let measured = try Stopwatch.measure(seconds: options.seconds) {
                _ = try expression.evaluate(input, in: &environment)
            }
            let rate = Double(measured.runs) / measured.seconds
            var figures = [(unit: "evaluations/s", value: rate)]
            if let peer = peers[shape.name] { figures += [("jsonata-python/s", peer), ("times as fast", rate / peer)] }
            report.add(shape.name, figures)
        }
    }

    /// 1,000 rows of five members, and a little beside them.
    fileprivate static var inputText: String {
        let rows = (0..<1000).map { row in
            #"{"id": \#(row), "name": "item \#(row * 7919 % 1000)", "kind": "\#(["a", "b", "c", "d", "e"][row % 5])", "#
                + #""cost": \#(row * 31 % 97).\#(row % 9 + 1), "amount": \#(row * 17 % 83)}"#
        }
        return #"{"shop": {"name": "corner", "address": {"street": {"name": "Long Lane", "number": 4}}}, "tags": ["x", "y", "z"], "#
            + #""rows": [\#(rows.joined(separator: ","))]}"#
    }
}

/// A world without variables where no time passes.
private struct StillEnvironment: Environment {
    var now: Int64 { 0 }

    func variable(_ name: String) -> JSONValue? { nil }

    mutating func randomBits() -> UInt64 { 0 }
}

/// jsonata-python, run by an interpreter of its own.
private struct PythonPeer {
    let interpreter: String
    let seconds: Double
    let folder: String?

    init(interpreter: String, _ options: BenchmarkOptions) throws {
        self.interpreter = interpreter
        seconds = options.seconds
        folder = options.folder
    }

    private static let script = """
        import json, sys, time
        import jsonata

        with open(sys.argv[1]) as file:
            work = json.load(file)
        document = json.loads(work["input"])
        for name, text in work["shapes"]:
            expression = jsonata.Jsonata(text)
            expression.set_validate_input(False)
            expression.evaluate(document)
            runs, began = 0, time.process_time()
            while time.process_time() - began < work["seconds"]:
                expression.evaluate(document)
                runs += 1
            print(json.dumps([name, runs / (time.process_time() - began)]), flush=True)
        """

    /// Evaluations per second, by shape.
    func rates(of shapes: [(name: String, expression: String)]) throws -> [String: Double] {
        let folder = try TemporaryFolder(in: folder)
        defer { folder.remove() }
        let work: JSONValue = [
            "input": .string(JSONataBenchmarks.inputText), "seconds": .number(.double(seconds)),
            "shapes": .array(shapes.map { [.string($0.name), .string($0.expression)] }),
        ]
        try Self.write(Self.script, to: folder.path + "/peer.py")
        try Self.write(work.compactText, to: folder.path + "/work.json")
        let command = [interpreter, folder.path + "/peer.py", folder.path + "/work.json"]
        var rates: [String: Double] = [:]
        for line in try Self.output(of: command).split(separator: UInt8(ascii: "\n")) {
            guard let pair = try? JSONValue(parsing: Array(line)), let name = pair[0]?.string, let rate = pair[1]?.number else {
                continue
            }
            rates[name] = rate.doubleValue
        }
        guard rates.count == shapes.count else {
            throw BenchmarkOptions.Problem(description: "\(interpreter) did not evaluate: is jsonata-python installed there?")
        }
        return rates
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchmarkOptions.Problem(description: "\(path) cannot be written") }
        fputs(text, file)
        fclose(file)
    }

    private static func output(of command: [String]) throws -> [UInt8] {
        let line = command.map {
            "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
        }
        guard let pipe = popen(line.joined(separator: " "), "r") else {
            throw BenchmarkOptions.Problem(description: "\(command[0]) cannot be started")
        }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var byte = fgetc(pipe)
        while byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
            byte = fgetc(pipe)
        }
        return bytes
    }
}
