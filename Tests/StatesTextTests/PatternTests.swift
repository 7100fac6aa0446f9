import StatesText
import Testing

@Suite("Patterns")
struct PatternTests {
    /// The first match and its groups, as `[text|group 1|group 2]`, a group that took no part being a dash.
    private func match(_ source: String, _ text: String, _ flags: Pattern.Flags = [], _ dialect: Pattern.Dialect) throws -> String {
        var budget = Pattern.usualBudget
        let units = Array(text.utf16)
        guard let match = try Pattern(source, flags: flags, dialect: dialect).firstMatch(in: units, budget: &budget) else {
            return "none"
        }
        func covered(_ range: Range<Int>) -> String { String(decoding: units[range], as: UTF16.self) }
        return "[" + ([covered(match.range)] + match.groups.map { $0.map(covered) ?? "-" }).joined(separator: "|") + "]"
    }

    private func matchesWhole(_ source: String, _ text: String, _ flags: Pattern.Flags = []) throws -> Bool {
        var budget = Pattern.usualBudget
        return try Pattern(source, flags: flags, dialect: .java).matchesWhole(text, budget: &budget)
    }

    @Test(
        "what Java and JavaScript share",
        arguments: [
            ("abc", "xabcy", "[abc]"), ("a|b|", "cb", "[]"), ("a|ab", "ab", "[a]"), ("(a|ab)(c|bcd)", "abcd", "[abcd|a|bcd]"),
            ("a*", "aaa", "[aaa]"),
            ("a*?", "aaa", "[]"), ("a+?b", "aab", "[aab]"), ("a{2}", "aaa", "[aa]"), ("a{2,}", "aaaa", "[aaaa]"),
            ("a{1,2}?", "aaa", "[a]"), ("a{0}b", "ab", "[b]"),
            ("(a+)(a+)", "aaaa", "[aaaa|aaa|a]"), ("(a+?)(a+)", "aaaa", "[aaaa|a|aaa]"), (".", "\n", "none"),
            ("a.c", "a\nc abc", "[abc]"),
            ("[abc]+", "xcabx", "[cab]"), ("[^abc]+", "abxyc", "[xy]"), ("[a-cx-z]+", "mbyzn", "[byz]"),
            ("[\\d-]+", "a1-2", "[1-2]"), ("[-a]+", "b-a", "[-a]"),
            ("[a\\]]+", "]a", "[]a]"), ("\\d+\\D\\w+\\W\\s\\S", "12-ab; x", "[12-ab; x]"), ("^ab$", "ab", "[ab]"),
            ("^b", "ab", "none"), ("a$", "ab", "none"),
            ("\\bfoo\\b", "a foo b", "[foo]"), ("\\Boo", "foo", "[oo]"), ("(?:ab)+", "ababa", "[abab]"), ("(a)|b", "b", "[b|-]"),
            ("(.)\\1", "abccd", "[cc|c]"), ("(?<x>a)(?<y>b)\\k<y>\\k<x>", "abba", "[abba|a|b]"), ("a(?=b)", "acab", "[a]"),
            ("a(?!b)", "abac", "[a]"),
            ("(?=(a+))a*b\\1", "baaabac", "[aba|a]"), ("(?<=a)b", "bab", "[b]"), ("(?<!a)b", "abb", "[b]"),
            ("(?<=a|bc)d", "bcd", "[d]"), ("(?<=(\\d{2}))x", "123x", "[x|23]"),
            ("\\t\\n\\r\\f", "\t\n\r\u{C}", "[\t\n\r\u{C}]"), ("\\x41\\u0042\\cA", "AB\u{1}", "[AB\u{1}]"),
            ("\\.\\*\\\\\\/", ".*\\/", "[.*\\/]"), ("", "abc", "[]"),
            ("(a*)+", "b", "[|]"), ("(?:a*)*b", "aab", "[aab]"), ("x*", "", "[]"), ("]", "]", "[]]"), ("}", "}", "[}]"),
            ("a\\-b", "a-b", "[a-b]"),
            ("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10", "abcdefghijj", "[abcdefghijj|a|b|c|d|e|f|g|h|i|j]"), ("(x)?y", "y", "[y|-]"),
            ("é+", "xéé", "[éé]"),
            ("[à-ÿ]+", "aéè", "[éè]"), ("(?:a|b)+?c", "abc", "[abc]"),
        ])
    func common(source: String, text: String, expected: String) throws {
        #expect(try match(source, text, [], .java) == expected)
        #expect(try match(source, text, [], .javaScript) == expected)
    }

