import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The error bar")
struct ErrorBarTests {
    /// The result of a run whose loop was late by these delays.
    private func summary(
        delaysMs: [Double],
        medianFirstTokenMs: Double = 20,
        verdict: Summary.Verdict = .valid,
        maxError: Duration? = nil
    ) -> Summary {
        let recorder = MetricsRecorder(turnCounts: [1])
        for delay in delaysMs { recorder.recordCanary(UInt64(delay * 1e6)) }
        recorder.record(.ttft, UInt64(medianFirstTokenMs * 1e6), row: 0)
        let conversation = Conversation(name: "a", invocations: 0, turns: [.init(role: "user", content: "")])
        let progress = RunSnapshot(
            RunFacts(conversations: [conversation]),
            phase: .finished,
            elapsedNs: 1_000_000_000,
            plannedInvocations: 0,
            recorder: recorder,
            generator: .init(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
        )
        return progress.summary(
            run: .init(host: "", path: "/", startedAt: "", durationS: 1, users: 1, processes: 1, verdict: verdict),
            maxError: maxError
        )
    }

    /// A hundred delays of which so many are long.
    private func delays(long count: Int, ms: Double) -> [Double] {
        Array(repeating: 0.1, count: 100 - count) + Array(repeating: ms, count: count)
    }

    @Test("lets a punctual generator's numbers be valid")
    func punctual() {
        let summary = summary(delaysMs: delays(long: 0, ms: 0))
        #expect(summary.run.verdict == .valid)
        #expect(summary.generator.canary?.count == 100)
        #expect(summary.generator.maxErrorMs == 5)
        #expect(StreamingReport(summary).text.contains("\nVerdict        valid: canary p99 0.10 ms, limit 5.00 ms\n"))
    }

    @Test("tells what was judged of a late generator")
    func late() {
        var late = summary(delaysMs: delays(long: 2, ms: 40))
        let text = StreamingReport(late).text
        #expect(text.contains("Verdict        generator_bound: canary p99 40."), "\(text)")
        #expect(text.contains(" ms, limit 5.00 ms: the generator itself was late"), "\(text)")
        #expect(text.contains("(exit code 4 needs 1000 ticks, about 10 s)"), "\(text)")
        late.run.processes = 2
        #expect(StreamingReport(late).text.contains("(exit code 4 needs 1000 ticks of each process, about 10 s)"))
    }

    @Test("tells of a late process among punctual ones, which the canary of all does not show")
    func lateProcess() {
        var summary = summary(delaysMs: delays(long: 0, ms: 0))
        summary.run.verdict = .generatorBound
        let text = StreamingReport(summary).text
        #expect(text.contains("generator_bound: canary p99 0.10 ms, limit 5.00 ms: one of its processes was late"))
    }

    @Test("is not judged in words with fewer than 100 ticks, whatever they are", arguments: [0, 1, 99])
    func fewTicks(count: Int) {
        for ms in [0.1, 50] {
            let summary = summary(delaysMs: Array(repeating: ms, count: count))
            let text = StreamingReport(summary).text
            #expect(text.contains("Verdict        not judged: only \(count) tick\(count == 1 ? "" : "s"), "), "\(text)")
            #expect(text.contains("generator_bound") == (ms > 5 && count > 0), "\(text)")
            // Tools may look at it all the same.
            #expect(summary.run.verdict == (ms > 5 && count > 0 ? .generatorBound : .valid))
        }
        let interrupted = summary(delaysMs: Array(repeating: 50, count: count), verdict: .interrupted)
        #expect(StreamingReport(interrupted).text.contains("Verdict        interrupted\n"))
    }

    @Test("says generator_bound when the 99th percentile exceeds 5 ms, and not for one delay in a hundred")
    func defaultLimit() {
        #expect(summary(delaysMs: delays(long: 1, ms: 50)).run.verdict == .valid)
        #expect(summary(delaysMs: delays(long: 2, ms: 4.9)).run.verdict == .valid)
        #expect(summary(delaysMs: delays(long: 2, ms: 5.1)).run.verdict == .generatorBound)
    }

    @Test("allows a tenth of the median first token when that is more")
    func tenthOfFirstToken() {
        let late = delays(long: 2, ms: 40)
        #expect(summary(delaysMs: late, medianFirstTokenMs: 390).run.verdict == .generatorBound)
        #expect(summary(delaysMs: late, medianFirstTokenMs: 410).run.verdict == .valid)
    }

    @Test("takes the limit that was asked for")
    func askedLimit() {
        let late = delays(long: 2, ms: 40)
        #expect(summary(delaysMs: late, maxError: .milliseconds(50)).run.verdict == .valid)
        #expect(summary(delaysMs: late, maxError: .milliseconds(30)).run.verdict == .generatorBound)
    }

    @Test("keeps the verdict of an interrupted run, and shows the lateness all the same")
    func interrupted() {
        let summary = summary(delaysMs: delays(long: 2, ms: 40), verdict: .interrupted)
        #expect(summary.run.verdict == .interrupted)
        #expect(StreamingReport(summary).text.contains("interrupted; the generator was late, too"))
    }

    @Test("says nothing against a generator that was not measured")
    func unmeasured() {
        #expect(summary(delaysMs: []).run.verdict == .valid)
    }

    @Test("fails a run only by a thousand ticks of each of its processes", arguments: [1, 4])
    func judged(processes: Int) {
        for (ticks, isJudged) in [(1_000 * processes, true), (1_000 * processes - 1, false)] {
            var summary = summary(delaysMs: Array(repeating: 50, count: ticks))
            summary.run.processes = processes
            #expect(ErrorBar.isJudged(summary) == isJudged)
        }
    }
}
