// The counters of a run as reports show them.
extension RunMetrics {
    func conversationCounts(planned: UInt64) -> ConversationCounts {
        ConversationCounts(
            planned: planned - counters[.conversationsForgotten],
            completed: counters[.conversationsCompleted],
            failed: counters[.conversationsFailed],
            cancelled: counters[.conversationsCancelled]
        ).withRest(running: counters.total.conversationsRunning)
    }

    var turnCounts: TurnCounts {
        TurnCounts(
            started: counters[.turnsStarted],
            completed: counters.total.outcomes[.completed],
            failed: counters.total.outcomes.failed,
            cancelled: counters.total.outcomes[.cancelled],
            peakConcurrent: counters[.turnsPeak]
        )
    }

    var summaries: [String: MetricSummary] {
        var result: [String: MetricSummary] = [:]
        for metric in Metric.allCases {
            result[metric.label] = MetricSummary(total(of: metric))
        }
        return result
    }

    var outcomeDetails: [String: Summary.OutcomeDetail] {
        var result: [String: Summary.OutcomeDetail] = [:]
        for outcome in TurnOutcome.allCases where outcome != .completed && counters.total.outcomes[outcome] > 0 {
            let after = counters.outcomesAfterFirstToken[outcome]
            let codes = details.httpCodes.map { (String($0.key), $0.value) }
            var detail = Summary.OutcomeDetail(
                beforeFirstToken: counters.total.outcomes[outcome] - after,
                afterFirstToken: after,
                codes: outcome == .httpStatus ? Dictionary(uniqueKeysWithValues: codes) : nil,
                examples: details.examples(of: outcome)
            )
            if outcome == .cancelled, counters[.cancelledInSilence] > 0 {
                let early = counters[.cancelledBeforeFirstToken]
                detail.silent = counters[.cancelledInSilence]
                detail.silentBeforeFirstToken = early > 0 ? early : nil
                detail.longestSilenceMs = Nanoseconds.milliseconds(counters[.longestCancelledSilenceNs])
            }
            result[outcome.label] = detail
        }
        return result
    }
}