    @Test(
        "captures in repeated groups: Java keeps them, JavaScript begins each round without",
        arguments: [
            ("(a(b)?)+", "aba", "[aba|a|b]", "[aba|a|-]"), ("(?:(a)|b)*", "ab", "[ab|a]", "[ab|-]"), ("(a*)*", "b", "[|]", "[|-]"),
            ("(z)((a+)?(b+)?(c))*", "zaacbbbcac", "[zaacbbbcac|z|ac|a|bbb|c]", "[zaacbbbcac|z|ac|a|-|c]"),
            ("(a)?\\1b", "b", "none", "[b|-]"),
        ])
    func repeatedCaptures(source: String, text: String, java: String, javaScript: String) throws {
        #expect(try match(source, text, [], .java) == java)
        #expect(try match(source, text, [], .javaScript) == javaScript)
    }

    @Test(
        "flags",
        arguments: [
            ("abc", "xABC", .ignoreCase, "[ABC]", "[ABC]"), ("[a-c]+", "xABC", .ignoreCase, "[ABC]", "[ABC]"),
            ("[^a-c]+", "ABCd", .ignoreCase, "[d]", "[d]"),
            ("é", "É", .ignoreCase, "none", "[É]"), ("[à-ÿ]", "É", .ignoreCase, "none", "[É]"),
            ("(a)\\1", "aA", .ignoreCase, "[aA|a]", "[aA|a]"), ("ß", "ẞ", .ignoreCase, "none", "none"),
            ("ſ", "s", .ignoreCase, "none", "none"), ("\\u212a", "k", .ignoreCase, "none", "none"),
            ("^b$", "a\nb\nc", .multiline, "[b]", "[b]"), ("^", "\n", .multiline, "[]", "[]"),
            ("a.b", "a\nb", .dotAll, "[a\nb]", "[a\nb]"), ("a$", "a\n", [], "[a]", "none"), ("a$", "a\r\n", [], "[a]", "none"),
            ("a$", "a\n\n", [], "none", "none"), ("a.", "a\u{85}", [], "none", "[a\u{85}]"),
            ("a.", "a\u{2028}", [], "none", "none"), ("\\r^\\n", "\r\n", .multiline, "none", "[\r\n]"),
            ("\n^", "a\n", .multiline, "none", "[\n]"), ("a$", "a\rb", .multiline, "[a]", "[a]"),
        ] as [(String, String, Pattern.Flags, String, String)])
    func flags(source: String, text: String, flags: Pattern.Flags, java: String, javaScript: String) throws {
        #expect(try match(source, text, flags, .java) == java)
        #expect(try match(source, text, flags, .javaScript) == javaScript)
    }

