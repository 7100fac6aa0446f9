import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Bytes from the system's generator, fetched in blocks because each question costs a system call.
final class RandomBytes: Sendable {
    private let block = Mutex<[UInt8]>([])
    private static let blockSize = 2_048

    /// `count` bytes, at most a block's size.
    func take(_ count: Int) -> [UInt8] {
        block.withLock { block in
            if block.count < count { Self.refill(&block) }
            let taken = Array(block.suffix(count))
            block.removeLast(count)
            return taken
        }
    }

    private static func refill(_ block: inout [UInt8]) {
        block = [UInt8](unsafeUninitializedCapacity: blockSize) { bytes, count in
            guard let base = bytes.baseAddress else { return }
            #if canImport(Darwin)
                arc4random_buf(base, blockSize)
            #else
                // At most 256 bytes a call; it fails only where the kernel has no generator at all.
                for offset in stride(from: 0, to: blockSize, by: 256) where getentropy(base + offset, 256) != 0 {
                    var generator = SystemRandomNumberGenerator()
                    for index in offset..<offset + 256 { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
                }
            #endif
            count = blockSize
        }
    }

    /// A random UUID (version 4) in lower case, made of those 16 bytes.
    static func uuid(from bytes: some Collection<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { text in
            var at = 0
            for (index, byte) in bytes.prefix(16).enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[at] = UInt8(ascii: "-")
                    at += 1
                }
                let marked = index == 6 ? byte & 0x0F | 0x40 : index == 8 ? byte & 0x3F | 0x80 : byte
                text[at] = digits[Int(marked >> 4)]
                text[at + 1] = digits[Int(marked & 15)]
                at += 2
            }
            return at
        }
    }
}
