/// The counters of a run that everything else is derived from.
package struct RunCounters: Sendable {
    /// Invocations taken from the queue of which no turn has been sent yet.
    package var conversationsWaiting: UInt64 = 0
    package var conversationsRunning: UInt64 = 0
    /// Invocations taken from the queue and given up before a turn was sent: they count as not started.
    package var conversationsWithdrawn: UInt64 = 0
    package var conversationsCompleted: UInt64 = 0
    package var conversationsFailed: UInt64 = 0
    package var conversationsCancelled: UInt64 = 0
    /// Ended before the numbers were reset: in none of the other counts, and planned no more.
    package var conversationsForgotten: UInt64 = 0
    package var turnsStarted: UInt64 = 0
    /// Turns sent whose outcome is not known yet.
    package var turnsRunning: UInt64 = 0
    package var turnsRunningPeak: UInt64 = 0
    /// Those of the running turns that have had their first content event.
    package var turnsStreaming: UInt64 = 0
    package var usersActive: UInt64 = 0
    package var usersPeak: UInt64 = 0
    package var outcomes = OutcomeCounts()
    package var outcomesAfterFirstToken = OutcomeCounts()
    package var events: UInt64 = 0
    package var bytes: UInt64 = 0
    /// Gaps between two content events of one turn that were stalls, and the turns that had any.
    package var stalls: UInt64 = 0
    package var stalledTurns: UInt64 = 0
    /// Completed turns without a content event, and those whose content events all came together.
    package var turnsWithoutContent: UInt64 = 0
    package var turnsInOnePiece: UInt64 = 0
    /// Turns that were cancelled in the middle of a silence long enough for a stall, those of them that had no content event
    /// yet, and the longest such silence.
    package var cancelledInSilence: UInt64 = 0
    package var cancelledBeforeFirstToken: UInt64 = 0
    package var longestCancelledSilenceNs: UInt64 = 0
    /// Turns, and whole conversations, that met every objective.
    package var goodTurns: UInt64 = 0
    package var goodConversations: UInt64 = 0
    /// Sends that libcurl wanted to repeat on a connection the server had closed.
    package var staleReuse: UInt64 = 0
    /// When the last turn ended; 0 while none has.
    package var lastEndNs: UInt64 = 0

    package init() {}

    /// Counts from now on: what runs counts as just begun.
    mutating func reset() {
        var new = RunCounters()
        new.conversationsForgotten =
            conversationsForgotten + conversationsCompleted + conversationsFailed + conversationsCancelled
        new.conversationsWithdrawn = conversationsWithdrawn
        new.conversationsWaiting = conversationsWaiting
        new.conversationsRunning = conversationsRunning
        new.turnsStarted = turnsRunning
        new.turnsRunning = turnsRunning
        new.turnsRunningPeak = turnsRunning
        new.turnsStreaming = turnsStreaming
        new.usersActive = usersActive
        new.usersPeak = usersActive
        self = new
    }
}
