import Foundation
import StatesJSON
import StatesQuery

/// Runs the JSONPath cases of a folder and prints those that fail.
///
/// The folder holds `*.jsonl` files of cases (`path`, `doc` or `docref`, `kind`, `result`, `message`, `definite`, `reference`),
/// and one or more of documents (`doc`, `input`) that cases refer to.
/// - Returns: The exit status: 0 if all passed, 1 if some failed, 2 if the folder could not be read.
func runJSONPathCases(folder: String) -> Int32 {
    guard let lines = CaseLine.read(folder: folder) else { return 2 }
    var documents: [String: JSONValue] = [:]
    for line in lines where line.value["path"] == nil {
        if let name = line.value["doc"]?.string, let input = line.value["input"] { documents[name] = input }
    }
    var score = CaseScore()
    for line in lines {
        guard let path = line.value["path"]?.string else { continue }
        let document = line.value["docref"]?.string.flatMap { documents[$0] } ?? line.value["doc"] ?? .null
        let complaint = JSONPathCase(expected: line.value, path: path, document: document).complaint
        score.count(line.id, complaint)
    }
    return score.finish()
}

/// One case: what is wrong with our answer, if anything.
private struct JSONPathCase {
    let expected: JSONValue
    let path: String
    let document: JSONValue

    var complaint: String? {
        let kind = expected["kind"]?.string ?? ""
        let compiled: JSONPath
        do {
            compiled = try JSONPath(path)
        } catch {
            guard kind == "invalid" else { return "\(path) was refused: \(error.reason)" }
            return wrongMessage(error.reason)
        }
        if kind == "invalid" { return "\(path) was not refused" }
        if let definite = expected["definite"]?.bool, definite != compiled.isDefinite {
            return "definite is \(compiled.isDefinite)"
        }
        if expected["definite"] != nil, (expected["reference"]?.bool ?? false) != compiled.isReference {
            return "reference is \(compiled.isReference)"
        }
        do {
            let value = try compiled.evaluate(document)
            guard kind == "value" else { return "\(path) answered \(value.compactText) where the case says \(kind)" }
            return value == expected["result"] ? nil : "\(path) answered \(value.compactText)"
        } catch {
            guard kind == (error.kind == .notFound ? "notfound" : "error") else { return "\(path) failed: \(error.message)" }
            return wrongMessage(error.message)
        }
    }

    private func wrongMessage(_ message: String) -> String? {
        guard let wanted = expected["message"]?.string, wanted != message else { return nil }
        return "\(path) said: \(message)"
    }
}

/// One line of a folder of cases.
struct CaseLine {
    /// The case's `id`, or the file and line.
    let id: String
    /// The line's value.
    let value: JSONValue

    /// The lines of all `*.jsonl` files of the folder, in the order of names. Nil, with a word on standard output, if that fails.
    static func read(folder: String) -> [CaseLine]? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            print("cannot read the folder \(folder)")
            return nil
        }
        var lines: [CaseLine] = []
        for name in names.sorted() where name.hasSuffix(".jsonl") {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else {
                print("cannot read \(name)")
                return nil
            }
            for (number, text) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
                do {
                    let value = try JSONValue(parsing: Array(text))
                    lines.append(CaseLine(id: value["id"]?.string ?? "\(name):\(number + 1)", value: value))
                } catch {
                    print("\(name):\(number + 1) is no JSON: \(error)")
                    return nil
                }
            }
        }
        return lines
    }
}

/// Counts cases and prints those that fail.
struct CaseScore {
    private var passed = 0
    private var failed = 0

    /// Counts a case. `complaint` is what is wrong with the answer.
    mutating func count(_ id: String, _ complaint: String?) {
        guard let complaint else {
            passed += 1
            return
        }
        failed += 1
        print("\(id): \(complaint)")
    }

    /// Prints the result and answers the exit status.
    func finish() -> Int32 {
        print("\(passed) passed, \(failed) failed")
        return failed == 0 ? 0 : 1
    }
}
