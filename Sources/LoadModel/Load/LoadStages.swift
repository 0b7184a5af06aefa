/// A load that changes over time: stages one after another, in each of which it goes evenly from where it is to a target.
///
/// As in `30s:100,2m:1000,1m:1000,30s:0`, of users; or of conversations that arrive by themselves, as in `30s:10/s,2m:50/s`.
public struct LoadStages: Hashable, Sendable {
    /// A time, and what there is at its end.
    public struct Stage: Hashable, Sendable {
        /// How long it takes to get there; zero for a jump.
        public var duration: Duration
        /// Users, or arrivals a second.
        public var target: Double

        /// Makes a stage.
        ///
        /// - Parameters:
        ///   - duration: How long it takes to get there.
        ///   - target: Users, or arrivals a second.
        public init(duration: Duration, target: Double) {
            self.duration = duration
            self.target = target
        }
    }

    /// How many stages there may be.
    public static let mostStages = 1_000
    /// What can be written, in words.
    public static let grammar =
        "DURATION:USERS or DURATION:RATE, one after another, such as 30s:100,2m:1000,30s:0 or 1m:50/s"

    /// The stages, at least one.
    public let stages: [Stage]
    /// Whether their targets are rates of arrivals, and not users.
    public let isOfRates: Bool
    private let text: String

    /// Reads stages.
    ///
    /// - Parameter text: Such as `30s:100,2m:1000` or `30s:10/s,2m:3000/m`.
    /// - Returns: The stages.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> LoadStages {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        var stages: [Stage] = []
        var isOfRates: Bool?
        repeat {
            reader.skipBlanks()
            let start = reader.offset
            let time = reader.take { $0 != ":" && $0 != "," && !$0.isWhitespace }
            guard !time.isEmpty else { throw reader.expected("a time, a colon and users or a rate, such as 30s:100") }
            let duration: Duration
            do { duration = try DurationText.read(time, requiresUnit: false) } catch {
                throw reader.error("a stage begins with a time, such as 30s: \(error.why)", at: start + error.offset)
            }
            guard reader.take(":") else { throw reader.expected("a colon behind the time, as in 30s:100") }
            let place = reader.offset
            let number = reader.take { $0 != "," && !$0.isWhitespace }
            let isRate = number.contains("/")
            if let isOfRates, isOfRates != isRate {
                throw reader.error("stages are all of users (30s:100) or all of rates (30s:10/s)", at: place)
            }
            isOfRates = isRate
            stages.append(Stage(duration: duration, target: try target(number, isRate, reader, place)))
            guard stages.count <= mostStages else {
                throw reader.error("there are more than \(mostStages) stages", at: start)
            }
            reader.skipBlanks()
        } while reader.take(",")
        try reader.end()
        let all = LoadStages(stages: stages, isOfRates: isOfRates ?? false, text: text)
        guard all.greatest > 0 else { throw reader.error("all stages are 0: nobody would come", at: 0) }
        guard all.totalNs > 0 else {
            throw reader.error("all stages take no time: the run would be over at once", at: 0)
        }
        return all
    }

    private static func target(
        _ number: String,
        _ isRate: Bool,
        _ reader: ExpressionReader,
        _ place: Int
    ) throws(ExpressionError) -> Double {
        guard isRate else {
            guard let users = Int(number), (0...mostUsers).contains(users) else {
                throw reader.error("users are a whole number from 0 to \(mostUsers)", at: place)
            }
            return Double(users)
        }
        // Nobody may come for a while.
        if let slash = number.firstIndex(of: "/"), Double(number[..<slash]) == 0,
            ["/s", "/m", "/h"].contains(number[slash...])
        {
            return 0
        }
        do throws(ExpressionError) { return try ArrivalRate.parse(number).perSecond } catch {
            throw reader.error(error.problem, at: place + error.offset)
        }
    }

    /// The most users that a run can have, as far as stages know.
    private static let mostUsers = 1 << 24

    /// The greatest target.
    public var greatest: Double { stages.reduce(0) { max($0, $1.target) } }

    /// How long all stages take, in nanoseconds.
    package var totalNs: UInt64 { stages.reduce(0) { $0 + $1.duration.nanosecondsClamped } }

    /// What there is to be at a moment.
    ///
    /// - Parameters:
    ///   - atS: The moment, in seconds since the start of the first stage.
    ///   - first: What there was at the start.
    /// - Returns: Users, which need not be a whole number, or arrivals a second; nil after the last stage.
    package func target(atS: Double, from first: Double = 0) -> Double? {
        var (from, leftS) = (first, max(atS, 0))
        for stage in stages {
            let durationS = Double(stage.duration.nanosecondsClamped) / 1e9
            guard leftS >= durationS else { return from + (stage.target - from) * (leftS / durationS) }
            leftS -= durationS
            from = stage.target
        }
        return nil
    }
}

extension LoadStages: WrittenAsText {
    /// The stages as they were written.
    public var description: String { text }
}