    @Test(
        "what only Java knows",
        arguments: [
            ("a++a", "aaa", "none"), ("a*+b", "aab", "[aab]"), ("a?+a", "a", "none"), ("(?:ab)++c", "ababc", "[ababc]"),
            ("(?>a+)a", "aaa", "none"), ("(?>a|ab)c", "abc", "none"),
            ("(?i)abc", "ABC", "[ABC]"), ("a(?i)b|c", "aBC", "[aB]"), ("a(?i)b|c", "C", "[C]"), ("(?i:a)b", "Ab", "[Ab]"),
            ("(?i:a)b", "AB", "none"), ("(?i)a(?-i)b", "AB", "none"),
            ("(a(?i)b)c", "aBC", "none"), ("(?iu)é", "É", "[É]"), ("(?s).", "\n", "[\n]"), ("(?m)^b", "a\nb", "[b]"),
            ("(?d)a$", "a\r\n", "none"), ("\\Aa\\z", "a", "[a]"), ("a\\Z", "a\n", "[a]"), ("a\\z", "a\n", "none"),
            ("\\Qa.b*\\E+", "a.b**", "[a.b**]"), ("\\Qa.b", "a.b", "[a.b]"), ("[\\Q]^\\E]+", "^]", "[^]]"),
            ("\\x{1F600}", "😀", "[😀]"), ("\\ud83d\\ude00", "😀", "[😀]"), ("\\0101\\a\\e", "A\u{7}\u{1B}", "[A\u{7}\u{1B}]"),
            ("\\h\\v\\H\\V", " \naa", "[ \naa]"), ("\\R", "\r\n", "[\r\n]"), ("a\\Rb", "a\r\nb", "[a\r\nb]"),
            ("\\R\\n", "\r\n", "none"), ("\\p{Lu}\\p{Ll}+\\P{L}", "xÉàb1", "[Éàb1]"), ("\\pL+", "1é漢2", "[é漢]"),
            ("\\p{Alpha}\\p{Digit}\\p{Punct}\\p{IsAlphabetic}", "a1!é", "[a1!é]"), ("(?i)\\p{Lu}", "é", "[é]"),
            ("[a-z&&[^aeiou]]+", "aebcdo", "[bcd]"), ("[a-z&&aeiou]+", "bae", "[ae]"), ("[a-c[x-z]]+", "mayb", "[ayb]"),
            ("[^a[b]]", "abc", "[c]"), ("[a-z&&[b-y]&&[^m]]+", "ambny", "[bny]"), ("[]a]+", "a]", "[a]]"), ("[a&&]", "a", "[a]"),
            (".", "😀", "[😀]"), ("^.$", "😀", "[😀]"), ("[😀-😂]+", "x😁😂", "[😁😂]"), ("😀{2}", "😀😀", "[😀😀]"),
            (".*?", "😀", "[]"), (".+?x", "😀x", "[😀x]"), ("[^x]*y", "😀😀y", "[😀😀y]"), ("(?<=😀)x", "😀x", "[x]"), ("\\bé", "é", "[é]"),
            ("a\\b", "ae\u{301}", "none"), ("\\w+", "é", "none"), ("\\2(a)", "a", "none"), ("(a)\\11", "aa1", "[aa1|a]"),
            ("a{2}{3}", "aa", "[aa]"), ("\\G(a)", "aa", "[a|a]"),
        ])
    func java(source: String, text: String, expected: String) throws {
        #expect(try match(source, text, [], .java) == expected)
    }

    @Test(
        "what only JavaScript knows",
        arguments: [
            ("a{", "a{", "[a{]"), ("a{,2}", "a{,2}", "[a{,2}]"), ("{a}", "{a}", "[{a}]"), ("[]", "a", "none"),
            ("[^]", "\n", "[\n]"), ("\\101\\7\\8", "A\u{7}8", "[A\u{7}8]"), ("\\0", "\0", "[\0]"),
            ("\\c", "\\c", "[\\c]"), ("\\cJ", "\n", "[\n]"), ("[\\b]", "\u{8}", "[\u{8}]"), ("\\v", "\u{B}", "[\u{B}]"),
            ("\\k", "k", "[k]"), ("\\p{L}", "p{L}", "[p{L}]"), ("\\xZ\\u12", "xZu12", "[xZu12]"), ("\\q\\-", "q-", "[q-]"),
            ("^.$", "😀", "none"), ("^..$", "😀", "[😀]"), ("\\k<n>(?<n>a)", "a", "[a|a]"), ("(?=a)*b", "b", "[b]"),
            ("\\s", "\u{FEFF}", "[\u{FEFF}]"), ("[\\w-z]+", "-", "[-]"), ("[a-\\d]+", "-5a", "[-5a]"), ("\\1(a)", "a", "[a|a]"),
            ("(?<_$1>a)", "a", "[a|a]"), ("(?:)*?a", "a", "[a]"), ("(?:a|b??){2}c", "abc", "[abc]"), ("\\b", "é", "none"),
            ("a{99999999999}", "a", "none"), ("(?<=a+)b", "aab", "[b]"),
        ])
    func javaScript(source: String, text: String, expected: String) throws {
        #expect(try match(source, text, [], .javaScript) == expected)
    }

    @Test(
        "the whole text must match, if need be by another way than the first",
        arguments: [
            ("a|ab", "ab", true), ("a*?", "aaa", true), ("^[AB].*", "Alice", true), ("[AB]", "Alice", false),
            ("a.*", "Anna", false), ("", "", true), ("", "a", false), ("(a|b)*?", "abab", true),
            ("a$", "a\n", false), ("a(?=b)", "ab", false), ("(?>a|ab)", "ab", false), (".*", "a\nb", false),
        ])
    func whole(source: String, text: String, expected: Bool) throws {
        #expect(try matchesWhole(source, text) == expected)
    }

    @Test("case may be ignored when the whole text must match")
    func wholeIgnoringCase() throws {
        #expect(try matchesWhole("a.*", "Anna", .ignoreCase))
    }

