/// The one grammar for durations: `ns us ms s m h`, compound (`1h30m`), a bare number is seconds.
public enum DurationText {
    /// The grammar in words.
    public static let grammar = "ns us ms s m h, such as 250ms, 1.5s or 1h30m; a bare number is seconds"

    /// The units, with their length in nanoseconds.
    private static let units: [(name: Substring, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    /// The longest duration that is accepted: ten years.
    private static let longestNs = 10.0 * 365 * 24 * 3600e9

    /// Why a text is no duration.
    package struct Mistake: Error {
        /// Where in the text, in characters from 0.
        package let offset: Int
        package let why: String
    }

    /// Reads a duration.
    ///
    /// - Parameter text: Such as `250ms`, `1.5s`, `1h30m` or `90`.
    /// - Returns: The duration, which is never negative.
    /// - Throws: `ConfigurationError` that says what was expected and what was found.
    public static func parse(_ text: String) throws(ConfigurationError) -> Duration {
        do {
            return try read(text, requiresUnit: false)
        } catch {
            throw ConfigurationError(
                "'\(text)' is not a duration: \(error.why); write for example 250ms, 1.5s, 1h30m or 90 (seconds)"
            )
        }
    }

    /// Reads a duration, and knows where a mistake is.
    ///
    /// - Parameters:
    ///   - text: Such as `250ms`.
    ///   - requiresUnit: Whether a bare number is a mistake.
    /// - Returns: The duration, which is never negative.
    /// - Throws: The first mistake.
    package static func read(_ text: String, requiresUnit: Bool) throws(Mistake) -> Duration {
        var rest = Substring(text)
        func wrong(_ why: String) -> Mistake { Mistake(offset: text.count - rest.count, why: why) }
        guard !text.isEmpty else { throw wrong("it is empty") }
        guard !text.hasPrefix("-") else { throw wrong("it is negative") }
        var totalNs = 0.0
        var isCompound = false
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits), !digits.hasPrefix("."), !digits.hasSuffix(".") else {
                throw wrong("a number was expected at '\(rest)'")
            }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isLetter || $0 == "µ" }
            if name.isEmpty {
                guard !isCompound, !requiresUnit, rest.isEmpty else {
                    throw wrong("the unit after \(digits) is missing")
                }
                totalNs = number * 1e9
                break
            }
            guard let unit = units.first(where: { $0.name == name }) else {
                throw wrong("unknown unit '\(name)' (the units are ns us ms s m h)")
            }
            totalNs += number * unit.nanoseconds
            rest = rest.dropFirst(name.count)
            isCompound = true
        }
        rest = Substring(text)
        guard totalNs <= longestNs else { throw wrong("it is longer than ten years") }
        return .nanoseconds(Int64(totalNs.rounded()))
    }

    /// A duration in this grammar, such as `1h30m`, `1s` or `250ms`.
    ///
    /// - Parameter duration: From 0 to the longest that `parse` reads.
    /// - Returns: A text that `parse` reads as the same duration.
    public static func text(of duration: Duration) -> String {
        var rest = duration.nanosecondsClamped
        var text = ""
        for unit in units.reversed() {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: UInt64(unit.nanoseconds))
            if count > 0 { text += "\(count)\(unit.name)" }
            rest = remainder
        }
        return text.isEmpty ? "0s" : text
    }
}
