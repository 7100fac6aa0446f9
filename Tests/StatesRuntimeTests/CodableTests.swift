import StatesJSON
import StatesRuntime
import Testing

@Suite("Codable and JSON values")
struct CodableTests {
    struct Order: Codable, Equatable {
        var id: Int
        var total: Double
        var note: String?
        var tags: [String]
        var lines: [Line]
        var extra: JSONValue
        var place: Place

        struct Line: Codable, Equatable {
            var sku: String
            var count: UInt8
        }

        enum Place: String, Codable { case shelf, cellar }
    }

    @Test("a value survives the way to JSON and back")
    func roundTrip() throws {
        let order = Order(
            id: 7, total: 12.5, note: nil, tags: ["a", "b"], lines: [.init(sku: "x", count: 2)], extra: ["k": [1, nil, true]],
            place: .cellar)
        let value = try JSONValue(encoding: order)
        #expect(
            value == [
                "id": 7, "total": 12.5, "tags": ["a", "b"], "lines": [["sku": "x", "count": 2]], "extra": ["k": [1, nil, true]],
                "place": "cellar",
            ])
        #expect(value.object?.names == ["id", "total", "tags", "lines", "extra", "place"])
        #expect(try value.decoded(as: Order.self) == order)
    }

    @Test(
        "scalars",
        arguments: [
            (JSONValue.integer(3), "Int"), (3.0, "Int"), (.string("x"), "String"), (.bool(true), "Bool"), (.null, "Optional<Int>"),
        ])
    func scalars(_ value: JSONValue, _ type: String) throws {
        switch type {
        case "Int": #expect(try value.decoded(as: Int.self) == 3)
        case "String": #expect(try value.decoded(as: String.self) == "x")
        case "Bool": #expect(try value.decoded(as: Bool.self))
        default: #expect(try value.decoded(as: Int?.self) == nil)
        }
    }

    @Test("whole numbers keep every digit")
    func bigNumbers() throws {
        #expect(try JSONValue(encoding: UInt64.max).compactText == "18446744073709551615")
        #expect(try JSONValue(parsing: "18446744073709551615").decoded(as: UInt64.self) == .max)
        #expect(throws: DecodingError.self) { try JSONValue.integer(300).decoded(as: UInt8.self) }
        #expect(throws: EncodingError.self) { try JSONValue(encoding: [Double.infinity]) }
    }

    @Test("what does not fit says where")
    func mismatch() throws {
        let value: JSONValue = [
            "id": 1, "total": 2, "tags": [], "lines": [["sku": "x", "count": "two"]], "extra": nil, "place": "shelf",
        ]
        do {
            _ = try value.decoded(as: Order.self)
            Issue.record("it must not fit")
        } catch DecodingError.typeMismatch(_, let context) {
            #expect(context.codingPath.map(\.stringValue) == ["lines", "Index 0", "count"])
            #expect(context.debugDescription == "expected a number, found string")
        }
    }

    class Animal: Codable {
        var legs = 4
    }

    final class Dog: Animal {
        var name = "Rex"

        enum CodingKeys: CodingKey { case name, base }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try super.encode(to: container.superEncoder(forKey: .base))
        }

        override init() { super.init() }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let name = try container.decode(String.self, forKey: .name)
            try super.init(from: container.superDecoder(forKey: .base))
            self.name = name
        }
    }

    @Test("classes encode their superclass beside them")
    func inheritance() throws {
        let value = try JSONValue(encoding: Dog())
        #expect(value == ["name": "Rex", "base": ["legs": 4]])
        #expect(try value.decoded(as: Dog.self).legs == 4)
    }
}
