package import FoundationEssentials

/// What is the same for a whole run and what its numbers are made with.
package struct RunFacts: Sendable {
    /// The conversations of the run, in the order of the rows.
    package let conversations: [Conversation]
    /// The row of the first turn of each conversation.
    let firstRows: [Int]
    /// What a gap between two content events has to exceed to be a stall.
    package var stallAfter: Duration
    package var objectives: [Objective]
    /// When the run began: by the clock on the wall, and in nanoseconds of the monotonic clock.
    package var startedAt: Date
    package var startedNs: UInt64

    package init(
        conversations: [Conversation],
        stallAfter: Duration = .seconds(1),
        objectives: [Objective] = [],
        startedAt: Date = .now,
        startedNs: UInt64 = 0
    ) {
        self.conversations = conversations
        var row = 0
        firstRows = conversations.map { conversation in
            defer { row += conversation.turns.count }
            return row
        }
        self.stallAfter = stallAfter
        self.objectives = objectives
        self.startedAt = startedAt
        self.startedNs = startedNs
    }

    /// The conversation that a row is of.
    func conversation(ofRow row: Int) -> Int {
        // The last one that begins at it or before: halving, since there may be 100,000.
        var (low, high) = (0, firstRows.count)
        while low + 1 < high {
            let middle = (low + high) / 2
            if firstRows[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// A moment of the monotonic clock as RFC 3339 writes it, in UTC and whole seconds.
    func timeText(atNs: UInt64) -> String {
        let seconds = Nanoseconds.seconds(atNs > startedNs ? atNs - startedNs : 0)
        return startedAt.addingTimeInterval(seconds).ISO8601Format()
    }
}
