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

    /// The state of the run as others see it.
    ///
    /// - Parameter withHistograms: Whether the generator's lateness can be merged with that of other processes.
    /// - Returns: The numbers of this moment, with their percentiles.
    package func snapshot(withHistograms: Bool = false) -> RunSnapshot {
        var generator = generator
        generator.setLateness(metrics.lateness, withHistograms: withHistograms)
        let conversations = metrics.conversationCounts(planned: plannedInvocations)
        let turns = metrics.turnCounts
        return RunSnapshot(
            phase: phase,
            elapsedS: Nanoseconds.seconds(elapsedNs),
            activeUsers: metrics.counters.usersActive,
            peakUsers: metrics.counters.usersPeak,
            activeTurns: metrics.counters.turnsRunning,
            streamingTurns: metrics.counters.turnsStreaming,
            openConnections: openConnections,
            activeConversations: metrics.counters.conversationsRunning,
            conversations: conversations,
            turns: turns,
            outcomes: metrics.counters.outcomes.byLabel,
            events: metrics.counters.events,
            bytes: metrics.counters.bytes,
            metrics: metrics.summaries,
            stalls: StallCounts(
                afterMs: Nanoseconds.milliseconds(facts.stallAfter.nanosecondsClamped),
                total: metrics.counters.stalls,
                turns: metrics.counters.stalledTurns,
                of: turns.completed + turns.failed
            ),
            answers: AnswerCounts(
                withoutContent: metrics.counters.turnsWithoutContent,
                onePiece: metrics.counters.turnsInOnePiece,
                of: turns.completed
            ),
            goodput: facts.objectives.isEmpty
                ? nil
                : Goodput(
                    objectives: facts.objectives.map(\.text),
                    goodConversations: metrics.counters.goodConversations,
                    ofConversations: conversations,
                    goodTurns: metrics.counters.goodTurns,
                    ofTurns: turns
                ),
            rows: rows,
            byConversation: byConversation,
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

    private var rows: [Summary.Row] {
        var result: [Summary.Row] = []
        for conversation in facts.conversations {
            for turn in conversation.turns.indices {
                let counts = metrics.rows[result.count]
                var times: [String: FailureTimes] = [:]
                for outcome in TurnOutcome.allCases where outcome.isFailure {
                    times[outcome.label] = counts.outcomeTimes.ofOutcome(outcome).map { firstNs, lastNs in
                        FailureTimes(firstSeen: facts.timeText(atNs: firstNs), lastSeen: facts.timeText(atNs: lastNs))
                    }
                }
                var summaries: [String: MetricSummary] = [:]
                for (metric, samples) in zip(Metric.allCases, distributions?.rows[result.count] ?? []) {
                    summaries[metric.label] = MetricSummary(samples)
                }
                result.append(
                    Summary.Row(
                        conversation: conversation.name,
                        turn: turn + 1,
                        activeTurns: counts.turnsRunning,
                        outcomes: counts.outcomes.byLabel,
                        events: counts.events,
                        bytes: counts.bytes,
                        endedBytes: counts.endedBytes,
                        turnsWithoutContent: counts.turnsWithoutContent,
                        turnsInOnePiece: counts.turnsInOnePiece,
                        stalls: counts.stalls,
                        stalledTurns: counts.stalledTurns,
                        goodTurns: counts.goodTurns,
                        failureTimes: times,
                        metrics: summaries
                    )
                )
            }
        }
        return result
    }

    private var byConversation: [ConversationResult] {
        facts.conversations.indices.map { index in
            let tally = metrics.conversations[index]
            let counts = ConversationCounts(
                planned: UInt64(facts.conversations[index].invocations) - tally.forgotten,
                completed: tally.completed,
                failed: tally.failed,
                cancelled: tally.cancelled
            )
            let times = distributions?.conversations[index]
            return ConversationResult(
                conversation: facts.conversations[index].name,
                counts: counts.withRest(running: tally.running),
                running: tally.running,
                good: facts.objectives.isEmpty ? nil : tally.good,
                conversationTime: times.flatMap { MetricSummary($0) },
                forgotten: tally.forgotten > 0 ? tally.forgotten : nil
            )
        }
    }
}

extension TimePoint {
    /// What happened between two moments of a run.
    ///
    /// - Parameters:
    ///   - last: The earlier one, nil for the start of the run.
    ///   - next: The later one.
    package init(from last: RunProgress?, to next: RunProgress) {
        let before = last?.metrics.counters ?? RunCounters()
        let after = next.metrics.counters
        self.init(
            startS: Nanoseconds.seconds(last?.elapsedNs ?? 0),
            endS: Nanoseconds.seconds(next.elapsedNs)
        )
        activeUsers = after.usersActive
        activeTurns = after.turnsRunning
        openConnections = next.openConnections
        conversationsCompleted = after.conversationsCompleted - before.conversationsCompleted
        conversationsFailed = after.conversationsFailed - before.conversationsFailed
        turnsCompleted = after.outcomes[.completed] - before.outcomes[.completed]
        turnsFailed = after.outcomes.failed - before.outcomes.failed
        events = after.events - before.events
        bytes = after.bytes - before.bytes
        stalls = after.stalls - before.stalls
        func new(_ samples: (RunMetrics) -> RecordedDurations) -> SmallHistogram {
            SmallHistogram(of: samples(next.metrics), since: last.map { samples($0.metrics) } ?? RecordedDurations())
        }
        ttft = new { $0.total(of: .ttft) }
        responseTime = new { $0.total(of: .responseTime) }
        canary = new { $0.lateness.canary }
        var row = 0
        for conversation in next.facts.conversations {
            var turns: UInt64 = 0
            var failures: UInt64 = 0
            for index in row..<row + conversation.turns.count {
                let now = next.metrics.rows[index].outcomes
                let earlier = last?.metrics.rows[index].outcomes ?? OutcomeCounts()
                failures += now.failed - earlier.failed
                turns += now[.completed] - earlier[.completed]
            }
            turnsByConversation.values.append(UInt32(clamping: turns + failures))
            failuresByConversation.values.append(UInt32(clamping: failures))
            row += conversation.turns.count
        }
    }
}
