/// What the loop publishes of a run: the numbers of one moment, before anything is made of them.
///
/// Percentiles take time, which the loop has not: whoever wants to see them makes them on its own thread.
package struct RunProgress: Sendable {
    package var facts: RunFacts
    package var phase: RunSnapshot.Phase
    /// Since the start of the run.
    package var elapsedNs: UInt64
    package var plannedInvocations: UInt64
    package var openConnections: UInt64
    package var metrics: RunMetrics
    /// How often the numbers were reset.
    package var resets = 0
    /// The distributions of the rows, a little older; nil unless they are copied.
    package var distributions: RowDistributions?
    package var generator: GeneratorUsage
    /// The run up to this moment.
    package var series = TimeSeries()
    /// What has happened since the progress before was published; nil when nothing was published yet.
    package var point: TimePoint?

    package init(
        _ facts: RunFacts,
        phase: RunSnapshot.Phase,
        elapsedNs: UInt64,
        plannedInvocations: UInt64,
        openConnections: UInt64 = 0,
        metrics: RunMetrics,
        generator: GeneratorUsage
    ) {
        self.facts = facts
        self.phase = phase
        self.elapsedNs = elapsedNs
        self.plannedInvocations = plannedInvocations
        self.openConnections = openConnections
        self.metrics = metrics
        self.generator = generator
    }

    /// The same as the start of the run, when nothing has ended yet: what its first point is counted from, which would
    /// else look at every row.
    var asOrigin: RunProgress {
        var origin = self
        origin.elapsedNs = 0
        return origin
    }

    /// The state of the run as others see it.
    ///
    /// - Parameters:
    ///   - withHistograms: Whether the generator's lateness can be merged with that of other processes.
    ///   - last: What was made of an earlier moment: rows that have not changed since are taken from it; nil for nothing.
    /// - Returns: The numbers of this moment, with their percentiles.
    package func snapshot(withHistograms: Bool = false, since last: SnapshotMaker.Made? = nil) -> RunSnapshot {
        var generator = generator
        generator.setLateness(metrics.lateness, withHistograms: withHistograms)
        let conversations = metrics.conversationCounts(planned: plannedInvocations)
        let turns = metrics.turnCounts
        return RunSnapshot(
            phase: phase,
            elapsedS: Nanoseconds.seconds(elapsedNs),
            activeUsers: metrics.counters.gauges.usersActive,
            peakUsers: metrics.counters[.usersPeak],
            activeTurns: metrics.counters.total.turnsRunning,
            streamingTurns: metrics.counters.gauges.turnsStreaming,
            openConnections: openConnections,
            activeConversations: metrics.counters.total.conversationsRunning,
            conversations: conversations,
            turns: turns,
            outcomes: metrics.counters.total.outcomes.byLabel,
            events: metrics.counters[.events],
            bytes: metrics.counters[.bytes],
            metrics: metrics.summaries,
            stalls: StallCounts(
                afterMs: Nanoseconds.milliseconds(facts.stallAfter.nanosecondsClamped),
                total: metrics.counters[.stalls],
                turns: metrics.counters[.stalledTurns],
                of: turns.completed + turns.failed
            ),
            answers: AnswerCounts(
                withoutContent: metrics.counters[.turnsWithoutContent],
                onePiece: metrics.counters[.turnsInOnePiece],
                of: turns.completed
            ),
            goodput: facts.objectives.isEmpty
                ? nil
                : Goodput(
                    objectives: facts.objectives.map(\.text),
                    goodConversations: metrics.counters[.goodConversations],
                    ofConversations: conversations,
                    goodTurns: metrics.counters[.goodTurns],
                    ofTurns: turns
                ),
            rows: rows(since: last),
            byConversation: byConversation(since: last),
            slowestConversations: metrics.slowest.entries.map { entry in
                SlowConversation(
                    conversation: facts.conversations[entry.conversation].name,
                    session: entry.session.description,
                    timeMs: Nanoseconds.milliseconds(entry.timeNs),
                    startS: Nanoseconds.seconds(entry.sentNs - min(facts.startedNs, entry.sentNs))
                )
            },
            outcomeDetails: metrics.outcomeDetails,
            generator: generator,
            resets: resets
        )
    }

    /// The result of a run that has ended.
    ///
    /// - Parameters:
    ///   - run: What was run, and when; its verdict is put in.
    ///   - maxError: What the canary's 99th percentile may be at most, nil for the default.
    /// - Returns: Everything that reports are made from.
    package func summary(run: Summary.Run, maxError: Duration?) -> Summary {
        var summary = Summary(run: run, last: snapshot(withHistograms: true), series: series)
        summary.judge(maxError: maxError)
        return summary
    }

    private func rows(since last: SnapshotMaker.Made?) -> PagedArray<Summary.Row> {
        guard var rows = last?.snapshot.rows, let earlier = last?.progress else {
            var rows: [Summary.Row] = []
            for conversation in facts.conversations {
                for turn in 1...conversation.turns.count {
                    rows.append(row(rows.count, conversation.name, turn: turn, last: nil))
                }
            }
            return PagedArray(rows)
        }
        var changed = metrics.rows.changedPages(since: earlier.metrics.rows)
        if let distributions { changed += distributions.rows.changedPages(since: earlier.distributions?.rows) }
        for index in Set(changed).joined() {
            rows[index] = row(index, rows[index].conversation, turn: rows[index].turn, last: rows[index])
        }
        return rows
    }

    private func row(_ index: Int, _ conversation: String, turn: Int, last: Summary.Row?) -> Summary.Row {
        let counts = metrics.rows[index]
        var times: [String: FailureTimes] = [:]
        for outcome in TurnOutcome.allCases where outcome.isFailure {
            guard let (firstNs, lastNs) = counts.outcomeTimes.ofOutcome(outcome) else { continue }
            times[outcome.label] = FailureTimes(
                firstSeen: facts.timeText(atNs: firstNs),
                lastSeen: facts.timeText(atNs: lastNs)
            )
        }
        var summaries: [String: MetricSummary] = [:]
        for (metric, samples) in zip(Metric.allCases, distributions?.rows[index] ?? []) where samples.count > 0 {
            // Nothing is taken away from a distribution: of as many samples it is the same.
            let known = last?.metrics[metric.label]
            summaries[metric.label] = known?.count == samples.count ? known : MetricSummary(samples)
        }
        return Summary.Row(
            conversation: conversation,
            turn: turn,
            activeTurns: counts.turnsRunning,
            outcomes: counts.outcomes.byLabel,
            events: counts[.events],
            bytes: counts[.bytes],
            endedBytes: counts[.endedBytes],
            turnsWithoutContent: counts[.turnsWithoutContent],
            turnsInOnePiece: counts[.turnsInOnePiece],
            stalls: counts[.stalls],
            stalledTurns: counts[.stalledTurns],
            goodTurns: counts[.goodTurns],
            failureTimes: times,
            metrics: summaries
        )
    }

    private func byConversation(since last: SnapshotMaker.Made?) -> PagedArray<ConversationResult> {
        guard var results = last?.snapshot.byConversation, let earlier = last?.progress else {
            return PagedArray(facts.conversations.indices.lazy.map { conversation($0) })
        }
        var changed = metrics.conversations.changedPages(since: earlier.metrics.conversations)
        if let distributions {
            changed += distributions.conversations.changedPages(since: earlier.distributions?.conversations)
        }
        for index in Set(changed).joined() { results[index] = conversation(index) }
        return results
    }

    private func conversation(_ index: Int) -> ConversationResult {
        let tally = metrics.conversations[index]
        let counts = ConversationCounts(
            planned: UInt64(facts.conversations[index].invocations) - tally[.conversationsForgotten],
            completed: tally[.conversationsCompleted],
            failed: tally[.conversationsFailed],
            cancelled: tally[.conversationsCancelled]
        )
        let times = distributions?.conversations[index]
        return ConversationResult(
            conversation: facts.conversations[index].name,
            counts: counts.withRest(running: tally.conversationsRunning),
            running: tally.conversationsRunning,
            good: facts.objectives.isEmpty ? nil : tally[.goodConversations],
            conversationTime: times.flatMap { MetricSummary($0) },
            forgotten: tally[.conversationsForgotten] > 0 ? tally[.conversationsForgotten] : nil
        )
    }
}

