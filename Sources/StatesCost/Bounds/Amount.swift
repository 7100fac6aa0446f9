/// A count that may depend on numbers nobody has given: `5 + 3·Items`.
///
/// A sum of products: each has a factor and the symbols it is multiplied by. Counts saturate far above anything that can be run.
public struct Amount: Sendable, Hashable {
    /// What does not depend on anything.
    public private(set) var constant: Int
    /// What does: factors by the numbers of their symbols, in order.
    public private(set) var products: [Product] = []
    /// Whether this is a ceiling that no single run may reach: two ways with different symbols were put together.
    public private(set) var isCeiling = false
    /// Whether loops are so entangled that no expression was found; such an amount has no limit.
    public private(set) var isUnknown = false

    /// A factor and the symbols it is multiplied by.
    public struct Product: Sendable, Hashable {
        /// How often.
        public let factor: Int
        /// The symbols' numbers, in order; one that stands twice is squared.
        public let symbols: [Int]
    }

    /// The most that is counted.
    static let limit = 1 << 60
    /// More products than this are not told apart.
    private static let productLimit = 64

    static let zero = Amount(0)
    static let unknown: Amount = {
        var amount = Amount(limit)
        amount.isUnknown = true
        return amount
    }()

    /// A plain count.
    public init(_ constant: Int) { self.constant = min(constant, Self.limit) }

    /// The count, if it depends on nothing.
    public var value: Int? { products.isEmpty && !isUnknown ? constant : nil }

    static func + (left: Amount, right: Amount) -> Amount {
        var sum = left
        sum.constant = saturated(left.constant.addingReportingOverflow(right.constant))
        sum.isCeiling = left.isCeiling || right.isCeiling
        sum.isUnknown = left.isUnknown || right.isUnknown
        if left.products.isEmpty {
            sum.products = right.products
        } else if !right.products.isEmpty {
            sum.products = merged(left.products, right.products) { saturated($0.addingReportingOverflow($1)) }
        }
        return sum.limited
    }

    static func + (left: Amount, right: Int) -> Amount { left + Amount(right) }

    /// So many times the amount.
    func times(_ factor: Int) -> Amount {
        guard factor != 1 else { return self }
        guard factor != 0 else { return .zero }
        var product = self
        product.constant = Self.saturated(
            constant.multipliedReportingOverflow(by: factor), sign: constant.signum() * factor.signum())
        product.products = products.map {
            Product(
                factor: Self.saturated(
                    $0.factor.multipliedReportingOverflow(by: factor), sign: $0.factor.signum() * factor.signum()),
                symbols: $0.symbols)
        }
        return product
    }

    /// As many times the amount as the symbol says.
    func times(symbol: Int) -> Amount {
        var product = Amount.zero
        product.isCeiling = isCeiling
        product.isUnknown = isUnknown
        if constant != 0 { product.products.append(Product(factor: constant, symbols: [symbol])) }
        product.products += products.map { Product(factor: $0.factor, symbols: ($0.symbols + [symbol]).sorted()) }
        product.products.sort { Self.precedes($0.symbols, $1.symbols) }
        return product.limited
    }

    /// The larger one; where neither is larger whatever the symbols stand for, a ceiling above both.
    static func larger(_ left: Amount, _ right: Amount) -> Amount {
        if left.products.isEmpty, right.products.isEmpty, !left.isUnknown, !right.isUnknown {
            return left.constant >= right.constant ? left : right
        }
        let isUnknown = left.isUnknown || right.isUnknown
        var ceiling = Amount(max(left.constant, right.constant))
        ceiling.products = merged(left.products, right.products, by: max)
        ceiling.isUnknown = isUnknown
        if ceiling.constant == left.constant, ceiling.products == left.products {
            ceiling.isCeiling = left.isCeiling
        } else if ceiling.constant == right.constant, ceiling.products == right.products {
            ceiling.isCeiling = right.isCeiling
        } else {
            ceiling.isCeiling = true
        }
        return ceiling.limited
    }

    private var limited: Amount { products.count > Self.productLimit ? .unknown : self }

    /// Products of both, those with the same symbols put together; absent ones count as 0.
    private static func merged(_ left: [Product], _ right: [Product], by combine: (Int, Int) -> Int) -> [Product] {
        var merged: [Product] = []
        var (i, j) = (0, 0)
        func add(_ factor: Int, _ symbols: [Int]) { if factor != 0 { merged.append(Product(factor: factor, symbols: symbols)) } }
        while i < left.count || j < right.count {
            if j == right.count || i < left.count && precedes(left[i].symbols, right[j].symbols) {
                add(combine(left[i].factor, 0), left[i].symbols)
                i += 1
            } else if i == left.count || precedes(right[j].symbols, left[i].symbols) {
                add(combine(0, right[j].factor), right[j].symbols)
                j += 1
            } else {
                add(combine(left[i].factor, right[j].factor), left[i].symbols)
                (i, j) = (i + 1, j + 1)
            }
        }
        return merged
    }

    private static func precedes(_ left: [Int], _ right: [Int]) -> Bool {
        left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
    }

    private static func saturated(_ result: (partialValue: Int, overflow: Bool), sign: Int = 1) -> Int {
        if result.overflow { return sign < 0 ? -limit : limit }
        return min(max(result.partialValue, -limit), limit)
    }

    /// `5 + 3·Items`, with the names of the symbols; `at most` before a ceiling.
    func text(names: [String]) -> String {
        if isUnknown { return "unbounded" }
        var text = constant == 0 && !products.isEmpty ? "" : "\(constant)"
        for product in products {
            let factor = product.factor.magnitude
            let symbols = product.symbols.map { names[$0] }.joined(separator: "·")
            let word = factor == 1 ? symbols : "\(factor)·\(symbols)"
            text += text.isEmpty ? (product.factor < 0 ? "-" : "") + word : (product.factor < 0 ? " - " : " + ") + word
        }
        return isCeiling ? "at most " + text : text
    }
}
