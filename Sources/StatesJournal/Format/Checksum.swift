/// CRC-32C (Castagnoli), eight bytes at a time.
enum Checksum {
    /// The checksum of some bytes, going on from that of the bytes before them.
    static func of(_ bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress else { return previous }
        return tables.withUnsafeBufferPointer { tables in
            guard let tables = tables.baseAddress else { return previous }
            return ~advance(~previous, base, bytes.count, tables)
        }
    }

    /// The checksum of an array.
    static func of(_ bytes: some Sequence<UInt8>, after previous: UInt32 = 0) -> UInt32 {
        if let checksum = bytes.withContiguousStorageIfAvailable({ of(UnsafeRawBufferPointer($0), after: previous) }) {
            return checksum
        }
        return of([UInt8](bytes), after: previous)
    }

    // Unsafe because every byte that is written passes here: bounds checks on eight table look-ups per eight bytes halve the speed.
    // The indices are bytes, and each table has 256 places.
    private static func advance(
        _ start: UInt32, _ base: UnsafeRawPointer, _ count: Int, _ tables: UnsafePointer<UInt32>
    ) -> UInt32 {
        var checksum = start
        var offset = 0
        while offset + 8 <= count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(checksum)
            checksum =
                tables[0x700 + Int(word & 0xFF)] ^ tables[0x600 + Int((word >> 8) & 0xFF)]
                ^ tables[0x500 + Int((word >> 16) & 0xFF)] ^ tables[0x400 + Int((word >> 24) & 0xFF)]
                ^ tables[0x300 + Int((word >> 32) & 0xFF)] ^ tables[0x200 + Int((word >> 40) & 0xFF)]
                ^ tables[0x100 + Int((word >> 48) & 0xFF)] ^ tables[Int(word >> 56)]
            offset += 8
        }
        while offset < count {
            let byte = base.load(fromByteOffset: offset, as: UInt8.self)
            checksum = tables[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)] ^ (checksum >> 8)
            offset += 1
        }
        return checksum
    }

    /// Eight tables of 256: the checksum of a byte followed by none, one, ... seven zeros.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : (value >> 1) ^ 0x82F6_3B78 }
            tables[byte] = value
        }
        for index in 256..<tables.count {
            let shorter = tables[index - 256]
            tables[index] = tables[Int(shorter & 0xFF)] ^ (shorter >> 8)
        }
        return tables
    }()
}
