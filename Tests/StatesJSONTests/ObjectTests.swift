import StatesJSON
import Testing

@Suite("Objects")
struct ObjectTests {
    @Test("members are set, replaced, removed and found, few or many", arguments: [3, 16, 17, 200])
    func members(count: Int) {
        var object = JSONObject()
        for number in 0..<count { object["k\(number)"] = .integer(number) }
        #expect(object.names == (0..<count).map { "k\($0)" })
        object["k1"] = "new"
        object["k0"] = nil
        object["absent"] = nil
        #expect(object.count == count - 1)
        #expect(object.names.first == "k1")
        #expect(object["k1"] == "new")
        #expect(object["k0"] == nil)
        #expect(object.position(of: "k2") == 1)
        #expect(object["k\(count - 1)"] == .integer(count - 1))
        object["k0"] = 0
        #expect(object.names.last == "k0")
    }

    @Test("names are compared byte by byte, few or many", arguments: [0, 40])
    func names(others: Int) {
        var object = JSONObject()
        for number in 0..<others { object["k\(number)"] = nil as JSONValue? ?? 0 }
        object["\u{E9}"] = 1
        object["e\u{301}"] = 2
        object["\u{212B}"] = 3
        object["\u{C5}"] = 4
        #expect(object.count == others + 4)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(object["\u{C5}"] == 4)
        #expect(object["A\u{30A}"] == nil)
    }

    @Test("equality and hash leave the order out, few or many", arguments: [5, 50])
    func equality(count: Int) {
        let members = (0..<count).map { ("k\($0)", JSONValue.integer($0)) }
        let forwards = JSONObject(members)
        let backwards = JSONObject(members.reversed())
        #expect(forwards == backwards)
        #expect(forwards.hashValue == backwards.hashValue)
        var other = backwards
        other["k1"] = 99
        #expect(forwards != other)
        other["k1"] = nil
        #expect(forwards != other)
        other["l1"] = 1
        #expect(forwards != other)
    }

    @Test("of equal names given together the last value stands, at the place of the first")
    func initialMembers() {
        let object = JSONObject([("a", 1), ("b", 2), ("a", 3)])
        #expect(JSONValue.object(object).compactText == #"{"a":3,"b":2}"#)
    }

    @Test("values are equal by what they amount to, and then their hashes are")
    func values() throws {
        let pairs: [(JSONValue, JSONValue)] = [
            (1, 1.0), (.number(.text("1e0")), 1), (.number(.text("-0.0")), 0), ([1, "a"], [1.0, "a"]),
            (["a": 1, "b": 2], ["b": 2, "a": 1.0]),
        ]
        for (left, right) in pairs {
            #expect(left == right)
            #expect(left.hashValue == right.hashValue)
        }
        let different: [(JSONValue, JSONValue)] = [(1, "1"), (nil, false), ([], [:]), ([1, 2], [2, 1]), ("\u{E9}", "e\u{301}")]
        for (left, right) in different { #expect(left != right) }
    }

    @Test("a number amounts to an integer if it is one", arguments: [("2", 2), ("2.0", 2), ("2e0", 2), ("-1e3", -1000)])
    func exactIntegers(text: String, integer: Int64) throws {
        #expect(try JSONValue(parsing: text).number?.exactInteger == integer)
    }

    @Test("a number amounts to no integer if it is none", arguments: ["2.5", "1e30", "1e999999", "9223372036854775808"])
    func noIntegers(text: String) throws {
        #expect(try JSONValue(parsing: text).number?.exactInteger == nil)
    }
}