extension TimePoint {
    /// What happened between two moments of a run.
    ///
    /// - Parameters:
    ///   - last: The earlier one, nil for the start of the run.
    ///   - next: The later one.
    package init(from last: RunProgress?, to next: RunProgress) {
        let before = last?.metrics.counters ?? RecordedRun()
        let after = next.metrics.counters
        self.init(
            startS: Nanoseconds.seconds(last?.elapsedNs ?? 0),
            endS: Nanoseconds.seconds(next.elapsedNs)
        )
        activeUsers = after.gauges.usersActive
        activeTurns = after.total.turnsRunning
        openConnections = next.openConnections
        conversationsCompleted = after[.conversationsCompleted] - before[.conversationsCompleted]
        conversationsFailed = after[.conversationsFailed] - before[.conversationsFailed]
        turnsCompleted = after.total.outcomes[.completed] - before.total.outcomes[.completed]
        turnsFailed = after.total.outcomes.failed - before.total.outcomes.failed
        events = after[.events] - before[.events]
        bytes = after[.bytes] - before[.bytes]
        stalls = after[.stalls] - before[.stalls]
        func new(_ samples: (RunMetrics) -> RecordedDurations) -> SmallHistogram {
            SmallHistogram(of: samples(next.metrics), since: last.map { samples($0.metrics) } ?? RecordedDurations())
        }
        ttft = new { $0.total(of: .ttft) }
        responseTime = new { $0.total(of: .responseTime) }
        canary = new { $0.lateness.canary }
        turnsByConversation = CountList(zeros: next.facts.conversations.count)
        failuresByConversation = turnsByConversation
        for row in next.metrics.rows.changedPages(since: last?.metrics.rows).joined() {
            let now = next.metrics.rows[row].outcomes
            let earlier = last?.metrics.rows[row].outcomes ?? OutcomeCounts()
            let failures = now.failed - earlier.failed
            let turns = failures + now[.completed] - earlier[.completed]
            guard turns > 0 else { continue }
            let conversation = next.facts.conversation(ofRow: row)
            turnsByConversation.append(UInt32(clamping: turns), at: conversation)
            failuresByConversation.append(UInt32(clamping: failures), at: conversation)
        }
    }
}
