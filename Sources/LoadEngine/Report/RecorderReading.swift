/// What reports read from a recorder.
extension MetricsRecorder {
    /// The state of a run at this moment.
    package func snapshot(
        phase: RunSnapshot.Phase,
        plannedInvocations: UInt64,
        elapsedNs: UInt64
    ) -> RunSnapshot {
        RunSnapshot(
            phase: phase,
            elapsedS: Nanoseconds.seconds(elapsedNs),
            activeUsers: counters.pointee.usersActive,
            activeTurns: counters.pointee.turnsRunning,
            activeConversations: counters.pointee.conversationsRunning,
            conversations: conversationCounts(planned: plannedInvocations),
            turns: turnCounts,
            outcomes: counters.pointee.outcomes.byLabel,
            events: counters.pointee.events,
            bytes: counters.pointee.bytes,
            metrics: metricSummaries
        )
    }

    /// The result of a run that has ended.
    ///
    /// - Parameters:
    ///   - run: What was run, and when.
    ///   - conversations: The conversations of the run, in the order of the recorder's rows.
    ///   - plannedInvocations: How many invocations the run had to play.
    ///   - generator: What the generator used.
    /// - Returns: Everything that reports are made from.
    package func summary(
        run: Summary.Run,
        conversations: [Conversation],
        plannedInvocations: UInt64,
        generator: Summary.Generator
    ) -> Summary {
        let events = counters.pointee.events
        return Summary(
            run: run,
            conversations: conversationCounts(planned: plannedInvocations),
            turns: turnCounts,
            outcomes: counters.pointee.outcomes.byLabel,
            outcomeDetails: outcomeDetails,
            events: Summary.Events(
                total: events,
                bytes: counters.pointee.bytes,
                perS: run.durationS > 0 ? Double(events) / run.durationS : 0
            ),
            metrics: metricSummaries,
            rows: rows(of: conversations),
            generator: generator
        )
    }

    private func conversationCounts(planned: UInt64) -> ConversationCounts {
        let now = counters.pointee
        let ended = now.conversationsCompleted + now.conversationsFailed + now.conversationsCancelled
        return ConversationCounts(
            planned: planned,
            completed: now.conversationsCompleted,
            failed: now.conversationsFailed,
            cancelled: now.conversationsCancelled,
            notStarted: planned - ended - now.conversationsRunning
        )
    }

    private var turnCounts: TurnCounts {
        let now = counters.pointee
        return TurnCounts(
            started: now.turnsStarted,
            completed: now.outcomes[.completed],
            failed: now.outcomes.failed,
            cancelled: now.outcomes[.cancelled],
            peakConcurrent: now.turnsRunningPeak
        )
    }

    private var metricSummaries: [String: MetricSummary] {
        var result: [String: MetricSummary] = [:]
        for metric in Metric.allCases { result[metric.label] = MetricSummary(total(of: metric)) }
        return result
    }

    private var outcomeDetails: [String: Summary.OutcomeDetail] {
        var result: [String: Summary.OutcomeDetail] = [:]
        for outcome in TurnOutcome.allCases where outcome != .completed && counters.pointee.outcomes[outcome] > 0 {
            let after = counters.pointee.outcomesAfterFirstToken[outcome]
            let codes = details.httpCodes.map { (String($0.key), $0.value) }
            result[outcome.label] = Summary.OutcomeDetail(
                beforeFirstToken: counters.pointee.outcomes[outcome] - after,
                afterFirstToken: after,
                codes: outcome == .httpStatus ? Dictionary(uniqueKeysWithValues: codes) : nil,
                examples: details.examples(of: outcome)
            )
        }
        return result
    }

    private func rows(of conversations: [Conversation]) -> [Summary.Row] {
        var rows: [Summary.Row] = []
        for conversation in conversations {
            for turn in conversation.turns.indices {
                rows.append(summaryRow(at: rows.count, conversation: conversation.name, turn: turn + 1))
            }
        }
        return rows
    }

    private func summaryRow(at index: Int, conversation: String, turn: Int) -> Summary.Row {
        let row = row(index)
        var metrics: [String: MetricSummary] = [:]
        for metric in Metric.allCases.prefix(Metric.perRowCount) {
            var histogram = LatencyHistogram()
            histogram.add(row.pointee.histograms[metric.rawValue])
            metrics[metric.label] = MetricSummary(histogram)
        }
        var responses = LatencyHistogram()
        responses.add(row.pointee.histograms[Metric.responseTime.rawValue])
        responses.add(row.pointee.histograms[Metric.failedTime.rawValue])
        return Summary.Row(
            conversation: conversation,
            turn: turn,
            outcomes: row.pointee.outcomes.byLabel,
            events: row.pointee.events,
            bytes: row.pointee.bytes,
            metrics: metrics,
            responses: ResponseTimes(responses)
        )
    }
}