    @Test("a search may begin anywhere, and goes on from match to match")
    func search() throws {
        let pattern = try Pattern("a(b)?", dialect: .javaScript)
        let units = Array("abxaab".utf16)
        var budget = 1000
        var found: [Pattern.Match] = []
        var from = 0
        while let match = try pattern.firstMatch(in: units, from: from, budget: &budget) {
            found.append(match)
            from = match.range.upperBound
        }
        #expect(found.map(\.range) == [0..<2, 3..<4, 4..<6])
        #expect(found.map(\.groups) == [[1..<2], [nil], [5..<6]])
        #expect(try pattern.firstMatch(in: units, from: 7, budget: &budget) == nil)
        #expect(pattern.groupCount == 1)
        let names = try Pattern("(?<one>a)(b)(?<two>c)", dialect: .java).groupNames
        #expect(names.map(\.name) == ["one", "two"])
        #expect(names.map(\.number) == [1, 3])
    }

    @Test(
        "what Java refuses",
        arguments: [
            ("(", "this group is never closed", 0), ("a)", "this ) closes no group", 1), ("*", "nothing to repeat", 0),
            ("a**", "nothing to repeat", 2), ("a|+", "nothing to repeat", 2), ("[a", "this class is never closed", 0),
            ("[]", "this class is never closed", 0), ("[b-a]", "this range runs backwards", 1),
            ("a{2,1}", "the first number of a count is above the second", 1), ("a{2", "this count is never closed", 1),
            ("a{", "a { that counts nothing must be escaped", 1),
            ("{", "a { that counts nothing must be escaped", 0), ("a{99999999999}", "a count is at most 2147483647", 13),
            ("\\", "a backslash ends the pattern", 0), ("\\q", "an escape that Java does not know", 0),
            ("\\x4", "hexadecimal digits must follow \\x", 0),
            ("\\u12", "four hexadecimal digits must follow \\u", 0), ("\\08", "octal digits must follow \\0", 0),
            ("\\c", "a character must follow \\c", 0), ("(?<a>x)(?<a>y)", "two groups are named a", 10),
            ("(?<1a>x)", "a group's name consists of letters and digits", 3),
            ("(?<>x)", "a group's name is missing", 3), ("\\k<a>", "no group before this place is named a", 0),
            ("\\ka", "expected a group's name in < > after \\k", 0), ("(?z)", "a group of an unknown kind", 0),
            ("(?", "this group is never closed", 0),
            ("\\p{Foo}", "the property Foo is not supported", 0), ("\\p{L", "this name of a property is never closed", 0),
            ("(a)(?<=\\1)", "a look-behind must not hold a reference", 3), ("😀(", "this group is never closed", 2),
            ("\\b{g}", "boundaries of other kinds are not supported", 0),
        ])
    func javaRefuses(source: String, reason: String, offset: Int) {
        #expect(throws: PatternError(reason, offset: offset)) { try Pattern(source, dialect: .java) }
    }

    @Test(
        "what JavaScript refuses",
        arguments: [
            ("(", "this group is never closed", 0), ("a)", "this ) closes no group", 1), ("?", "nothing to repeat", 0),
            ("a**", "nothing to repeat", 2), ("{1}", "nothing to repeat", 0), ("^*", "nothing to repeat", 0),
            ("\\b+", "nothing to repeat", 0),
            ("(?<=a)*", "nothing to repeat", 0), ("[b-a]", "this range runs backwards", 1),
            ("a{2,1}", "the first number of a count is above the second", 1), ("\\", "a backslash ends the pattern", 0),
            ("(?i)a", "a group of an unknown kind", 0),
            ("(?>a)", "a group of an unknown kind", 0), ("(?<a>x)\\k<b>", "no group is named b", 7),
            ("[", "this class is never closed", 0), ("a++", "nothing to repeat", 2),
        ])
    func javaScriptRefuses(source: String, reason: String, offset: Int) {
        #expect(throws: PatternError(reason, offset: offset)) { try Pattern(source, dialect: .javaScript) }
    }
}

@Suite("Hostile patterns")
struct HostilePatternTests {
    @Test(
        "a catastrophic pattern ends when its budget does, after the same steps each time",
        arguments: [
            "(a+)+b", "(a|a)*b", "(a*)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)(.*)[^a!]", "(?=(a+)+b)", "(?<=(a|aa){1,50})b",
            "(a+?)+?b",
        ])
    func catastrophes(source: String) throws {
        let text = [UInt16](repeating: 0x61, count: 60) + [0x21]
        for dialect in [Pattern.Dialect.java, .javaScript] {
            let pattern = try Pattern(source, dialect: dialect)
            var budget = 100_000
            #expect(throws: PatternBudgetExceeded()) { try pattern.firstMatch(in: text, budget: &budget) }
            #expect(budget < 0)
        }
    }

