/// By how much a number may differ from one run to the next, such as `ttft.p95 > +10%`: a run for which that holds has failed.
///
/// The grammar is in docs/compare.md.
public struct ChangeLimit: Sendable, Equatable {
    /// What the limit is in.
    enum Measure: Equatable, Sendable {
        /// A share of the number of the first run.
        case relative
        /// The number's own unit.
        case absolute
    }

    /// The limit as it was written.
    public let text: String
    let part: Threshold.Part
    let number: RunNumber
    let name: String
    let comparison: Comparison
    let measure: Measure
    let limit: Double

    /// Reads a limit.
    ///
    /// - Parameter text: A number of a run, a comparison, a sign and how much: `ttft.p95 > +10%`, `turns.per_s < -5%`,
    ///   `inter_event.p99 > +20ms`, `failures.rate > +1pp` (percentage points), `failures.count > +3`.
    /// - Returns: The limit.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> ChangeLimit {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        let (part, number, name, _) = try Threshold.readSubject(&reader)
        reader.skipBlanks()
        let comparison = try reader.comparison()
        reader.skipBlanks()
        let isNegative = reader.take("-")
        guard isNegative || reader.take("+") else {
            throw reader.expected("a sign and by how much it may change, such as +10%")
        }
        let (measure, size) = try readSize(of: number, name, &reader)
        try reader.end()
        return ChangeLimit(
            text: text.onOneLine,
            part: part,
            number: number,
            name: String(text.prefix { !"<>=!".contains($0) }).trimmed,
            comparison: comparison,
            measure: measure,
            limit: isNegative ? -size : size
        )
    }

    private static func readSize(
        of number: RunNumber,
        _ name: String,
        _ reader: inout ExpressionReader
    ) throws(ExpressionError) -> (Measure, Double) {
        let start = reader.offset
        let word = reader.word()
        if word.hasSuffix("%") {
            return (.relative, try size(word.dropLast(1), "a percentage such as +10%", reader, start) / 100)
        }
        switch number.unit {
        case .duration:
            do {
                return (
                    .absolute,
                    Nanoseconds.milliseconds(try DurationText.read(word, requiresUnit: true).nanosecondsClamped)
                )
            } catch {
                throw reader.error(
                    "\(name) changes by a percentage or a duration, such as +10% or +50ms: \(error.why)",
                    at: start + error.offset
                )
            }
        case .share:
            let what = "a percentage of what it was, or percentage points, such as +10% or +1pp"
            guard word.hasSuffix("pp") else { throw reader.error("\(name) changes by \(what)", at: start) }
            return (.absolute, try size(word.dropLast(2), what, reader, start) / 100)
        case .number:
            return (.absolute, try size(word[...], "a percentage or a number, such as +10% or +3", reader, start))
        }
    }

    private static func size(
        _ digits: Substring,
        _ what: String,
        _ reader: ExpressionReader,
        _ start: Int
    ) throws(ExpressionError) -> Double {
        let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard isPlain, digits.first != ".", digits.last != ".", let size = Double(digits), size.isFinite else {
            throw reader.error("expected \(what)", at: start)
        }
        return size
    }
}

/// A limit of a change, and whether the second of two runs has failed by it.
public struct ChangeResult: Sendable, Encodable, Equatable {
    /// The limit as it was written.
    public let expr: String
    /// The number that it is about, in both runs.
    public let number: ComparedNumber
    /// Whether it holds, or there was nothing to compare: the second run has failed.
    public let failed: Bool
}

extension ChangeLimit {
    /// Whether the change of a number is one that the limit is about; true when there is nothing to compare.
    func holds(for number: ComparedNumber) -> Bool {
        guard let difference = number.difference else { return true }
        switch measure {
        case .absolute: return comparison.holds(difference, limit)
        // From nothing to something is more than any percentage.
        case .relative: return comparison.holds(number.change ?? (difference > 0 ? .infinity : -.infinity), limit)
        }
    }
}
