/// A whole number of any size, for the few digits that doubles cannot be asked for.
///
/// It stays small: a double has at most 1100 binary digits on either side of the point.
struct NaturalNumber {
    /// Digits to the base 2^32, the least first, without zeros at the end.
    private var words: [UInt32]

    init(_ value: UInt64) {
        words = [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
        trim()
    }

    /// A whole double that is not negative.
    init(_ value: Double) {
        self.init(value.wholeSignificand)
        let exponent = value.significandExponent
        if exponent < 0 { shiftRightRounding(-exponent) } else { shiftLeft(exponent) }
    }

    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in words.indices {
            carry += UInt64(words[index]) * UInt64(factor)
            words[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        if carry > 0 { words.append(UInt32(carry)) }
    }

    mutating func multiply(byFiveToThe exponent: Int) {
        var rest = exponent
        while rest >= 13 {
            multiply(by: 1_220_703_125)
            rest -= 13
        }
        for _ in 0..<rest { multiply(by: 5) }
    }

    mutating func shiftLeft(_ distance: Int) {
        if words.isEmpty || distance == 0 { return }
        let bits = distance % 32
        if bits > 0 { multiply(by: 1 << UInt32(bits)) }
        words.insert(contentsOf: repeatElement(0, count: distance / 32), at: 0)
    }

    /// Divides by a power of two and rounds to the nearest, a half up.
    mutating func shiftRightRounding(_ distance: Int) {
        if distance == 0 { return }
        let isUp = bit(distance - 1)
        words.removeFirst(min(distance / 32, words.count))
        let bits = UInt32(distance % 32)
        if bits > 0 {
            for index in words.indices {
                let above = index + 1 < words.count ? words[index + 1] << (32 - bits) : 0
                words[index] = words[index] >> bits | above
            }
        }
        if isUp { addOne() }
        trim()
    }

    /// The digits to a base of 2 to 36 as ASCII, `0` for zero.
    func digits(radix: UInt64 = 10) -> [UInt8] {
        // As many digits are divided off at once as a word has room for.
        var count = 1
        var power = radix
        while power * radix <= UInt64(UInt32.max) {
            power *= radix
            count += 1
        }
        var rest = words
        var digits: [UInt8] = []
        while !rest.isEmpty {
            var remainder: UInt64 = 0
            for index in rest.indices.reversed() {
                remainder = remainder << 32 | UInt64(rest[index])
                rest[index] = UInt32(remainder / power)
                remainder %= power
            }
            while rest.last == 0 { rest.removeLast() }
            for _ in 0..<count {
                let digit = UInt8(remainder % radix)
                digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                remainder /= radix
            }
        }
        while digits.last == 0x30 { digits.removeLast() }
        return digits.isEmpty ? [0x30] : digits.reversed()
    }

    /// Whether this is less than the other, which is compared digit by digit.
    static func < (left: NaturalNumber, right: NaturalNumber) -> Bool {
        if left.words.count != right.words.count { return left.words.count < right.words.count }
        for index in left.words.indices.reversed() where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }

    private func bit(_ index: Int) -> Bool { index / 32 < words.count && words[index / 32] >> UInt32(index % 32) & 1 == 1 }

    private mutating func addOne() {
        for index in words.indices {
            words[index] &+= 1
            if words[index] != 0 { return }
        }
        words.append(1)
    }

    private mutating func trim() {
        while words.last == 0 { words.removeLast() }
    }
}

extension Double {
    /// The significand as a whole number, which times two to the `significandExponent` is the magnitude.
    var wholeSignificand: UInt64 { exponentBitPattern == 0 ? significandBitPattern : significandBitPattern | 1 << 52 }

    /// The power of two of the last digit of the significand.
    var significandExponent: Int { max(1, Int(exponentBitPattern)) - 1075 }
}
