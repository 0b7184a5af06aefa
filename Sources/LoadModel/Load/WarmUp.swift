/// How long a run plays before it counts: for a time, such as `30s`, or for a number of turns, such as `500`.
public enum WarmUp: Hashable, Sendable {
    /// From the start of the run; over 0.
    case time(Duration)
    /// Until so many turns have been completed or failed; at least 1.
    case turns(UInt64)

    /// The most turns that may be waited for.
    private static let mostTurns: UInt64 = 1_000_000_000

    /// Reads how long a warm-up is.
    ///
    /// - Parameter text: A duration with its unit, such as `30s`, or a number of turns, such as `500`.
    /// - Returns: The warm-up.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> WarmUp {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            let lengthNs = try reader.durationNs(of: "the warm-up")
            try reader.end()
            guard lengthNs > 0 else { throw reader.error("a warm-up is over 0, such as 30s or 500 turns", at: 0) }
            return .time(.nanoseconds(Int64(clamping: lengthNs)))
        }
        guard let turns = UInt64(text), (1...mostTurns).contains(turns) else {
            throw reader.error("a warm-up is 1 to \(mostTurns) turns, or a time such as 30s", at: 0)
        }
        return .turns(turns)
    }

    /// Whether so many turns have ended that it is over; one of a time is over when its time is.
    package func isOver(afterTurns ended: UInt64) -> Bool {
        if case .turns(let turns) = self { ended >= turns } else { false }
    }

    /// Whether there can be such a warm-up.
    package var isPossible: Bool {
        switch self {
        case .time(let time): time > .zero
        case .turns(let turns): (1...Self.mostTurns).contains(turns)
        }
    }
}

extension WarmUp: WrittenAsText {
    /// As it is read.
    public var description: String {
        switch self {
        case .time(let time): DurationText.text(of: time)
        case .turns(let turns): "\(turns)"
        }
    }
}
