import StatesJSON

/// The intrinsic functions of the States Language (asl.md section 14).
enum IntrinsicFunction: String, Sendable, CaseIterable {
    case format = "States.Format"
    case stringToJSON = "States.StringToJson"
    case jsonToString = "States.JsonToString"
    case array = "States.Array"
    case arrayPartition = "States.ArrayPartition"
    case arrayContains = "States.ArrayContains"
    case arrayRange = "States.ArrayRange"
    case arrayGetItem = "States.ArrayGetItem"
    case arrayLength = "States.ArrayLength"
    case arrayUnique = "States.ArrayUnique"
    case base64Encode = "States.Base64Encode"
    case base64Decode = "States.Base64Decode"
    case hash = "States.Hash"
    case jsonMerge = "States.JsonMerge"
    case mathRandom = "States.MathRandom"
    case mathAdd = "States.MathAdd"
    case stringSplit = "States.StringSplit"
    case uuid = "States.UUID"

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .format: 1...Int.max
        case .array: 0...Int.max
        case .uuid: 0...0
        case .stringToJSON, .jsonToString, .arrayLength, .arrayUnique, .base64Encode, .base64Decode: 1...1
        case .arrayPartition, .arrayContains, .arrayGetItem, .hash, .mathAdd, .stringSplit: 2...2
        case .arrayRange, .jsonMerge: 3...3
        case .mathRandom: 2...3
        }
    }
}

/// A call of an intrinsic function, compiled. A class because it is shared and never changes: handing it around is cheap.
final class IntrinsicCall: Sendable {
    let function: IntrinsicFunction
    let arguments: [IntrinsicArgument]

    init(function: IntrinsicFunction, arguments: [IntrinsicArgument]) {
        self.function = function
        self.arguments = arguments
    }
}

/// An argument of a call.
enum IntrinsicArgument: Sendable {
    /// Text, a number, `true`, `false` or `null`.
    case literal(JSONValue)
    /// The template of `States.Format`, if it stands in the call.
    case template(FormatTemplate)
    /// A path.
    case path(DataPath)
    /// Another call.
    case call(IntrinsicCall)
}

/// The template of `States.Format`, split at each `{}`.
struct FormatTemplate: Sendable {
    /// The texts around the placeholders: one more than there are placeholders.
    let parts: [String]

    /// Reads the text between the quotes of a call, escapes included; nil if there is an escape that is none.
    init?(escaped bytes: ArraySlice<UInt8>) {
        self.init(bytes, escapes: [.quote, .openBrace, .closeBrace, .backslash], isStrict: true)
    }

    /// Takes a text that was found in the data. There only braces are escaped (assumed), and other backslashes stand for
    /// themselves.
    init(data text: String) {
        self =
            FormatTemplate(Array(text.utf8)[...], escapes: [.openBrace, .closeBrace], isStrict: false)
            ?? FormatTemplate(parts: [text])
    }

    private init(parts: [String]) { self.parts = parts }

    private init?(_ bytes: ArraySlice<UInt8>, escapes: [UInt8], isStrict: Bool) {
        var parts: [String] = []
        var part: [UInt8] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let next = at + 1 < bytes.endIndex ? bytes[at + 1] : nil
            if bytes[at] == .backslash, let next, escapes.contains(next) {
                part.append(next)
                at += 2
            } else if bytes[at] == .backslash, isStrict {
                return nil
            } else if bytes[at] == .openBrace, next == .closeBrace {
                parts.append(String(decoding: part, as: UTF8.self))
                part.removeAll(keepingCapacity: true)
                at += 2
            } else {
                part.append(bytes[at])
                at += 1
            }
        }
        parts.append(String(decoding: part, as: UTF8.self))
        self.parts = parts
    }
}
