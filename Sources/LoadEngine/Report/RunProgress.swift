/// What the loop publishes of a run: the numbers of one moment, before anything is made of them.
///
/// Percentiles take time, which the loop has not: whoever wants to see them makes them on its own thread.
package struct RunProgress: Sendable {
    package var phase: RunSnapshot.Phase
    /// Since the start of the run.
    package var elapsedNs: UInt64
    package var plannedInvocations: UInt64
    package var metrics: RunMetrics
    package var generator: GeneratorUsage

    package init(
        phase: RunSnapshot.Phase,
        elapsedNs: UInt64,
        plannedInvocations: UInt64,
        metrics: RunMetrics,
        generator: GeneratorUsage
    ) {
        self.phase = phase
        self.elapsedNs = elapsedNs
        self.plannedInvocations = plannedInvocations
        self.metrics = metrics
        self.generator = generator
    }

    /// The state of the run as others see it.
    ///
    /// - Parameters:
    ///   - conversations: The conversations of the run, in the order of the rows.
    ///   - withHistograms: Whether the distributions can be merged with those of other processes.
    /// - Returns: The numbers of this moment, with their percentiles.
    package func snapshot(of conversations: [Conversation], withHistograms: Bool = false) -> RunSnapshot {
        var generator = generator
        generator.setLateness(metrics.lateness, withHistograms: withHistograms)
        return RunSnapshot(
            phase: phase,
            elapsedS: Nanoseconds.seconds(elapsedNs),
            activeUsers: metrics.counters.usersActive,
            activeTurns: metrics.counters.turnsRunning,
            activeConversations: metrics.counters.conversationsRunning,
            conversations: metrics.conversationCounts(planned: plannedInvocations),
            turns: metrics.turnCounts,
            outcomes: metrics.counters.outcomes.byLabel,
            events: metrics.counters.events,
            bytes: metrics.counters.bytes,
            metrics: metrics.summaries(withHistograms: withHistograms),
            rows: metrics.rows(of: conversations),
            outcomeDetails: metrics.outcomeDetails,
            generator: generator
        )
    }

    /// The result of a run that has ended.
    ///
    /// - Parameters:
    ///   - run: What was run, and when; its verdict is put in.
    ///   - conversations: The conversations of the run, in the order of the rows.
    ///   - rowHistograms: The distributions of a row, by its index, one for each of the first `Metric.perRowCount`.
    ///   - maxError: What the canary's 99th percentile may be at most, nil for the default.
    /// - Returns: Everything that reports are made from.
    package func summary(
        run: Summary.Run,
        conversations: [Conversation],
        rowHistograms: (Int) -> InlineArray<4, PagedHistogram<UInt32>>,
        maxError: Duration?
    ) -> Summary {
        let last = snapshot(of: conversations, withHistograms: true)
        var summary = Summary(run: run, last: last)
        for index in summary.rows.indices {
            let histograms = rowHistograms(index)
            for metric in Metric.allCases.prefix(Metric.perRowCount) {
                let samples = histograms[metric.rawValue]
                summary.rows[index].metrics[metric.label] = MetricSummary(samples, withHistogram: true)
            }
        }
        summary.judge(maxError: maxError)
        return summary
    }
}

extension RunMetrics {
    fileprivate func conversationCounts(planned: UInt64) -> ConversationCounts {
        let ended =
            counters.conversationsCompleted + counters.conversationsFailed + counters.conversationsCancelled
        return ConversationCounts(
            planned: planned,
            completed: counters.conversationsCompleted,
            failed: counters.conversationsFailed,
            cancelled: counters.conversationsCancelled,
            notStarted: planned - ended - counters.conversationsRunning
        )
    }

    fileprivate var turnCounts: TurnCounts {
        TurnCounts(
            started: counters.turnsStarted,
            completed: counters.outcomes[.completed],
            failed: counters.outcomes.failed,
            cancelled: counters.outcomes[.cancelled],
            peakConcurrent: counters.turnsRunningPeak
        )
    }

    fileprivate func summaries(withHistograms: Bool) -> [String: MetricSummary] {
        var result: [String: MetricSummary] = [:]
        for metric in Metric.allCases {
            result[metric.label] = MetricSummary(total(of: metric), withHistogram: withHistograms)
        }
        return result
    }

    fileprivate var outcomeDetails: [String: Summary.OutcomeDetail] {
        var result: [String: Summary.OutcomeDetail] = [:]
        for outcome in TurnOutcome.allCases where outcome != .completed && counters.outcomes[outcome] > 0 {
            let after = counters.outcomesAfterFirstToken[outcome]
            let codes = details.httpCodes.map { (String($0.key), $0.value) }
            result[outcome.label] = Summary.OutcomeDetail(
                beforeFirstToken: counters.outcomes[outcome] - after,
                afterFirstToken: after,
                codes: outcome == .httpStatus ? Dictionary(uniqueKeysWithValues: codes) : nil,
                examples: details.examples(of: outcome)
            )
        }
        return result
    }

    fileprivate func rows(of conversations: [Conversation]) -> [Summary.Row] {
        var result: [Summary.Row] = []
        for conversation in conversations {
            for turn in conversation.turns.indices {
                let counts = rows[result.count]
                result.append(
                    Summary.Row(
                        conversation: conversation.name,
                        turn: turn + 1,
                        outcomes: counts.outcomes.byLabel,
                        events: counts.events,
                        bytes: counts.bytes,
                        metrics: [:]
                    )
                )
            }
        }
        return result
    }
}
