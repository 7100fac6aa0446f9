import StatesKernel

/// How a summary is written at the beginning of the bodies of `started`, `closed`, `expressStarted` and `expressEnded`.
///
/// All numbers are little endian. The fixed part comes first, so that a journal finds the name and the times without decoding:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | version of this layout: 1 |
/// | 1 | 1 | flags: 1 Express, 2 has a stop time, 4 has labels |
/// | 2 | 1 | status: 0 running, 1 succeeded, 2 failed, 3 timed out, 4 aborted |
/// | 3 | 8 | number |
/// | 11 | 8 | start time, milliseconds since 1970 |
/// | 19 | 8 | stop time, 0 if none |
/// | 27 | 4 + n | name: length in bytes, UTF-8 |
/// | | 4 + n | ARN, machine name, machine ARN and definition hash, each likewise |
/// | | 4 + n | with labels: ARN of the version, of the alias, trace header, revision and test case, each likewise and empty if there is none |
extension ExecutionSummary {
    /// The version of the layout that is written.
    public static let codingVersion: UInt8 = 1
    /// Where the stop time stands.
    public static let stopTimeOffset = 19
    /// Where the name's length stands; its bytes follow.
    public static let nameOffset = 27

    private static let expressFlag: UInt8 = 1
    private static let stoppedFlag: UInt8 = 2
    private static let labelsFlag: UInt8 = 4

    /// Appends the summary's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.codingVersion)
        let hasLabels = !labels.isEmpty
        bytes.append(
            (isExpress ? Self.expressFlag : 0) | (stopTime == nil ? 0 : Self.stoppedFlag) | (hasLabels ? Self.labelsFlag : 0))
        bytes.append(Self.code(of: status))
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: startTime.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: (stopTime ?? 0).littleEndian) { bytes.append(contentsOf: $0) }
        Self.encode(name, into: &bytes)
        Self.encode(arn, into: &bytes)
        Self.encode(machineName, into: &bytes)
        Self.encode(machineArn, into: &bytes)
        Self.encode(definitionHash, into: &bytes)
        guard hasLabels else { return }
        for label in [labels.versionArn, labels.aliasArn, labels.traceHeader, labels.revisionID, labels.testCase] {
            Self.encode(label ?? "", into: &bytes)
        }
    }

    /// The summary at the beginning of `bytes`, or nil if there is none; adds the number of bytes it takes to `consumed`.
    public init?(decoding bytes: ArraySlice<UInt8>, consumed: inout Int) {
        guard bytes.count >= Self.nameOffset, bytes[bytes.startIndex] == Self.codingVersion else { return nil }
        let start = bytes.startIndex
        let flags = bytes[start + 1]
        guard flags & ~(Self.expressFlag | Self.stoppedFlag | Self.labelsFlag) == 0, let status = Self.status(of: bytes[start + 2])
        else {
            return nil
        }
        var cursor = start + Self.nameOffset
        guard let name = Self.decodeText(bytes, &cursor), let arn = Self.decodeText(bytes, &cursor),
            let machineName = Self.decodeText(bytes, &cursor), let machineArn = Self.decodeText(bytes, &cursor),
            let definitionHash = Self.decodeText(bytes, &cursor)
        else { return nil }
        var labels = ExecutionLabels()
        if flags & Self.labelsFlag != 0 {
            guard let read = Self.decodeLabels(bytes, &cursor) else { return nil }
            labels = read
        }
        let stopTime = Int64(bitPattern: Self.integer(bytes, at: start + Self.stopTimeOffset, size: 8))
        self.init(
            number: Self.integer(bytes, at: start + 3, size: 8), name: name, arn: arn, machineName: machineName,
            machineArn: machineArn, isExpress: flags & Self.expressFlag != 0, status: status,
            startTime: Int64(bitPattern: Self.integer(bytes, at: start + 11, size: 8)),
            stopTime: flags & Self.stoppedFlag != 0 ? stopTime : nil, definitionHash: definitionHash, labels: labels)
        consumed += cursor - start
    }

    private static func decodeLabels(_ bytes: ArraySlice<UInt8>, _ cursor: inout Int) -> ExecutionLabels? {
        var texts: [String?] = []
        for _ in 0..<5 {
            guard let text = decodeText(bytes, &cursor) else { return nil }
            texts.append(text.isEmpty ? nil : text)
        }
        return ExecutionLabels(
            versionArn: texts[0], aliasArn: texts[1], traceHeader: texts[2], revisionID: texts[3], testCase: texts[4])
    }

    private static func code(of status: ExecutionStatus) -> UInt8 {
        switch status {
        case .running: 0
        case .succeeded: 1
        case .failed: 2
        case .timedOut: 3
        case .aborted: 4
        }
    }

    private static func status(of code: UInt8) -> ExecutionStatus? {
        switch code {
        case 0: .running
        case 1: .succeeded
        case 2: .failed
        case 3: .timedOut
        case 4: .aborted
        default: nil
        }
    }

    private static func encode(_ text: String, into bytes: inout [UInt8]) {
        let start = bytes.count
        withUnsafeBytes(of: UInt32(0)) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text.utf8)
        let length = UInt32(bytes.count - start - 4)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
    }

    private static func decodeText(_ bytes: ArraySlice<UInt8>, _ cursor: inout Int) -> String? {
        guard bytes.endIndex - cursor >= 4 else { return nil }
        let length = Int(integer(bytes, at: cursor, size: 4))
        guard bytes.endIndex - cursor - 4 >= length else { return nil }
        cursor += 4 + length
        return String(validating: bytes[cursor - length..<cursor], as: UTF8.self)
    }

    private static func integer(_ bytes: ArraySlice<UInt8>, at offset: Int, size: Int) -> UInt64 {
        (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
    }
}
