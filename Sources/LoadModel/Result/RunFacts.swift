package import FoundationEssentials

/// What is the same for a whole run and what its numbers are made with.
package struct RunFacts: Sendable {
    /// The conversations of the run, in the order of the rows.
    package let conversations: [Conversation]
    /// What their rows stand for.
    let layout: RunLayout
    /// The result of the run before anything was counted.
    package let nothing: RunResult
    /// What a gap between two content events has to exceed to be a stall.
    package let stallAfter: Duration
    package let objectives: [Objective]
    /// When the run began: by the clock on the wall, and in nanoseconds of the monotonic clock.
    package var startedAt: Date
    package var startedNs: UInt64

    /// Notes the facts of a run, or of the part of one that a program plays.
    ///
    /// - Parameters:
    ///   - conversations: The conversations, in the order of the rows.
    ///   - isEndless: Whether they begin again when all are played.
    ///   - invocations: How many of each are to be played, where that is not as many as they say themselves.
    ///   - stallAfter: What a gap has to exceed to be a stall.
    ///   - objectives: What good turns keep to.
    ///   - startedAt: When it began, by the clock on the wall.
    ///   - startedNs: The same in nanoseconds of the monotonic clock.
    package init(
        conversations: [Conversation],
        isEndless: Bool = false,
        invocations: [UInt64]? = nil,
        stallAfter: Duration = .seconds(1),
        objectives: [Objective] = [],
        startedAt: Date = .now,
        startedNs: UInt64 = 0
    ) {
        self.conversations = conversations
        layout = RunLayout(conversations, isEndless: isEndless, invocations: invocations)
        nothing = RunResult(
            layout,
            stallAfterMs: Nanoseconds.milliseconds(stallAfter.nanosecondsClamped),
            objectives: objectives.map(\.text)
        )
        self.stallAfter = stallAfter
        self.objectives = objectives
        self.startedAt = startedAt
        self.startedNs = startedNs
    }

    /// What makes nanoseconds since 1970 of those of the monotonic clock.
    package var nsSince1970: UInt64 { UInt64(max(startedAt.timeIntervalSince1970, 0) * 1e9) &- startedNs }

    /// The conversation that a row is of.
    func conversation(ofRow row: Int) -> Int { layout.conversation(ofRow: row) }
}
