// What is shown of a result, computed from what was counted: each formula stands here once, for the run.

extension RunResult {
    /// The conversations of the run; those that are active are in none of the other counts.
    public var conversations: ConversationCounts { ConversationCounts(total, planned: total[.conversationsPlanned]) }

    /// The turns of the run.
    public var turns: TurnCounts {
        TurnCounts(
            started: total[.turnsStarted],
            completed: total[.completed],
            failed: total.failed,
            abandoned: total[.abandoned],
            cancelled: total[.cancelled],
            peakConcurrent: total[.turnsPeak]
        )
    }

    /// The outcomes that occurred, by label.
    public var outcomes: [String: UInt64] { total.counts.outcomes.byLabel }

    /// The distributions of the whole run, by the metric's label; those with samples.
    public var metrics: [String: MetricSummary] { total.summaries }

    /// The durations of a metric in the whole run; nil without any.
    public subscript(metric: Metric) -> Distribution? { total[metric] }

    /// How many turns ended so.
    public subscript(outcome: TurnOutcome) -> UInt64 { total[outcome] }

    /// What a counter has; 0 where it is not known.
    public subscript(counter: Counter) -> UInt64 { total[counter] }

    /// The stalls of the run.
    public var stalls: StallCounts {
        StallCounts(
            afterMs: stallAfterMs,
            total: total[.stalls],
            turns: total[.stalledTurns],
            of: total.ended
        )
    }

    /// Answers that say less than they seem to; nil in a summary of an older version.
    public var answers: AnswerCounts? {
        guard let withoutContent = total.known(.turnsWithoutContent), let onePiece = total.known(.turnsInOnePiece)
        else {
            return nil
        }
        return AnswerCounts(withoutContent: withoutContent, onePiece: onePiece, of: total[.completed])
    }

    /// Whether there are objectives that turns and conversations were to keep to.
    package var hasObjectives: Bool { !objectives.isEmpty }

    /// What kept to the objectives; nil for a run without any.
    public var goodput: Goodput? {
        guard hasObjectives else { return nil }
        return Goodput(
            objectives: objectives,
            goodConversations: total[.goodConversations],
            ofConversations: conversations,
            goodTurns: total[.goodTurns],
            ofTurns: turns
        )
    }

    /// One for each turn of each conversation, in the order of the files.
    public var rows: ResultRows { ResultRows(layout, rowTallies) }

    /// One for each conversation, in the order of the files.
    public var byConversation: ResultConversations {
        ResultConversations(layout, conversationTallies, hasObjectives: hasObjectives)
    }

    /// What is known about the outcomes that are not `completed`, by label.
    public var outcomeDetails: [String: Summary.OutcomeDetail] {
        var details: [String: Summary.OutcomeDetail] = [:]
        for outcome in TurnOutcome.allCases where outcome != .completed && total[outcome] > 0 {
            let notes = notes[outcome.label] ?? OutcomeNotes()
            let after = min(notes.afterFirstToken, total[outcome])
            var detail = Summary.OutcomeDetail(
                beforeFirstToken: total[outcome] - after,
                afterFirstToken: after,
                codes: notes.codes,
                examples: notes.examples
            )
            if outcome == .cancelled, total[.cancelledInSilence] > 0 {
                let early = total[.cancelledBeforeFirstToken]
                detail.silent = total[.cancelledInSilence]
                detail.silentBeforeFirstToken = early > 0 ? early : nil
                detail.longestSilenceMs = Nanoseconds.milliseconds(total[.longestCancelledSilenceNs])
            }
            details[outcome.label] = detail
        }
        return details
    }
}

extension Tally {
    /// The distributions, by the metric's label; those with samples.
    package var summaries: [String: MetricSummary] {
        var summaries: [String: MetricSummary] = [:]
        for metric in metrics { summaries[metric.label] = self[metric].flatMap { MetricSummary($0) } }
        return summaries
    }
}

extension ConversationCounts {
    /// The conversations of a tally, of which so many were planned, those included that were forgotten since.
    init(_ tally: Tally, planned: UInt64) {
        let counts = ConversationCounts(
            planned: planned - min(tally[.conversationsForgotten], planned),
            completed: tally[.conversationsCompleted],
            failed: tally[.conversationsFailed],
            cancelled: tally[.conversationsCancelled]
        )
        self = counts.withRest(running: tally.conversationsRunning)
    }
}
