/// How many conversations are where.
public struct ConversationCounts: Codable, Sendable, Equatable {
    /// All invocations of the run.
    public var planned: UInt64 = 0
    /// Every turn was completed or abandoned.
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

    /// Those that have ended.
    package var ended: UInt64 { completed &+ failed &+ cancelled }

    /// Those that have not ended.
    package var left: UInt64 { planned - min(ended, planned) }

    /// How many users there can be while so many are wanted: no more than there are conversations left.
    package func reachableUsers(of users: Int) -> UInt64 { min(UInt64(max(users, 0)), left) }
}

/// How many turns are where.
public struct TurnCounts: Codable, Sendable, Equatable {
    /// Turns that were sent.
    public var started: UInt64 = 0
    /// Turns whose end marker came.
    public var completed: UInt64 = 0
    /// Turns with any other outcome but `abandoned` and `cancelled`.
    public var failed: UInt64 = 0
    /// Turns that their users left.
    public var abandoned: UInt64 = 0
    /// Turns that the end of the run ended.
    public var cancelled: UInt64 = 0
    /// The most turns that were running at the same time.
    public var peakConcurrent: UInt64 = 0

    enum CodingKeys: String, CodingKey {
        case started, completed, failed, abandoned, cancelled
        case peakConcurrent = "peak_concurrent"
    }
}

extension TurnCounts {
    /// Reads counts, of an older version too, which knows no abandoned turns.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            started: try container.decode(UInt64.self, forKey: .started),
            completed: try container.decode(UInt64.self, forKey: .completed),
            failed: try container.decode(UInt64.self, forKey: .failed),
            abandoned: try container.decodeIfPresent(UInt64.self, forKey: .abandoned) ?? 0,
            cancelled: try container.decode(UInt64.self, forKey: .cancelled),
            peakConcurrent: try container.decode(UInt64.self, forKey: .peakConcurrent)
        )
    }
}

extension ConversationCounts {
    /// The same, with all that is in no other count as not started.
    ///
    /// - Parameter running: How many have begun and not ended.
    /// - Returns: The counts, of which `planned` is the sum.
    func withRest(running: UInt64) -> ConversationCounts {
        var counts = self
        counts.notStarted = planned - min(ended &+ running, planned)
        return counts
    }
}
