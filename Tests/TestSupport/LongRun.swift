import LoadEngine
package import LoadModel

/// A run that nobody played: what reports have to show also when it is awkward.
package struct LongRun {
    package var names: [String]
    package var turnsEach: Int
    package var seconds: Int
    package var turnsPerSecond: Int
    /// How a turn ends.
    package var outcomes: [TurnOutcome]
    /// How late the generator is, in milliseconds.
    package var lateMs: Double
    package var verdict: Summary.Verdict
    package var objectives: [Objective]

    package init(
        names: [String] = ["conversation_A", "small_talk", "tool_use"],
        turnsEach: Int = 3,
        seconds: Int = 60,
        turnsPerSecond: Int = 40,
        outcomes: [TurnOutcome] = [.completed],
        lateMs: Double = 0.2,
        verdict: Summary.Verdict = .valid,
        objectives: [Objective] = []
    ) {
        self.names = names
        self.turnsEach = turnsEach
        self.seconds = seconds
        self.turnsPerSecond = turnsPerSecond
        self.outcomes = outcomes
        self.lateMs = lateMs
        self.verdict = verdict
        self.objectives = objectives
    }

    /// The result, made as a run makes it: second by second.
    package func summary() -> Summary {
        let recorder = MetricsRecorder(turnCounts: Array(repeating: turnsEach, count: names.count))
        let facts = RunFacts(
            conversations: names.map { name in
                Conversation(
                    name: name,
                    invocations: seconds * turnsPerSecond / names.count + 1,
                    turns: Array(repeating: .init(role: "user", content: ""), count: turnsEach)
                )
            },
            objectives: objectives
        )
        let rows = PublishedRows(of: recorder, hasDistributions: false)
        var random = SeededRandom(seed: 1)
        var series = TimeSeries()
        var last: RunSnapshot?
        for second in 1...seconds {
            play(second: second, recorder, &random)
            rows.update()
            let next = progress(facts, recorder, rows, second: second)
            series.append(TimePoint(from: last, to: next))
            last = next
        }
        rows.copyAll()
        var end = progress(facts, recorder, rows, second: seconds)
        end.result.series = series
        var summary = end.summary(
            run: .init(
                host: "http://localhost:8000",
                path: "/stream/assistant/{session_id}",
                startedAt: "2026-01-02T03:04:05Z",
                durationS: Double(seconds),
                users: turnsPerSecond,
                processes: 1,
                verdict: .valid
            ),
            maxError: nil
        )
        summary.run.verdict = verdict
        return summary
    }

    private func progress(_ facts: RunFacts, _ recorder: MetricsRecorder, _ rows: PublishedRows, second: Int)
        -> RunSnapshot
    {
        RunSnapshot(
            facts,
            phase: .running,
            elapsedNs: UInt64(second) * 1_000_000_000,
            plannedInvocations: UInt64(facts.conversations.reduce(0) { $0 + $1.invocations }),
            openConnections: recorder.counters.pointee.gauges.usersActive + 2,
            recorder: recorder,
            rows: rows,
            generator: .init(cpuS: 0.1 * Double(second), peakRssBytes: 64 << 20, connectionsOpened: 50)
        )
    }

    private func play(second: Int, _ recorder: MetricsRecorder, _ random: inout SeededRandom) {
        recorder.counters.pointee.gauges.usersActive = UInt64(min(second * 5, turnsPerSecond))
        recorder.counters.pointee.total.turnsRunning = recorder.counters.pointee.gauges.usersActive * 9 / 10
        recorder.counters.pointee[.turnsPeak] = recorder.counters.pointee.total.turnsRunning
        for tick in 0..<100 { recorder.recordCanary(UInt64((lateMs + Double(tick) / 500) * 1e6)) }
        recorder.recordLoopIteration(300_000)
        for _ in 0..<turnsPerSecond {
            let conversation = Int.random(in: 0..<names.count, using: &random)
            let turn = Int.random(in: 0..<turnsEach, using: &random)
            let row = conversation * turnsEach + turn
            let outcome = outcomes.randomElement(using: &random) ?? .completed
            let ttftNs = UInt64.random(
                in: 80_000_000...(UInt64.random(in: 90...400, using: &random) * 1_000_000),
                using: &random
            )
            recorder.counters.pointee[.turnsStarted] += 1
            recorder.conversationBegan(conversation)
            recorder.countOutcome(outcome, isAfterFirstToken: outcome == .completed, row: row)
            if outcome.isFailure {
                recorder.record(.failedTime, ttftNs, row: row)
                recorder.noteFailure(outcome, row: row, atNs: UInt64(second) * 1_000_000_000)
                recorder.details.addExample(
                    "what \(outcome.label) says, in a line that is not short at all",
                    of: outcome
                )
                recorder.conversationEnded(.failed, conversation)
            } else if outcome.isCut {
                recorder.conversationEnded(.cancelled, conversation)
            } else {
                stream(ttftNs, row: row, recorder, &random)
                recorder.conversationEnded(.completed(timeNs: ttftNs * 30, isGood: ttftNs < 200_000_000), conversation)
            }
        }
    }

    private func stream(_ ttftNs: UInt64, row: Int, _ recorder: MetricsRecorder, _ random: inout SeededRandom) {
        recorder.record(.ttft, ttftNs, row: row)
        recorder.record(.ttfb, ttftNs / 100, row: row)
        for _ in 0..<20 {
            recorder.countEvent(row: row)
            recorder.countBytes(64, row: row)
            recorder.record(.interEvent, UInt64.random(in: 8_000_000...45_000_000, using: &random), row: row)
        }
        if ttftNs > 300_000_000 { recorder.countStalls(1, timeNs: 1_200_000_000, row: row) }
        if ttftNs < 200_000_000 { recorder.countGoodTurn(row: row) }
        recorder.record(.responseTime, ttftNs + 500_000_000, row: row)
    }
}
