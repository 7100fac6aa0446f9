import StatesJSON

/// What an expression, or a part of one, evaluates to.
///
/// Data stay the JSON values they are: a step into a large input copies nothing. Two kinds of value exist only while an
/// expression is evaluated: sequences, which are arrays with flags that decide when they collapse, and functions. A function may
/// sit in an array or an object; only then is a `list` or a `record` used.
enum Value {
    /// Nothing: what a path finds that matches nothing.
    case undefined
    /// Data. An array here came from the input or a literal, has no flags and is never unwrapped.
    case json(JSONValue)
    /// An array of data with flags: the result of a path, of `..` or of a constructor.
    case sequence(Sequence)
    /// An array with at least one member that is no data.
    case list(List)
    /// An object with at least one member that is no data.
    case record(Record)
    /// A function, a regular expression among them.
    case function(Function)

    /// When an array collapses.
    struct Flags: OptionSet {
        let rawValue: UInt8
        /// It was gathered by a path: of one element it is that element, of none it is nothing.
        static let sequence = Flags(rawValue: 1)
        /// `[]` asked for an array even of one element.
        static let keepsSingleton = Flags(rawValue: 2)
        /// An array constructor made it: the next step does not flatten it.
        static let constructed = Flags(rawValue: 4)
        /// It wraps an input that is an array, so that the whole input is one item. Nothing but the outermost item has it.
        static let wrapsInput = Flags(rawValue: 8)
    }

    /// An array of data with flags. A class, so that a flag costs no copy.
    final class Sequence {
        var values: [JSONValue]
        var flags: Flags

        init(_ values: [JSONValue], _ flags: Flags) {
            self.values = values
            self.flags = flags
        }
    }

    /// An array that holds a function somewhere.
    final class List {
        var values: [Value]
        var flags: Flags

        init(_ values: [Value], _ flags: Flags) {
            self.values = values
            self.flags = flags
        }
    }

    /// An object that holds a function somewhere.
    final class Record {
        var members: [(name: String, value: Value)]

        init(_ members: [(name: String, value: Value)]) { self.members = members }
    }
}
