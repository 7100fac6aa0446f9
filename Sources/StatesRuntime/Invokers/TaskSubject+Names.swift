import StatesJSON
import StatesLanguage

extension TaskSubject {
    /// The names by which functions know it, the most particular first; the last is the one to use when nothing provides it.
    package var names: [String] {
        switch resource.kind {
        case .function(let name):
            return FunctionReference(name: name, qualifier: resource.qualifier).names(text: resource.text)
        case .activity(let name):
            return [resource.text, "activity:\(name)"]
        case .integration(let service, let action):
            let key = "\(service):\(action)"
            var names = [resource.text]
            if resource.pattern != .requestResponse { names.append(key + resource.pattern.rawValue) }
            names.append(key)
            if let function = invokedFunction { names += function.reference.names(text: function.text) }
            return names
        }
    }

    /// The function that `lambda:invoke` names in `FunctionName`: a name, an ARN, a partial ARN, each perhaps with a qualifier.
    var invokedFunction: (reference: FunctionReference, text: String)? {
        guard resource.kind == .integration(service: "lambda", action: "invoke"), let text = input["FunctionName"]?.string else {
            return nil
        }
        var reference = FunctionReference(text)
        if let qualifier = input["Qualifier"]?.string { reference.qualifier = qualifier }
        return (reference, text)
    }

    /// What the function is called, for `AWS_LAMBDA_FUNCTION_NAME` and Lambda endpoints.
    var function: FunctionReference {
        switch resource.kind {
        case .function(let name): FunctionReference(name: name, qualifier: resource.qualifier)
        case .activity(let name): FunctionReference(name: name, qualifier: nil)
        case .integration(let service, let action):
            invokedFunction?.reference ?? FunctionReference(name: "\(service):\(action)", qualifier: nil)
        }
    }
}

/// A function's name and its version or alias.
struct FunctionReference: Sendable, Equatable {
    var name: String
    var qualifier: String?

    init(name: String, qualifier: String?) {
        self.name = name
        self.qualifier = qualifier
    }

    /// Takes `NAME`, `NAME:QUALIFIER`, `ACCOUNT:function:NAME[:QUALIFIER]` or an ARN apart. `${Name}` is a function called `Name`.
    init(_ text: String) {
        if text.hasPrefix("${"), text.hasSuffix("}") {
            self.init(name: String(text.dropFirst(2).dropLast()), qualifier: nil)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let start = parts.firstIndex(of: "function").map { $0 + 1 } ?? 0
        guard start < parts.count else {
            self.init(name: text, qualifier: nil)
            return
        }
        self.init(name: String(parts[start]), qualifier: start + 1 < parts.count ? String(parts[start + 1]) : nil)
    }

    /// The names by which a table may know it. A symbol such as `Charge.Arn` is also known as `Charge`.
    func names(text: String) -> [String] {
        var names = [text]
        if let qualifier { names.append("\(name):\(qualifier)") }
        names.append(name)
        for suffix in [".Arn", "Arn"] where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count {
            names.append(String(name.dropLast(suffix.count)))
            break
        }
        return names
    }
}
