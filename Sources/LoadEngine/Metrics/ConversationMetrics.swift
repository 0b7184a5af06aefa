/// What one conversation counted, over all its invocations.
package struct ConversationTally: Sendable {
    /// Begun, and not ended.
    package var running: UInt64 = 0
    package var completed: UInt64 = 0
    package var failed: UInt64 = 0
    package var cancelled: UInt64 = 0
    /// Completed, with every objective met.
    package var good: UInt64 = 0
    /// Ended before the numbers were reset: in none of the other counts, and planned no more.
    package var forgotten: UInt64 = 0

    package init() {}
}

/// What one conversation gathered, over all its invocations.
package struct ConversationMetrics {
    package var tally = ConversationTally()
    /// End of the last turn − first send, of completed ones.
    package var time = PagedHistogram<UInt32>()

    package init() {}

    package mutating func destroy() { time.destroy() }

    /// Counts from now on: what runs counts as just begun.
    ///
    /// - Returns: False for one that had not begun.
    mutating func reset() -> Bool {
        let ended = tally.completed + tally.failed + tally.cancelled
        guard tally.running + ended + tally.forgotten + time.count > 0 else { return false }
        var new = ConversationTally()
        new.running = tally.running
        new.forgotten = tally.forgotten + ended
        destroy()
        self = ConversationMetrics()
        tally = new
        return true
    }
}
