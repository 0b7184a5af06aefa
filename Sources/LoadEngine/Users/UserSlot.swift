/// Everything the core knows of one user, in one piece of memory.
///
/// Its 256 bytes are found by a shift, which is done at every step of every event: another member should take the place
/// of padding, or of one that is larger than it needs to be.
/// - Isolation: loop
package struct UserSlot {
    package var turnState = TurnMachine.State.idle
    /// Whether the user has started and not ended.
    package var isActive = false
    /// Whether the user is to end instead of taking another invocation.
    package var isRetired = false
    /// Whether a turn of the conversation has failed (with `OnFailure.continue`).
    package var hasFailedTurn = false
    /// Whether a turn of the conversation has been sent.
    package var hasSentTurn = false
    /// Whether a turn of the conversation has missed an objective.
    package var hasMissedObjective = false
    /// Whether the turn has had its first content event.
    package var hasFirstToken = false
    /// How the turn ended; valid in `draining` and `closing`, and until the next turn is sent.
    package var outcome = TurnOutcome.completed
    /// The conversation being played, -1 for none.
    package var conversation: Int32 = -1
    /// The turn being played, from 0.
    package var turn: Int32 = 0
    /// Events of the turn so far.
    package var events: UInt64 = 0
    /// The index of the turn's row of metrics.
    package var row: Int32 = 0
    /// When the turn's content events came, where that is kept.
    package var stamps = EventStamps.Chain()
    /// The number of the invocation in the queue of the whole run, from 0.
    package var invocation: UInt64 = 0
    package var session = SessionID.zero

    // Stamps of the present turn, in nanoseconds of the monotonic clock.
    package var intendedNs: UInt64 = 0
    package var sentNs: UInt64 = 0
    /// When a connection was there, 0 before.
    package var connectedNs: UInt64 = 0
    package var firstByteNs: UInt64 = 0
    /// When the first content event came; means nothing before `hasFirstToken`.
    package var firstTokenNs: UInt64 = 0
    package var lastContentNs: UInt64 = 0
    package var decidedNs: UInt64 = 0
    /// When the first turn of the conversation was sent.
    package var conversationSentNs: UInt64 = 0

    // Of the present turn.
    /// The longest gap between two content events.
    package var maxGapNs: UInt64 = 0
    /// The gaps that were stalls: how many, and how long together.
    package var stalls: UInt32 = 0
    /// The HTTP status that rejected it, 0 for none.
    package var rejectedStatus: UInt16 = 0
    /// Whether it has made a connection.
    package var hasConnected = false
    /// Whether its outcome was known before its transfer was over.
    package var hasDrained = false
    package var stallNs: UInt64 = 0
    package var bytes: UInt64 = 0
    /// How long its new connection took, and that one's TLS handshake; 0 for none.
    package var connectNs: UInt64 = 0
    package var tlsNs: UInt64 = 0

    /// How many gaps there were between two content events.
    package var gaps: UInt64 = 0

    package var deadlines = DeadlineLists.Places()

    // In what the deadlines leave of a word.
    /// The set-up request that the user makes before its first turn, -1 for none.
    package var setup: Int8 = -1
    /// Whether the user waits by itself: until `intendedNs`, or for a row of data when that is `Nanoseconds.never`.
    package var isResting = false
    /// Whether the turn has had its first event of the answer.
    package var hasAnswerToken = false
    /// Whether that came in time for the objectives.
    package var isAnswerGood = false
    /// Whether its user leaves it with a number of events.
    package var leavesByEvents = false
    /// Whether the reading may have to stop at each of its events: because the user leaves or reads slowly.
    package var stopsAtEvents = false

    package init() {}
}

extension UserSlot {
    /// Whether the turn, which has been completed, met the objectives; a turn without content has no first token in time.
    ///
    /// - Parameters:
    ///   - limits: The objectives.
    ///   - hasOtherTokens: Whether its API has tokens that are not the answer's.
    /// - Returns: Whether all are met.
    func isGood(by limits: ObjectiveLimits, hasOtherTokens: Bool) -> Bool {
        let isFirstTokenGood =
            hasFirstToken ? firstTokenNs - sentNs <= limits.ttftNs : limits.ttftNs == Nanoseconds.never
        if limits.answerTTFTNs != Nanoseconds.never {
            let isInTime = hasFirstToken && firstTokenNs - sentNs <= limits.answerTTFTNs
            guard hasOtherTokens ? isAnswerGood : isInTime else { return false }
        }
        return isFirstTokenGood && max(firstByteNs, sentNs) - sentNs <= limits.ttfbNs && maxGapNs <= limits.maxGapNs
            && stallNs <= limits.stallTimeNs && decidedNs - sentNs <= limits.responseTimeNs
    }

    /// Whether the content events, two at least, all came together after a wait: nobody has streamed them.
    ///
    /// That is within less than 0.1 ms for each gap, which no model is as fast as, and after at least 20 ms and ten times as
    /// long as they took: a server that streams very fast does so from the beginning.
    var cameInOnePiece: Bool {
        guard hasFirstToken, gaps > 0 else { return false }
        let textNs = lastContentNs - firstTokenNs
        let waitNs = firstTokenNs - sentNs
        return textNs / gaps < Self.leastStreamedGapNs && waitNs >= Self.leastWaitNs && waitNs / 10 >= textNs
    }

    private static var leastStreamedGapNs: UInt64 { 100_000 }
    private static var leastWaitNs: UInt64 { 20_000_000 }
}
