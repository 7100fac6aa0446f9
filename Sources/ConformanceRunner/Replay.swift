import StatesKernel
import StatesLanguage

/// Rebuilds executions from their records, as recovery does.
enum Replay {
    /// Why records do not rebuild an execution.
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    /// Encodes and decodes the records and applies them.
    static func rebuild(_ records: [Record], plan: Plan) throws -> Execution {
        var decoder = RecordDecoder()
        var rebuilt: Execution?
        for record in records {
            var bytes: [UInt8] = []
            record.encode(into: &bytes)
            let decoded = try decoder.decode(bytes)
            if decoded != record { throw Problem(description: "record \(record.number) is another one after decoding") }
            if rebuilt == nil {
                rebuilt = Execution(plan: plan, replaying: decoded)
            } else if rebuilt?.accepts(decoded) == true {
                rebuilt?.apply(decoded)
            } else {
                throw Problem(description: "record \(record.number) is not accepted")
            }
        }
        guard let rebuilt else { throw Problem(description: "there are no records") }
        return rebuilt
    }

    /// Why the records do not give an execution of which `isRight` holds; nil if they do.
    static func difference(_ records: [Record], plan: Plan, isRight: (Execution) -> Bool) -> String? {
        do {
            return isRight(try rebuild(records, plan: plan)) ? nil : "the rebuilt execution is not equal"
        } catch {
            return "\(error)"
        }
    }
}
