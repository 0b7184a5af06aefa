extension ThinkTime: WrittenAsText {
    /// What can be written, in words.
    package static let grammar = "3s, uniform(1s, 5s), exponential(4s), lognormal(3s, 0.8) or off"

    /// The largest sigma: of ten times one is more than 600,000 times the median.
    private static let largestSigma = 10.0

    private enum Distribution: String, CaseIterable {
        case uniform, exponential
        case logNormal = "lognormal"

        var example: String {
            switch self {
            case .uniform: "uniform(1s, 5s)"
            case .exponential: "exponential(4s)"
            case .logNormal: "lognormal(3s, 0.8)"
            }
        }
    }

    /// Reads a time: `3s`, `uniform(1s, 5s)`, `exponential(4s)` (its mean), `lognormal(3s, 0.8)` (its median and sigma), or
    /// `off`.
    ///
    /// - Parameter text: Such as `exponential(4s)`; durations are as everywhere, a bare number is seconds.
    /// - Returns: The time.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> ThinkTime {
        let text = text.trimmed
        if text == "off" { return .off }
        var reader = ExpressionReader(text)
        guard let first = reader.next, first.isLetter else { return .constant(try duration(&reader, endingWith: "")) }
        let name = reader.take { $0.isLetter }
        guard let distribution = Distribution(rawValue: name) else { throw unknown(name, reader) }
        reader.skipBlanks()
        guard reader.take("(") else { throw reader.expected("'(', as in \(distribution.example)") }
        let time = try arguments(of: distribution, &reader)
        reader.skipBlanks()
        guard reader.take(")") else { throw reader.expected("')', as in \(distribution.example)") }
        try reader.end()
        return time
    }

    /// The time as it is written: `parse` reads the same from it.
    public var description: String {
        func text(_ duration: Duration) -> String { DurationText.text(of: duration) }
        return switch self {
        case .off: "off"
        case .constant(let time): text(time)
        case .uniform(let least, let most): "uniform(\(text(least)), \(text(most)))"
        case .exponential(let mean): "exponential(\(text(mean)))"
        case .logNormal(let median, let sigma): "lognormal(\(text(median)), \(sigma))"
        }
    }

    /// Whether it is one that can be written: made by hand it may have a negative time, or a sigma that is no number.
    package var canBeWritten: Bool { (try? ThinkTime.parse(description)) == self }

    private static func unknown(_ name: String, _ reader: ExpressionReader) -> ExpressionError {
        let known = Distribution.allCases.map(\.rawValue) + ["off"]
        let hint = Spelling.nearest(to: name, among: known).map { "did you mean '\($0)'?" } ?? "write \(grammar)"
        return reader.error("'\(name)' is no time to think; \(hint)", at: 0)
    }

    private static func arguments(
        of distribution: Distribution,
        _ reader: inout ExpressionReader
    ) throws(ExpressionError) -> ThinkTime {
        reader.skipBlanks()
        let start = reader.offset
        let time = try duration(&reader, endingWith: ",)")
        switch distribution {
        case .uniform:
            try separator(&reader, distribution)
            let other = reader.offset
            let most = try duration(&reader, endingWith: ",)")
            guard time <= most else {
                throw reader.error("the longest time comes second: it cannot be shorter than the first", at: other)
            }
            return .uniform(time, most)
        case .exponential:
            guard time > .zero else { throw reader.error("the mean must be over 0; write off for no wait", at: start) }
            return .exponential(mean: time)
        case .logNormal:
            guard time > .zero else {
                throw reader.error("the median must be over 0; write off for no wait", at: start)
            }
            try separator(&reader, distribution)
            return .logNormal(median: time, sigma: try sigma(&reader))
        }
    }

    private static func separator(
        _ reader: inout ExpressionReader,
        _ distribution: Distribution
    ) throws(ExpressionError) {
        reader.skipBlanks()
        guard reader.take(",") else { throw reader.expected("',' and a second value, as in \(distribution.example)") }
        reader.skipBlanks()
    }

    private static func sigma(_ reader: inout ExpressionReader) throws(ExpressionError) -> Double {
        let start = reader.offset
        let word = reader.take { !$0.isWhitespace && $0 != "," && $0 != ")" }
        // Not all that Double reads: no hexadecimal numbers.
        let isDecimal = word.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) }
        guard isDecimal, let sigma = Double(word), sigma > 0, sigma <= largestSigma else {
            throw reader.error("sigma is a number over 0, at most \(largestSigma.fixed(0)), such as 0.8", at: start)
        }
        return sigma
    }

    private static func duration(
        _ reader: inout ExpressionReader,
        endingWith ends: String
    ) throws(ExpressionError) -> Duration {
        let start = reader.offset
        let word = reader.take { !ends.contains($0) && (ends.isEmpty || !$0.isWhitespace) }
        guard !word.isEmpty else { throw reader.expected("a duration such as 3s or 500ms") }
        let time: Duration
        do {
            time = try DurationText.read(word, requiresUnit: false)
        } catch {
            throw reader.error("expected a duration such as 3s or 500ms: \(error.why)", at: start + error.offset)
        }
        guard time <= longest else {
            throw reader.error("a user thinks for 24h at most", at: start)
        }
        return time
    }
}
