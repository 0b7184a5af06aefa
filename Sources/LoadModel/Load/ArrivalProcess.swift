/// How the times between arrivals vary around their mean.
public enum ArrivalProcess: Hashable, Sendable {
    /// All are the same.
    case constant
    /// As of people who know nothing of each other: exponentially distributed.
    case poisson
    /// Gamma distributed with a coefficient of variation (standard deviation ÷ mean): 1 is Poisson, below it is more even,
    /// above it comes in bursts.
    case gamma(cv: Double)

    /// The coefficients of variation that there can be.
    public static let variations = 0.01...20.0

    /// What can be written, in words.
    public static let grammar = "constant, poisson or gamma:CV (such as gamma:2)"

    /// Reads a process: `constant`, `poisson`, or `gamma:` and a coefficient of variation.
    ///
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> ArrivalProcess {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        switch reader.take(while: \.isLetter) {
        case "constant":
            try reader.end()
            return .constant
        case "poisson":
            try reader.end()
            return .poisson
        case "gamma":
            guard reader.take(":") else { throw reader.expected("a coefficient of variation, as in gamma:2") }
            let place = reader.offset
            guard let variation = Double(reader.word()), variations.contains(variation) else {
                throw reader.error(
                    "the coefficient of variation is a number from \(variations.lowerBound) to \(variations.upperBound)",
                    at: place
                )
            }
            return .gamma(cv: variation)
        case let word:
            let hint = Spelling.nearest(to: word, among: ["constant", "poisson", "gamma"]).map {
                "did you mean '\($0)'?"
            }
            throw reader.error("'\(word)' is no kind of arrivals; \(hint ?? "write \(grammar)")", at: 0)
        }
    }

    /// The next time between two arrivals, in mean times.
    ///
    /// - Parameter random: Where chance comes from; the same numbers give the same times.
    /// - Returns: A number with the mean 1.
    package func nextInterval(using random: inout some RandomNumberGenerator) -> Double {
        switch self {
        case .constant: 1
        case .poisson: random.exponential()
        case .gamma(let variation):
            // The shape k and the scale θ have the mean kθ = 1 and the variation 1/√k.
            random.gamma(shape: 1 / (variation * variation)) * variation * variation
        }
    }
}

extension ArrivalProcess: WrittenAsText {
    /// The process as it is written: `parse` reads the same from it.
    public var description: String {
        switch self {
        case .constant: "constant"
        case .poisson: "poisson"
        case .gamma(let variation): "gamma:\(variation)"
        }
    }
}
