import StatesText
import Testing

@Suite("Digests, Base64 and Java's generator")
struct DigestTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(
        "digests agree with the examples of their standards",
        arguments: [
            (
                "", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            ),
            (
                "abc", "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "8215ef0796a20bcaaae116d3876c664a",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func examples(text: String, md5: String, sha1: String, sha256: String) {
        #expect(Digest.hexadecimal(Digest.md5(bytes(text))) == md5)
        #expect(Digest.hexadecimal(Digest.sha1(bytes(text))) == sha1)
        #expect(Digest.hexadecimal(Digest.sha256(bytes(text))) == sha256)
    }

    @Test("the wide digests agree with the examples of their standard")
    func wideExamples() {
        #expect(
            Digest.hexadecimal(Digest.sha384(bytes("abc")))
                == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")
        #expect(
            Digest.hexadecimal(Digest.sha512(bytes("abc")))
                == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        )
        #expect(
            Digest.hexadecimal(Digest.sha512([]))
                == "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
        )
    }

    @Test("a million times the letter a has the digest of the standard")
    func million() {
        let million = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(Digest.hexadecimal(Digest.sha256(million)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("lengths around a block's end are padded right")
    func padding() {
        // One digest over the digests of all lengths: a mistake in any padding shows.
        func all(_ digest: ([UInt8]) -> [UInt8]) -> String {
            Digest.hexadecimal(Digest.sha256((0..<260).flatMap { digest([UInt8](repeating: UInt8($0 & 255), count: $0)) }))
        }
        #expect(all(Digest.md5) == "aa2b7523809f530dd5eec6e67668c07536eeed86bb01d3885706ea48ebc37135")
        #expect(all(Digest.sha1) == "e073e5257220b673a5a146ad47c58a99607f39c84b021b2d3f969a9d379ce597")
        #expect(all(Digest.sha256) == "d1431305b5aa0e24d0a8c8010da99ed034d65b853a9776b23bb2025a83f17216")
        #expect(all(Digest.sha384) == "0c34e36f3c33aab86cd81a4f807f857097619cc4907241ed38dfd6a64cf9eddd")
        #expect(all(Digest.sha512) == "8c8a276be7ab3d8ad99eec22bdedfe7a9774a2d8d9e4db976071d4d92851d25c")
    }

    @Test(
        "the keyed digest agrees with RFC 4231",
        arguments: [
            ([UInt8](repeating: 0x0B, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func keyed(key: [UInt8], message: String, digest: String) {
        #expect(Digest.hexadecimal(Digest.keyed(key, bytes(message))) == digest)
    }

    @Test(
        "Base64 goes both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{FB}\u{3FF}", "w7vPvw=="), ("???>>>", "Pz8/Pj4+"),
        ])
    func base64(text: String, encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
        #expect(Base64.decode(encoded) == bytes(text))
    }

    @Test(
        "decoding takes what Java's decoder takes",
        arguments: [("QQ", "A"), ("QUI", "AB"), ("QR==", "A"), ("QUJDQQ==", "ABCA")])
    func lenientBase64(encoded: String, text: String) {
        #expect(Base64.decode(encoded) == bytes(text))
    }

    @Test(
        "decoding refuses what Java's decoder refuses",
        arguments: ["Q", "QQ=", "=", "==", "====", "QQ==\n", "Q-_=", "QQ==QQ==", "Q Q=", "QUJDQ", "QQ=Q", "é", "Q==="])
    func wrongBase64(encoded: String) {
        #expect(Base64.decode(encoded) == nil)
    }

    @Test("every byte goes both ways at every length")
    func allBytes() {
        for length in 0..<300 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test(
        "the generator gives the numbers of java.util.Random",
        arguments: [
            (
                42, 0.7275636800328681, [0, 3, 8, 4, 0, 5], [4, 11, 10, 1], [969_067_502, 791_955_276, 819_572_292, 592_164_476],
                -5_710_636_755_842_891_759
            ),
            (
                0, 0.730967787376657, [0, 8, 9, 7, 5, 3], [8, 1, 9, 12], [715_581_077, 542_832_677, 827_187_473, 1_316_484_262],
                -279_624_296_851_435_688
            ),
            (
                -1, 0.26894263088050496, [3, 5, 9, 9, 4, 8], [6, 6, 13, 0], [665_220_512, 121_954_317, 149_520_196, 176_890_342],
                -5_716_699_375_945_509_478
            ),
            (
                1_234_567_890_123, 0.9979691436808569, [0, 0, 8, 9, 8, 5], [12, 15, 3, 3],
                [1_234_316_534, 570_267_634, 694_613_688, 92_999_599],
                5_027_400_435_344_464_924
            ),
            (
                .min, 0.730967787376657, [0, 8, 9, 7, 5, 3], [8, 1, 9, 12], [715_581_077, 542_832_677, 827_187_473, 1_316_484_262],
                -279_624_296_851_435_688
            ),
        ] as [(Int64, Double, [Int32], [Int32], [Int32], Int64)])
    func javaRandom(seed: Int64, double: Double, tens: [Int32], sixteens: [Int32], large: [Int32], rest: Int64) {
        var first = JavaRandom(seed: seed)
        #expect(first.nextDouble() == double)
        // One generator draws the rest in turn: with a bound of ten, with a power of two, and with one that makes it draw again.
        var random = JavaRandom(seed: seed)
        #expect(tens.map { _ in random.nextInt(bound: 10) } == tens)
        #expect(sixteens.map { _ in random.nextInt(bound: 16) } == sixteens)
        #expect(large.map { _ in random.nextInt(bound: 1_500_000_000) } == large)
        // Java's nextLong is two draws of 32 bits.
        let high = Int64(random.next(bits: 32)) << 32
        #expect(high &+ Int64(random.next(bits: 32)) == rest)
    }
}
