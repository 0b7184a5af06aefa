extension Objective {
    /// Reads an objective.
    ///
    /// - Parameter text: A measure, `<` or `<=`, and a duration with its unit, such as `ttft < 800ms`.
    /// - Returns: The objective.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> Objective {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        let measure = try readMeasure(&reader)
        reader.skipBlanks()
        let place = reader.offset
        let comparison = try reader.comparison()
        guard comparison == .less || comparison == .atMost else {
            throw reader.error("an objective is an upper limit: write < or <=, not \(comparison.rawValue)", at: place)
        }
        reader.skipBlanks()
        let start = reader.offset
        let limitNs = try reader.durationNs(of: measure.rawValue)
        try reader.end()
        guard comparison == .atMost || limitNs > 0 else {
            throw reader.error("nothing takes less than no time; write <= for exactly none", at: start)
        }
        return Objective(measure, mostNs: comparison == .less ? limitNs - 1 : limitNs, text: text.onOneLine)
    }

    private static func readMeasure(_ reader: inout ExpressionReader) throws(ExpressionError) -> Measure {
        let start = reader.offset
        let name = reader.name()
        if let measure = Measure(rawValue: name) { return measure }
        let known = Measure.allCases.map(\.rawValue)
        guard !name.isEmpty else { throw reader.expected("one of \(known.joined(separator: ", "))") }
        let first = name.prefix { $0 != "." }
        if let measure = Measure(rawValue: String(first)) {
            throw reader.error(
                "an objective limits every single \(measure == .conversationTime ? "conversation" : "turn"): leave "
                    + "'\(name.dropFirst(first.count))' out, or write a --threshold",
                at: start + first.count
            )
        }
        let hint =
            Spelling.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
            ?? "it can be \(known.joined(separator: ", "))"
        throw reader.error("'\(name)' cannot be an objective; \(hint)", at: start)
    }
}
