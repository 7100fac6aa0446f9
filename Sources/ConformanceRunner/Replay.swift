import StatesKernel

/// Rebuilds executions from their records, as recovery does.
enum Replay {
    /// Why encoding, decoding and applying the records does not give an equal execution; nil if it does.
    static func difference(_ live: Execution, _ records: [Record]) -> String? {
        var decoder = RecordDecoder()
        var rebuilt: Execution?
        for record in records {
            var bytes: [UInt8] = []
            record.encode(into: &bytes)
            let decoded: Record
            do {
                decoded = try decoder.decode(bytes)
            } catch {
                return "record \(record.number) cannot be decoded: \(error)"
            }
            if decoded != record { return "record \(record.number) is another one after decoding" }
            if rebuilt == nil {
                rebuilt = Execution(plan: live.plan, replaying: decoded)
            } else if rebuilt?.accepts(decoded) == true {
                rebuilt?.apply(decoded)
            } else {
                return "record \(record.number) is not accepted"
            }
        }
        return rebuilt == live ? nil : "the rebuilt execution is not equal"
    }
}
