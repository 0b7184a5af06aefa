/// What happened in one interval of a run.
public struct TimePoint: Codable, Sendable, Equatable {
    /// When the interval began, in seconds since the start of the run.
    public var startS: Double
    /// When it ended.
    public var endS: Double
    /// Users at its end.
    public var activeUsers: UInt64 = 0
    /// Turns at its end that were sent and whose outcome was not known.
    public var activeTurns: UInt64 = 0
    /// Connections that were open at its end.
    public var openConnections: UInt64 = 0
    /// Conversations that were completed within it.
    public var conversationsCompleted: UInt64 = 0
    /// Conversations that failed within it.
    public var conversationsFailed: UInt64 = 0
    /// Turns that were completed within it.
    public var turnsCompleted: UInt64 = 0
    /// Turns that failed within it.
    public var turnsFailed: UInt64 = 0
    /// Events that came within it.
    public var events: UInt64 = 0
    /// Bytes of the answers' bodies that came within it.
    public var bytes: UInt64 = 0
    /// Stalls that ended within it.
    public var stalls: UInt64 = 0
    /// First tokens that came within it.
    public var ttft = SmallHistogram()
    /// Response times of the turns that were completed within it.
    public var responseTime = SmallHistogram()
    /// Delays of the canary within it: how late the generator was then.
    public var canary = SmallHistogram()
    /// Turns that ended within it, by conversation in the order of the files, but for cancelled ones.
    public var turnsByConversation = CountList()
    /// Those of them that failed.
    public var failuresByConversation = CountList()

    enum CodingKeys: String, CodingKey {
        case events, bytes, stalls, ttft, canary
        case startS = "start_s"
        case endS = "end_s"
        case activeUsers = "active_users"
        case activeTurns = "active_turns"
        case openConnections = "open_connections"
        case conversationsCompleted = "conversations_completed"
        case conversationsFailed = "conversations_failed"
        case turnsCompleted = "turns_completed"
        case turnsFailed = "turns_failed"
        case responseTime = "response_time"
        case turnsByConversation = "turns_by_conversation"
        case failuresByConversation = "failures_by_conversation"
    }

    /// Adds what happened after it: the interval becomes longer.
    fileprivate mutating func extend(by next: TimePoint) {
        endS = next.endS
        activeUsers = next.activeUsers
        activeTurns = next.activeTurns
        openConnections = next.openConnections
        addCounts(of: next)
    }

    /// Adds what another process did in the same interval.
    fileprivate mutating func join(_ other: TimePoint) {
        startS = min(startS, other.startS)
        endS = max(endS, other.endS)
        activeUsers += other.activeUsers
        activeTurns += other.activeTurns
        openConnections += other.openConnections
        addCounts(of: other)
    }

    private mutating func addCounts(of other: TimePoint) {
        conversationsCompleted += other.conversationsCompleted
        conversationsFailed += other.conversationsFailed
        turnsCompleted += other.turnsCompleted
        turnsFailed += other.turnsFailed
        events += other.events
        bytes += other.bytes
        stalls += other.stalls
        ttft.add(other.ttft)
        responseTime.add(other.responseTime)
        canary.add(other.canary)
        turnsByConversation = CountList.sum(turnsByConversation, other.turnsByConversation)
        failuresByConversation = CountList.sum(failuresByConversation, other.failuresByConversation)
    }
}

/// A run over time, in intervals of one length; when there are too many of them, neighbours become one.
public struct TimeSeries: Codable, Sendable, Equatable {
    /// The most intervals that are kept, however long a run is.
    public static let mostPoints = 512

    /// The length of an interval in seconds: 1, or a power of 2.
    public private(set) var intervalS: Double = 1
    /// The intervals in order of time; those in which nothing was noted are missing.
    public private(set) var points: [TimePoint] = []

    enum CodingKeys: String, CodingKey {
        case points
        case intervalS = "interval_s"
    }

    /// Nothing yet.
    package init() {}

    /// Adds what happened since the last point.
    package mutating func append(_ point: TimePoint) {
        add(point)
        if points.count > Self.mostPoints { coarsen() }
    }

    private mutating func add(_ point: TimePoint) {
        if let last = points.indices.last, interval(of: points[last]) == interval(of: point) {
            points[last].extend(by: point)
        } else {
            points.append(point)
        }
    }

    /// A run that several processes shared: what they did at the same time.
    package static func merged(_ parts: [TimeSeries]) -> TimeSeries {
        var parts = parts
        let intervalS = parts.map(\.intervalS).max() ?? 1
        var byInterval: [Int: TimePoint] = [:]
        var result = TimeSeries()
        result.intervalS = intervalS
        for index in parts.indices {
            while parts[index].intervalS < intervalS { parts[index].coarsen() }
            for point in parts[index].points {
                byInterval[result.interval(of: point), default: point.emptied].join(point)
            }
        }
        result.points = byInterval.sorted { $0.key < $1.key }.map(\.value)
        // Parts that did not run at the same time are longer together than each.
        while result.points.count > mostPoints { result.coarsen() }
        return result
    }

    /// The same intervals, as of a run that began earlier by so many seconds.
    func shifted(byS offsetS: Double) -> TimeSeries {
        // What is left of a number that should be 0 would be before the start of the run.
        func shifted(_ momentS: Double) -> Double {
            let new = momentS + offsetS
            return abs(new) < 1e-6 ? 0 : new
        }
        var series = self
        for index in points.indices {
            series.points[index].startS = shifted(points[index].startS)
            series.points[index].endS = shifted(points[index].endS)
        }
        return series
    }

    private mutating func coarsen() {
        intervalS *= 2
        let all = points
        points = []
        for point in all { add(point) }
    }

    /// Which interval a point belongs to; its start may be a little late, never early.
    private func interval(of point: TimePoint) -> Int {
        // A process of several may tell anything.
        Int(exactly: ((point.startS + 0.25) / intervalS).rounded(.down)) ?? 0
    }
}

extension TimePoint {
    /// The same interval, in which nothing happened.
    fileprivate var emptied: TimePoint { TimePoint(startS: startS, endS: endS) }
}
