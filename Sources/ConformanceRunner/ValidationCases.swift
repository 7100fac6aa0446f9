import StatesJSON
import StatesLanguage

/// Measures the diagnostics against recorded answers of ValidateStateMachineDefinition, and against recorded calls of
/// CreateStateMachine, refused or not.
func runValidationCases(folder: String) -> Int32 {
    let cases: [ConformanceCase]
    do {
        cases = try ConformanceCase.all(in: folder)
    } catch {
        complain("\(error)")
        return 2
    }
    var passed = 0
    var failed = 0
    func note(_ id: String, _ difference: String?) {
        guard let difference else {
            passed += 1
            return
        }
        failed += 1
        print("- \(id) \(difference)")
    }
    for (number, found) in cases.enumerated() {
        let substitution = Substitution(uid: "u\(number)")
        switch found.kind {
        case "validate":
            let definition = definitionText(found.content, substitution)
            let check = DefinitionCheck(definition: definition, source: "definition", type: found.isExpress ? .express : .standard)
            note(found.id, Comparison.difference(found.expectation["response"] ?? .null, answer(check)))
        case "api":
            for (index, call) in (found.content["calls"]?.array ?? []).enumerated() {
                guard let outcome = creation(call, substitution) else { continue }
                note("\(found.id)#\(index)", outcome.difference)
            }
        default: break
        }
    }
    print("\(passed) passed, \(failed) failed")
    return failed == 0 ? 0 : 1
}

private func definitionText(_ content: JSONValue, _ substitution: Substitution) -> String {
    if let definition = content["definition"] { return substitution.fill(definition).spacedText }
    return content["definitionText"]?.string.map(substitution.fill) ?? ""
}

/// What ValidateStateMachineDefinition answers.
private func answer(_ check: DefinitionCheck) -> JSONValue {
    let diagnostics = check.diagnostics.filter { $0.severity == .error }.map { diagnostic -> JSONValue in
        var members = JSONObject([
            ("severity", .string(diagnostic.severity.rawValue)), ("code", .string(diagnostic.code.rawValue)),
            ("message", .string(diagnostic.message)),
        ])
        members["location"] = diagnostic.pointer.map { .string($0) }
        return .object(members)
    }
    return ["result": check.isValid ? "OK" : "FAIL", "diagnostics": .array(diagnostics), "truncated": false]
}

/// A recorded call of CreateStateMachine whose outcome depends on the definition alone.
private func creation(_ call: JSONValue, _ substitution: Substitution) -> Creation? {
    guard call["op"]?.string == "CreateStateMachine", let definition = call["params"]?["definition"]?.string else { return nil }
    let error = call["expect"]?["error"]
    guard error == nil || error?["code"]?.string == "InvalidDefinition" else { return nil }
    let type: MachineType = call["params"]?["type"]?.string == "EXPRESS" ? .express : .standard
    let check = DefinitionCheck(definition: substitution.fill(definition), source: "definition", type: type)
    let refusal = check.isValid ? nil : InvalidDefinition(diagnostics: check.diagnostics, source: check.source).awsMessage
    guard let error else { return Creation(difference: refusal.map { "expected to be accepted, got \($0)" }) }
    guard let refusal else { return Creation(difference: "expected \(error.brief(300)), got accepted") }
    return Creation(difference: Comparison.difference(error["message"] ?? "{{any}}", .string(refusal), at: "message"))
}

/// How our answer to a call of CreateStateMachine differs from the recorded one.
private struct Creation {
    var difference: String?
}
