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
    /// The most of them at the same time so far.
    public var peakUsers: UInt64
    /// Turns sent whose outcome is not known yet.
    public var activeTurns: UInt64
    /// Those of them that have had their first content event.
    public var streamingTurns: UInt64
    /// Connections that are open, idle ones included.
    public var openConnections: UInt64
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
    /// The stalls so far.
    public var stalls: StallCounts
    /// Answers so far that say less than they seem to; nil in the state of a summary of an older version.
    public var answers: AnswerCounts?
    /// What kept to the objectives so far; nil for a run without any.
    public var goodput: Goodput?
    /// One for each turn of each conversation, in the order of the files; their distributions are a little older, and are
    /// missing unless the run was asked to publish them.
    public var rows: PagedArray<Summary.Row>
    /// One for each conversation, in the order of the files; their distributions as those of `rows`.
    public var byConversation: PagedArray<ConversationResult>
    /// The conversations that took longest so far, the slowest first.
    public var slowestConversations: [SlowConversation]
    /// What is known about the outcomes that are not `completed`, by label.
    public var outcomeDetails: [String: Summary.OutcomeDetail]
    /// What the generator itself has used, and how late it was.
    public var generator: GeneratorUsage
    /// How often the numbers were reset; each time they start again from 0.
    ///
    /// Of several processes, in all of them together.
    public var resets = 0
}

extension RunSnapshot {
    /// The state of a run that has ended with this result.
    package init(_ summary: Summary) {
        self.init(
            phase: .finished,
            elapsedS: summary.run.durationS,
            activeUsers: 0,
            peakUsers: summary.run.peakUsers ?? 0,
            activeTurns: 0,
            streamingTurns: 0,
            openConnections: 0,
            activeConversations: 0,
            conversations: summary.conversations,
            turns: summary.turns,
            outcomes: summary.outcomes,
            events: summary.events.total,
            bytes: summary.events.bytes,
            metrics: summary.metrics,
            stalls: summary.stalls,
            answers: summary.answers,
            goodput: summary.goodput,
            rows: summary.rows,
            byConversation: summary.byConversation,
            slowestConversations: summary.slowestConversations,
            outcomeDetails: summary.outcomeDetails,
            generator: summary.generator
        )
    }

    /// The state at the end of a run with this result.
    package func ended(as summary: Summary) -> RunSnapshot {
        var last = RunSnapshot(summary)
        last.elapsedS = max(elapsedS, last.elapsedS)
        last.resets = resets
        return last
    }
}
