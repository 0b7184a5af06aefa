/// How often something happens in a time, such as `50/s`: conversations that arrive by themselves, or events that are read.
public struct ArrivalRate: Hashable, Sendable {
    /// What a rate is counted in.
    private enum Unit: String, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"

        var seconds: Double {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3600
            }
        }
    }

    /// The most that may be asked for: what arrives faster cannot be told apart by the clock.
    public static let mostPerSecond = 1e6

    /// Conversations or events per second, from over 0 to `mostPerSecond`.
    public let perSecond: Double
    /// The rate as it was written.
    private let text: String

    /// Makes a rate.
    ///
    /// - Parameter perSecond: Conversations or events per second.
    public init(perSecond: Double) {
        self.perSecond = perSecond
        text = "\(perSecond == perSecond.rounded() ? perSecond.fixed(0) : "\(perSecond)")/s"
    }

    private init(_ number: Double, per unit: Unit, text: String) {
        perSecond = number / unit.seconds
        self.text = text
    }

    /// Reads a rate.
    ///
    /// - Parameter text: A number, a slash and `s`, `m` or `h`, such as `50/s` or `10000/m`.
    /// - Returns: The rate.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> ArrivalRate {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        let number = reader.take { $0.isNumber || $0 == "." }
        guard let value = Double(number) else { throw reader.expected("a number and a time, such as 50/s") }
        guard reader.take("/") else { throw reader.expected("/s, /m or /h behind the number, as in 50/s") }
        let place = reader.offset
        guard let unit = Unit(rawValue: reader.take { $0.isLetter }) else {
            throw reader.error("a rate is per s, m or h, as in 50/s, 3000/m or 100000/h", at: place)
        }
        try reader.end()
        let rate = ArrivalRate(value, per: unit, text: text)
        guard rate.isPossible else {
            throw reader.error("a rate is over 0 and at most \(Self.mostPerSecond.fixed(0))/s", at: 0)
        }
        return rate
    }

    /// The time from one to the next where all such times are the same, in nanoseconds.
    package var intervalNs: UInt64 { UInt64(min(1e9 / perSecond, Double(Int64.max) / 2).rounded(.up)) }

    /// Whether conversations can arrive so.
    package var isPossible: Bool { perSecond > 0 && perSecond <= Self.mostPerSecond }
}

extension ArrivalRate: WrittenAsText {
    /// The rate as it was written.
    public var description: String { text }
}
