extension JSONata {
    /// The names of the functions that the dialect brings, without `$`.
    public static func functionNames(in dialect: Dialect) -> Set<String> { Set(BuiltIns.table(for: dialect).keys) }
}
