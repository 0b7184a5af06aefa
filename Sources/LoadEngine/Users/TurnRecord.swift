/// One turn whose outcome has just become known.
public struct TurnRecord: Sendable {
    /// The session that it is a turn of.
    public let session: SessionID
    /// The index of the turn among all turns of all conversations: that of its row in `RunResult.rows`.
    public let row: Int
    /// How it ended.
    public let outcome: TurnOutcome
    /// Events received, the end marker not counted.
    public let events: UInt64
    /// Whether there was a content event.
    public let hasFirstToken: Bool
    /// The send, in nanoseconds of the monotonic clock.
    public let sentNs: UInt64
    /// When the outcome became known, on the same clock.
    public let decidedNs: UInt64
}
