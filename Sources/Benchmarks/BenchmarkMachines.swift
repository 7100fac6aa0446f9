import StatesJSON

/// The state machines that are measured.
enum BenchmarkMachines {
    /// Pass states in a row.
    static func passChain(_ count: Int) -> String {
        let states = (1...count).map { number -> (String, JSONValue) in
            let rest: JSONValue = number == count ? ["End": true] : ["Next": .string("Pass\(number + 1)")]
            return (
                "Pass\(number)", .object(JSONObject([("Type", "Pass")] + (rest.object ?? JSONObject()).map { ($0.name, $0.value) }))
            )
        }
        let machine: JSONValue = ["StartAt": "Pass1", "States": .object(JSONObject(states))]
        return machine.compactText
    }

    /// Five Pass states, the third of which adds a member, so that what flows has to be stored anew once.
    static let additions: String = {
        let machine: JSONValue = [
            "StartAt": "Pass1",
            "States": [
                "Pass1": ["Type": "Pass", "Next": "Pass2"], "Pass2": ["Type": "Pass", "Next": "Pass3"],
                "Pass3": ["Type": "Pass", "Result": true, "ResultPath": "$.seen", "Next": "Pass4"],
                "Pass4": ["Type": "Pass", "Next": "Pass5"], "Pass5": ["Type": "Pass", "End": true],
            ],
        ]
        return machine.compactText
    }()

    /// Counts to so many with MathAdd and Choice.
    static func counterLoop(_ count: Int) -> String {
        let machine: JSONValue = [
            "StartAt": "Add",
            "States": [
                "Add": ["Type": "Pass", "Parameters": ["count.$": "States.MathAdd($.count, 1)"], "Next": "Done?"],
                "Done?": [
                    "Type": "Choice",
                    "Choices": [["Variable": "$.count", "NumericLessThan": .integer(count), "Next": "Add"]],
                    "Default": "Done",
                ],
                "Done": ["Type": "Succeed"],
            ],
        ]
        return machine.compactText
    }

    /// An inline Map whose iterations are one Pass state each.
    static let map: String = {
        let machine: JSONValue = [
            "StartAt": "Map",
            "States": [
                "Map": [
                    "Type": "Map", "ItemsPath": "$.items", "End": true,
                    "ItemProcessor": [
                        "ProcessorConfig": ["Mode": "INLINE"], "StartAt": "Item",
                        "States": ["Item": ["Type": "Pass", "Parameters": ["value.$": "$"], "End": true]],
                    ],
                ]
            ],
        ]
        return machine.compactText
    }()

    /// The input of `map`.
    static func items(_ count: Int) -> JSONValue { ["items": .array((0..<count).map { .integer($0) })] }

    /// A Parallel state whose branches are one Pass state each.
    static func parallel(_ branches: Int) -> String {
        let branch: JSONValue = ["StartAt": "Pass", "States": ["Pass": ["Type": "Pass", "End": true]]]
        let all = (0..<branches).map { number -> JSONValue in
            ["StartAt": .string("Pass\(number)"), "States": [("Pass\(number)"): branch["States"]?["Pass"] ?? .null]]
        }
        let machine: JSONValue = [
            "StartAt": "Parallel", "States": ["Parallel": ["Type": "Parallel", "Branches": .array(all), "End": true]],
        ]
        return machine.compactText
    }

    /// Reserve, charge and ship, with retries and compensations: a saga that goes well.
    static let saga: String = {
        func task(_ name: String, next: String, compensation: String) -> JSONValue {
            [
                "Type": "Task", "Resource": .string("arn:aws:lambda:us-east-1:123456789012:function:\(name)"),
                "Parameters": ["order.$": "$.order", "attempt.$": "$$.State.RetryCount"], "ResultPath": .string("$.\(name)"),
                "Retry": [["ErrorEquals": ["Lambda.ServiceException"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2]],
                "Catch": [["ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": .string(compensation)]],
                "Next": .string(next),
            ]
        }
        let machine: JSONValue = [
            "StartAt": "Reserve",
            "States": [
                "Reserve": task("reserve", next: "Charge", compensation: "OrderFailed"),
                "Charge": task("charge", next: "Ship", compensation: "Release"),
                "Ship": task("ship", next: "Done", compensation: "Release"),
                "Release": [
                    "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:release", "ResultPath": nil,
                    "Next": "OrderFailed",
                ],
                "OrderFailed": ["Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"],
                "Done": ["Type": "Succeed"],
            ],
        ]
        return machine.compactText
    }()

    /// The input of `saga`.
    static let order: JSONValue = [
        "order": ["id": 7, "customer": "c-1001", "lines": [["article": "a-1", "count": 2], ["article": "b-2", "count": 1]]]
    ]

    /// A value of about so many bytes: rows with texts and numbers.
    static func payload(bytes: Int) -> JSONValue {
        let rows = (0..<(bytes / 100)).map { row -> JSONValue in
            [
                "id": .integer(row), "name": .string("customer number \(row)"), "price": .number(.text("\(row).25")),
                "tags": ["one", "two"], "active": .bool(row.isMultiple(of: 2)), "note": nil,
            ]
        }
        return ["rows": .array(rows)]
    }

    /// So many Pass, Choice and Task states, each going to the next. Kept short: a definition ends at 1,048,576 characters.
    static func large(_ count: Int) -> String {
        let states = (0..<count).map { number -> (String, JSONValue) in
            let next: JSONValue = .string("S\(number + 1)")
            let state: JSONValue =
                switch number % 3 {
                case 0: ["Type": "Pass", "Parameters": ["v.$": "$.v", "t.$": "States.Format('{}', $.v)"], "Next": next]
                case 1: ["Type": "Choice", "Choices": [["Variable": "$.v", "NumericEquals": 1, "Next": next]], "Default": next]
                default: ["Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": next]
                }
            return ("S\(number)", state)
        }
        let end: [(String, JSONValue)] = [("S\(count)", ["Type": "Succeed"])]
        let machine: JSONValue = ["StartAt": "S0", "States": .object(JSONObject(states + end))]
        return machine.compactText
    }
}
