import StatesJournal
import StatesRuntime
import Testing

/// A disk with a small journal that was closed, and what it holds.
private func closedJournal(_ work: Workload) throws -> SimulatedFileSystem {
    let disk = SimulatedFileSystem()
    let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
    try journal.commit(work)
    try journal.close()
    return disk
}

/// What a damaged journal answers.
private enum Answer: Equatable {
    case same
    case cut(groups: Int)
    case refused
    case wrong(String)
}

private func answer(_ disk: SimulatedFileSystem, _ work: Workload) -> Answer {
    do {
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let count = try journal.groupCount()
        let found = try journal.contents(of: work.executions)
        if found != work.contents(ofFirst: count) { return .wrong("contents differ") }
        if count == work.groups.count { return .same }
        return journal.report.bytesCut > 0 ? .cut(groups: count) : .wrong("silently cut")
    } catch is JournalFault {
        return .refused
    } catch {
        return .wrong("\(error)")
    }
}

@Suite("Damage")
struct DamageTests {
    @Test("no flipped bit of a segment that is written is taken for what was written", arguments: [0, 7] as [UInt8])
    func flippedBits(bit: UInt8) throws {
        var work = Workload()
        work.add(.definition("a", "{}"), .started(.example(1)), .record(1, "one"))
        work.add(.record(1, "two"), .record(2, "three"))
        work.add(.record(1, "four"))
        let disk = try closedJournal(work)
        let path = directory + "/segment-00000001"
        let bytes = try #require(disk.bytes(of: path))
        let end = try #require(bytes.lastIndex { $0 != 0 }) + 1
        for offset in 0..<end {
            var damaged = bytes
            damaged[offset] ^= 1 << bit
            let copy = disk.afterCrash(.everything)
            copy.overwrite(path, with: damaged)
            // The last 48 bytes are the mark that says that the last group was synced; without it nothing is lost.
            let expected: Answer = offset < end - 48 ? .refused : .same
            #expect(answer(copy, work) == expected, "byte \(offset)")
        }
    }

