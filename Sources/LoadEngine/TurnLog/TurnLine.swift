/// One turn whose transfer is over, as the event log has it: all its stamps, in nanoseconds of the monotonic clock.
package struct TurnLine: BitwiseCopyable {
    /// The number of the invocation in the queue of the whole run, from 0.
    package var invocation: UInt64 = 0
    package var session = SessionID.zero
    /// The index of the conversation.
    package var conversation: Int32 = 0
    /// From 0.
    package var turn: Int32 = 0
    package var outcome = TurnOutcome.completed
    package var hasFirstToken = false
    /// Whether the turn has made a connection.
    package var hasConnected = false
    /// Whether the outcome was known before the transfer was over.
    package var hasDrained = false
    /// The HTTP status that rejected the turn, 0 for none.
    package var rejectedStatus: UInt16 = 0

    package var intendedNs: UInt64 = 0
    package var sentNs: UInt64 = 0
    /// When there was a connection and the request went out, 0 for never.
    package var requestedNs: UInt64 = 0
    /// 0 for never.
    package var firstByteNs: UInt64 = 0
    /// The first and the last content event; mean nothing without `hasFirstToken`.
    package var firstTokenNs: UInt64 = 0
    package var lastContentNs: UInt64 = 0
    /// The first event of the answer, where `answer_ttft` is measured; 0 for never.
    package var answerNs: UInt64 = 0
    package var decidedNs: UInt64 = 0
    /// The end of the transfer.
    package var endedNs: UInt64 = 0

    // Durations.
    package var connectNs: UInt64 = 0
    package var tlsNs: UInt64 = 0
    package var maxGapNs: UInt64 = 0
    package var stallNs: UInt64 = 0

    package var stalls: UInt64 = 0
    package var events: UInt64 = 0
    package var bytes: UInt64 = 0
    /// What the server has said of the turn.
    package var usage = TurnUsage()
    /// When each content event came, where that is kept.
    package var stamps = EventStamps.Chain()

    package init() {}
}
