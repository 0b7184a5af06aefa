/// What one conversation gathered, over all its invocations.
package struct ConversationMetrics {
    package var counts = TallyCounts()
    /// End of the last turn − first send, of completed ones.
    package var time = PagedHistogram<UInt32>()

    package init() {}

    package mutating func destroy() { time.destroy() }

    /// Counts from now on: what runs counts as just begun.
    ///
    /// - Returns: False for one that had not begun.
    mutating func reset() -> Bool {
        guard !counts.isEmpty || time.count > 0 else { return false }
        destroy()
        counts.reset()
        time = PagedHistogram()
        return true
    }
}