    @Test("steps are taken off the budget, as many each time")
    func steps() throws {
        let pattern = try Pattern("(?:x+x+)+y", dialect: .java)
        let text = String(repeating: "x", count: 12)
        var budget = 1_000_000
        #expect(try !pattern.matchesWhole(text, budget: &budget))
        let spent = 1_000_000 - budget
        #expect(spent > 10_000)
        #expect(try !pattern.matchesWhole(text, budget: &budget))
        #expect(budget == 1_000_000 - 2 * spent)
    }

    @Test(
        "a long text needs no stack",
        arguments: ["(?:a|b)*", "(a|b)+", "(?:a|b)*?", ".*", "(?:(?:a)*)*", "(?:ab?)*", "a*+", "(?>a|b)*"])
    func longTexts(source: String) throws {
        var budget = 100_000_000
        #expect(try Pattern(source, dialect: .java).matchesWhole(String(repeating: "a", count: 100_000), budget: &budget))
    }

    @Test("a run costs a step for each character, not a memory for each")
    func runs() throws {
        var budget = 210_000
        #expect(try Pattern("[^b]*a", dialect: .java).matchesWhole(String(repeating: "a", count: 100_000), budget: &budget))
    }

    @Test("deep nesting is refused", arguments: ["(", "(?:", "(?=", "(?<=", "[", "(?i:"])
    func nesting(opening: String) throws {
        let closing = opening == "[" ? "]" : ")"
        func source(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + "a" + String(repeating: closing, count: depth)
        }
        _ = try Pattern(source(99), dialect: .java)
        #expect(throws: PatternError.self) { try Pattern(source(101), dialect: .java) }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: opening, count: 15_000), dialect: .java) }
    }

    @Test("a pattern longer than 65,536 bytes is refused")
    func length() {
        #expect(throws: PatternError("a pattern has at most 65,536 bytes", offset: 0)) {
            try Pattern(String(repeating: "a", count: 65_537), dialect: .java)
        }
    }

    @Test(
        "large counts and many sets cost no memory",
        arguments: ["(?:(?:a{1000}){1000}){1000}", "a{0,2147483647}", "(?:a{0,2147483647}){0,2147483647}", "(?:){2147483647}a"])
    func largeCounts(source: String) throws {
        var budget = 1_000_000
        #expect(try Pattern(source, dialect: .java).matchesWhole("a", budget: &budget) == !source.hasPrefix("(?:(?:"))
    }

    @Test("naming a large set again and again costs once")
    func manyProperties() throws {
        let sources = [String(repeating: "\\p{IsAlphabetic}", count: 500), "[" + String(repeating: "\\p{L}", count: 2000) + "]"]
        for source in sources { _ = try Pattern(source, flags: .ignoreCase, dialect: .java) }
    }

    @Test("whatever a pattern is made of, it is refused or matched within its budget")
    func fuzz() {
        let pieces = [
            "a", "b", "é", "😀", ".", "\\d", "\\w", "\\b", "\\1", "\\2", "\\k<n>", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>",
            "(?>", "(?i)", ")", ")", ")", "[", "[^", "]", "&&",
            "a-c", "-", "|", "*", "+", "?", "{2}", "{0,3}", "{,", "^", "$", "\\", "\\Q", "\\E", "\\x41", "\\p{L}", "\\u00e9", "\\0",
            "\\R", "\\G",
        ]
        var state: UInt64 = 5
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let text = Array("abé😀A1 \r\nba".utf16)
        var compiled = 0
        for _ in 0..<5000 {
            let source = (0...random(8)).map { _ in pieces[random(pieces.count)] }.joined()
            let flags = Pattern.Flags(rawValue: random(8))
            for dialect in [Pattern.Dialect.java, .javaScript] {
                do throws(PatternError) {
                    let pattern = try Pattern(source, flags: flags, dialect: dialect)
                    compiled += 1
                    var budget = 2000
                    let match = try? pattern.firstMatch(in: text, from: random(3), budget: &budget)
                    if let range = match?.range, range.upperBound > text.count { Issue.record("\(source) matched \(range)") }
                } catch {
                    if error.offset > source.utf16.count || error.offset < 0 { Issue.record("\(source): \(error)") }
                }
            }
        }
        #expect(compiled > 800)
    }
}
