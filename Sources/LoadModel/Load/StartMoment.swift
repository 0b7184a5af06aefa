public import FoundationEssentials

/// When a run is to begin: at a moment of the clock on the wall, or some time after its program was started.
public enum StartMoment: Hashable, Sendable {
    /// At this moment, which others may have been told as well.
    case at(Date)
    /// So long after the program was started.
    case after(Duration)

    /// Reads a moment.
    ///
    /// - Parameter text: A time as RFC 3339 writes it in UTC, such as `2026-01-01T12:00:00Z`, or a plus and a duration, such as `+30s`.
    /// - Returns: The moment.
    /// - Throws: `ConfigurationError` that says on one line what was expected.
    public static func parse(_ text: String) throws(ConfigurationError) -> StartMoment {
        let text = text.trimmed
        if text.hasPrefix("+") { return .after(try DurationText.parse(String(text.dropFirst()))) }
        guard let moment = StartText.moment(of: text), (0...1e11).contains(moment.timeIntervalSince1970) else {
            throw ConfigurationError(
                "expected a time in UTC such as 2026-01-01T12:00:00Z, or a time from now such as +30s"
            )
        }
        return .at(moment)
    }

    /// The moment itself.
    ///
    /// - Parameter now: When the program was started.
    /// - Returns: The moment by the same clock.
    public func date(from now: Date) -> Date {
        switch self {
        case .at(let moment): moment
        case .after(let duration): now + Nanoseconds.seconds(duration.nanosecondsClamped)
        }
    }
}