    @Test("a flipped bit of the last group is cut and reported if nothing says that it was synced")
    func lastGroup() throws {
        var work = Workload()
        work.add(.record(1, "one"))
        work.add(.record(1, "two"))
        let disk = SimulatedFileSystem()
        try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments()).commit(work)
        let path = directory + "/segment-00000001"
        let bytes = try #require(disk.bytes(of: path))
        let end = try #require(bytes.lastIndex { $0 != 0 }) + 1
        let size = 48 + 2 * 25 + 3 + 1
        for offset in (end - size)..<end {
            var damaged = bytes
            damaged[offset] ^= 0x10
            let copy = disk.afterCrash(.everything)
            copy.overwrite(path, with: damaged)
            #expect(answer(copy, work) == .cut(groups: 1), "byte \(offset)")
        }
    }

    @Test("a flipped bit anywhere in a directory of several files is harmless, cut and reported, or refused")
    func severalFiles() throws {
        let work = Workload.interleaved(3, rounds: 2)
        let disk = try closedJournal(work)
        let names = try #require(try disk.names(in: directory)).filter { $0.hasPrefix("segment") }
        #expect(names.count >= 2)
        for name in names {
            let path = directory + "/" + name
            let bytes = try #require(disk.bytes(of: path))
            for offset in stride(from: 0, to: bytes.count, by: 23) {
                var damaged = bytes
                damaged[offset] ^= 0x20
                let copy = disk.afterCrash(.everything)
                copy.overwrite(path, with: damaged)
                let found = answer(copy, work)
                #expect([.same, .refused].contains(found), "\(name) byte \(offset): \(found)")
                if found == .same, name == "segment-00000001", offset >= 64, bytes[offset] != 0 {
                    // Something that opening and reading never look at, or can do without: a look at every byte finds it, if it
                    // is part of a group.
                    _ = try DirectoryJournal.check(directory: directory, fileSystem: copy)
                }
            }
        }
    }

    @Test("the fault says where the damage is and whom it touches")
    func whom() throws {
        var work = Workload()
        work.add(.started(.example(1)), .record(1, "one"))
        work.add(.record(2, "two"), .record(3, "three"))
        work.add(.record(2, "four"))
        let disk = try closedJournal(work)
        let path = directory + "/segment-00000001"
        var bytes = try #require(disk.bytes(of: path))
        let text = Array("three".utf8)
        let offset = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
        bytes[offset] = UInt8(ascii: "T")
        disk.overwrite(path, with: bytes)
        let group = offset - 25 - 3 - 25 - 48
        let damage = JournalDamage(
            file: path, offset: group, executions: [2, 3, Workload.counter],
            reason: "group 2 is not as it was written, and group 3 shows that it had been")
        #expect(throws: JournalFault.damaged(damage)) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
        #expect(
            JournalFault.damaged(damage).description
                == "\(path) is damaged at byte \(group): group 2 is not as it was written, and group 3 shows that it had been; "
                + "it touches executions 2, 3, 999")
        #expect(try DirectoryJournal.check(directory: directory, fileSystem: disk).damages == [damage])
    }

    @Test("an entry in a sealed segment that is damaged keeps only its execution from being read")
    func sealedSegment() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch([.record(1, "healthy"), .record(2, "fragile")]))
        for _ in 0..<40 { try journal.commit(JournalBatch([.record(1, String(repeating: "x", count: 100))])) }
        try journal.close()
        let path = directory + "/segment-00000001"
        var bytes = try #require(disk.bytes(of: path))
        let offset = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("fragile".utf8)) })
        bytes[offset] ^= 1
        disk.overwrite(path, with: bytes)
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.entries(of: 1, kind: .record).count == 41)
        let damage = JournalDamage(file: path, offset: offset - 25, executions: [2], reason: "an entry's checksum is wrong")
        #expect(throws: JournalFault.damaged(damage)) { try reopened.entries(of: 2, kind: .record) }
        let check = try DirectoryJournal.check(directory: directory, fileSystem: disk)
        #expect(check.damages.map(\.reason) == ["a group is not as it was written"])
        #expect(check.damages.map(\.executions) == [[1, 2]])
    }

    @Test("a segment that is missing is damage", arguments: ["segment-00000001", "segment-00000002", "segment-00000003"])
    func missing(name: String) throws {
        let disk = try closedJournal(Workload.interleaved(6, rounds: 4))
        try disk.remove(directory + "/" + name)
        let damage = JournalDamage(file: directory + "/" + name, offset: 0, reason: "it is missing")
        #expect(throws: JournalFault.damaged(damage)) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
    }

    @Test("a segment of another journal is refused")
    func foreignSegment() throws {
        let disk = try closedJournal(Workload.interleaved(6, rounds: 4))
        let other = SimulatedFileSystem()
        var options = smallSegments()
        options.identity = 99
        try DirectoryJournal(directory: directory, fileSystem: other, options: options).commit(Workload.interleaved(6, rounds: 4))
        let path = directory + "/segment-00000002"
        disk.overwrite(path, with: try #require(other.bytes(of: path)))
        let damage = JournalDamage(file: path, offset: 16, reason: "it belongs to another journal")
        #expect(throws: JournalFault.damaged(damage)) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
    }

    @Test("a segment whose index is damaged is read whole, and gets its index again")
    func damagedIndex() throws {
        let work = Workload.interleaved(6, rounds: 4)
        let disk = try closedJournal(work)
        let path = directory + "/segment-00000001"
        let bytes = try #require(disk.bytes(of: path))
        var damaged = bytes
        damaged[damaged.count - 3] ^= 1
        disk.overwrite(path, with: damaged)
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(reopened.report.indexesRebuilt == 1)
        #expect(try reopened.contents(of: work.executions) == work.contents(ofFirst: .max))
        #expect(disk.bytes(of: path) == bytes)
    }

    @Test("payloads that look like groups are payloads, also in a group that is torn")
    func imitation() throws {
        // Somebody who provides payloads knows everything but the journal's identity: the third group of a journal like this one
        // says that the second was synced.
        let other = SimulatedFileSystem()
        var options = smallSegments()
        options.identity = 99
        let model = try DirectoryJournal(directory: directory, fileSystem: other, options: options)
        for text in ["first", "again", "third"] { try model.commit(JournalBatch([.record(1, text)])) }
        let path = directory + "/segment-00000001"
        let groupSize = 80
        let third = Array(try #require(other.bytes(of: path))[(64 + 2 * groupSize)..<(64 + 3 * groupSize)])
        #expect(third.starts(with: Array("SWGR".utf8)))
        // Shifted so that it is aligned within the next group.
        let imitation = [UInt8](repeating: 0, count: 7) + third

        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch([.record(1, "first")]))
        try journal.commit(JournalBatch([Entry(kind: .record, execution: 1, body: imitation)]))
        var bytes = try #require(disk.bytes(of: path))
        bytes[64 + groupSize + 60] ^= 1
        disk.overwrite(path, with: bytes)
        let reopened = try DirectoryJournal(
            directory: directory, fileSystem: disk.afterCrash(.everything), options: smallSegments())
        #expect(reopened.report.bytesCut > 0)
        #expect(try reopened.entries(of: 1, kind: .record) == [Array("first".utf8)])
    }

    @Test("a journal of the format before is read, and written on")
    func olderFormat() throws {
        let work = Workload.interleaved(6, rounds: 4)
        let disk = try closedJournal(work)
        for name in try #require(try disk.names(in: directory)) where name.hasPrefix("segment") {
            var bytes = try #require(disk.bytes(of: directory + "/" + name))
            bytes[8] = 1
            let checksum = castagnoli(bytes[..<60])
            for index in 0..<4 { bytes[60 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index))) }
            disk.overwrite(directory + "/" + name, with: bytes)
        }
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.contents(of: work.executions) == work.contents(ofFirst: .max))
        try reopened.commit(JournalBatch([.record(1, "more")]))
        #expect(try reopened.entries(of: 1, kind: .record).last == Array("more".utf8))
    }

    /// CRC-32C, bit by bit.
    private func castagnoli(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var checksum = UInt32.max
        for byte in bytes {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 0 ? checksum >> 1 : (checksum >> 1) ^ 0x82F6_3B78 }
        }
        return ~checksum
    }

    @Test("a newer format is refused, with what to do", arguments: ["segment-00000001", "manifest"])
    func newerFormat(name: String) throws {
        let disk = try closedJournal(Workload.interleaved(6, rounds: 4))
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.compact(keepingClosedFor: .zero, now: 10_000)
        try journal.close()
        let names = try #require(try disk.names(in: directory))
        let path = directory + "/" + (name == "manifest" ? name : try #require(names.first { $0.hasPrefix("segment") }))
        var bytes = try #require(disk.bytes(of: path))
        bytes[8] = 3
        disk.overwrite(path, with: bytes)
        let fault = JournalFault.newerFormat(file: path, format: 3, newestKnown: 2)
        #expect(throws: fault) { try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments()) }
        #expect(throws: fault) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
        }
        #expect(fault.description == "\(path) has format 3, and this version reads formats up to 2: use a newer version")
    }
}
