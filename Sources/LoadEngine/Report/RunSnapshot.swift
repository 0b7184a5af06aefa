/// How a metric's durations are distributed.
public struct MetricSummary: Codable, Sendable, Equatable {
    /// How many durations there are.
    public var count: UInt64
    /// The least, in milliseconds.
    public var minMs: Double
    /// The arithmetic mean, in milliseconds.
    public var meanMs: Double
    /// The median, in milliseconds; like all percentiles exact to three digits.
    public var p50Ms: Double
    /// The 90th percentile, in milliseconds.
    public var p90Ms: Double
    /// The 95th percentile, in milliseconds.
    public var p95Ms: Double
    /// The 99th percentile, in milliseconds.
    public var p99Ms: Double
    /// The 99.9th percentile, in milliseconds.
    public var p999Ms: Double
    /// The greatest, in milliseconds.
    public var maxMs: Double

    enum CodingKeys: String, CodingKey {
        case count
        case minMs = "min_ms"
        case meanMs = "mean_ms"
        case p50Ms = "p50_ms"
        case p90Ms = "p90_ms"
        case p95Ms = "p95_ms"
        case p99Ms = "p99_ms"
        case p999Ms = "p999_ms"
        case maxMs = "max_ms"
    }

    /// Nil without samples: none of the numbers would be true.
    package init?(_ histogram: LatencyHistogram) {
        guard histogram.count > 0 else { return nil }
        func percentile(_ rank: Double) -> Double { Nanoseconds.milliseconds(histogram.percentileNs(rank)) }
        count = histogram.count
        minMs = Nanoseconds.milliseconds(histogram.minimumNs)
        meanMs = histogram.meanNs / 1e6
        p50Ms = percentile(50)
        p90Ms = percentile(90)
        p95Ms = percentile(95)
        p99Ms = percentile(99)
        p999Ms = percentile(99.9)
        maxMs = Nanoseconds.milliseconds(histogram.maximumNs)
    }
}

/// How many conversations are where.
public struct ConversationCounts: Codable, Sendable, Equatable {
    /// All invocations of the run.
    public var planned: UInt64 = 0
    /// Every turn was completed.
    public var completed: UInt64 = 0
    /// A turn failed.
    public var failed: UInt64 = 0
    /// Begun, and ended by the end of the run; no turn failed.
    public var cancelled: UInt64 = 0
    /// No turn has been sent.
    public var notStarted: UInt64 = 0

    enum CodingKeys: String, CodingKey {
        case planned, completed, failed, cancelled
        case notStarted = "not_started"
    }
}

/// How many turns are where.
public struct TurnCounts: Codable, Sendable, Equatable {
    /// Turns that were sent.
    public var started: UInt64 = 0
    /// Turns whose end marker came.
    public var completed: UInt64 = 0
    /// Turns with any other outcome but `cancelled`.
    public var failed: UInt64 = 0
    /// Turns that the end of the run ended.
    public var cancelled: UInt64 = 0
    /// The most turns that were running at the same time.
    public var peakConcurrent: UInt64 = 0

    enum CodingKeys: String, CodingKey {
        case started, completed, failed, cancelled
        case peakConcurrent = "peak_concurrent"
    }
}

/// The state of a run at one moment, published once a second while it runs.
public struct RunSnapshot: Codable, Sendable {
    /// How far a run is.
    public enum Phase: String, Codable, Sendable {
        /// Users play.
        case running
        /// No new turns are sent; the last ones end.
        case stopping
        /// Every user has ended.
        case finished
    }

    /// How far the run is.
    public var phase: Phase
    /// Seconds since the start.
    public var elapsedS: Double
    /// Users that have started and not ended.
    public var activeUsers: UInt64
    /// Turns sent whose outcome is not known yet.
    public var activeTurns: UInt64
    /// Conversations that have begun and not ended.
    public var activeConversations: UInt64
    /// The conversations of the run; those that are active are in none of the other counts.
    public var conversations: ConversationCounts
    /// The turns of the run.
    public var turns: TurnCounts
    /// The outcomes that occurred, by label.
    public var outcomes: [String: UInt64]
    /// Events received, end markers not counted.
    public var events: UInt64
    /// Bytes of the answers' bodies.
    public var bytes: UInt64
    /// The distributions so far, by the metric's label; those with samples.
    public var metrics: [String: MetricSummary]
}
