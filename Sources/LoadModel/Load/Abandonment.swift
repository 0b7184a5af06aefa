/// Users that leave answers before their end, as people do with "stop generating": such as `10%@5s,5%@20events`.
///
/// Each rule has its own share of the turns, so that no turn falls under two of them.
public struct Abandonment: Hashable, Sendable {
    /// When a user leaves.
    public enum Moment: Hashable, Sendable {
        /// So long after the send.
        case time(Duration)
        /// With that number of events received.
        case events(UInt64)
    }

    /// A share of the turns, and when their users leave.
    public struct Rule: Hashable, Sendable {
        /// Over 0 and up to 1.
        public var share: Double
        /// When they leave, unless the turn has ended by itself before.
        public var moment: Moment
    }

    /// What can be written, in words.
    public static let grammar =
        "SHARE@TIME or SHARE@EVENTS, or both, such as 10%@5s, 10%@20events or 10%@5s,5%@20events"
    private static let eventsUnit = "events"
    private static let mostEvents: UInt64 = 1_000_000_000

    /// One rule of a time at most, and one of a number of events.
    public let rules: [Rule]
    private let text: String

    /// Reads rules.
    ///
    /// - Parameter text: Such as `10%@5s`, `10%@20events`, or both with a comma between them.
    /// - Returns: The rules.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> Abandonment {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        var rules: [Rule] = []
        repeat {
            reader.skipBlanks()
            let start = reader.offset
            let rule = try rule(&reader)
            guard !rules.contains(where: { $0.isOfTime == rule.isOfTime }) else {
                throw reader.error(
                    "there are two \(rule.isOfTime ? "times" : "numbers of events"); give one time, one number of events, or "
                        + "one of each",
                    at: start
                )
            }
            rules.append(rule)
            guard rules.reduce(0, { $0 + $1.share }) <= 1 else {
                throw reader.error("all shares together are over 100%", at: start)
            }
            reader.skipBlanks()
        } while reader.take(",")
        try reader.end()
        return Abandonment(rules: rules, text: text)
    }

    private static func rule(_ reader: inout ExpressionReader) throws(ExpressionError) -> Rule {
        let start = reader.offset
        let number = reader.take { $0.isNumber || $0 == "." }
        guard let percent = Double(number) else {
            throw reader.expected("a percentage of the turns and when they are left, such as 10%@5s")
        }
        guard reader.take("%") else { throw reader.expected("% behind the number, as in 10%@5s") }
        guard percent > 0, percent <= 100 else {
            throw reader.error("the percentage must be over 0 and at most 100", at: start)
        }
        guard reader.take("@") else { throw reader.expected("@ and when they are left, as in 10%@5s") }
        return Rule(share: percent / 100, moment: try moment(&reader))
    }

    private static func moment(_ reader: inout ExpressionReader) throws(ExpressionError) -> Moment {
        let place = reader.offset
        let word = reader.take { $0 != "," && !$0.isWhitespace }
        let unit = word.drop { $0.isNumber || $0 == "." }
        if unit == eventsUnit || unit == eventsUnit.dropLast() {
            guard let count = UInt64(word.dropLast(unit.count)), (1...mostEvents).contains(count) else {
                throw reader.error("the number of events is a whole one from 1 to \(mostEvents)", at: place)
            }
            return .events(count)
        }
        let time: Duration
        do { time = try DurationText.read(word, requiresUnit: true) } catch {
            throw reader.error(
                "turns are left after a time or a number of events, such as 5s or 20events: \(error.why)",
                at: place + error.offset
            )
        }
        guard time > .zero else { throw reader.error("the time must be over 0", at: place) }
        return .time(time)
    }

    /// The share of the turns that are left after a time, and that time; nil for none.
    package var byTime: (share: Double, time: Duration)? {
        for rule in rules { if case .time(let time) = rule.moment { return (rule.share, time) } }
        return nil
    }

    /// The share of the turns that are left with a number of events, and that number; nil for none.
    package var byEvents: (share: Double, count: UInt64)? {
        for rule in rules { if case .events(let count) = rule.moment { return (rule.share, count) } }
        return nil
    }
}

extension Abandonment.Rule {
    fileprivate var isOfTime: Bool {
        if case .time = moment { true } else { false }
    }
}

extension Abandonment: WrittenAsText {
    /// The rules as they were written.
    public var description: String { text }
}
