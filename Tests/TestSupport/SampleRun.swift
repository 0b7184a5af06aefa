import Foundation

package import LoadEngine
package import LoadModel
package import LoadReports

/// Two conversations that were played for two seconds, one of them with failures.
package struct SampleRun {
    package let recorder = MetricsRecorder(turnCounts: [1, 2])
    package var objectives: [Objective] = []
    private var series = TimeSeries()
    private var last: RunSnapshot?
    private var resets = 0
    private let conversations: [Conversation]

    package init(names: [String] = ["beta", "alpha"]) {
        let turn = Conversation.Turn(role: "user", content: "x")
        conversations = [
            Conversation(name: names[0], invocations: 2, turns: [turn]),
            Conversation(name: names[1], invocations: 1, turns: [turn, turn]),
        ]
        let counters = recorder.counters
        counters.pointee[.conversationsCompleted] = 2
        counters.pointee[.conversationsFailed] = 1
        counters.pointee[.turnsStarted] = 4
        counters.pointee.gauges.usersActive = 3
    }

    /// Plays a turn; nil for one that fails after 5 ms.
    package func play(row: Int, _ milliseconds: Double?) {
        guard let milliseconds else {
            recorder.countOutcome(.httpStatus, isAfterFirstToken: false, row: row)
            recorder.noteFailure(.httpStatus, row: row, atNs: 1_000_000_000)
            recorder.record(.failedTime, 5_000_000, row: row)
            return
        }
        let timeNs = UInt64(milliseconds * 1e6)
        recorder.countOutcome(.completed, isAfterFirstToken: true, row: row)
        recorder.record(.responseTime, timeNs, row: row)
        recorder.record(.ttft, timeNs / 2, row: row)
        recorder.countEvent(row: row)
        recorder.countBytes(100, row: row)
        recorder.countEndedBytes(100, row: row)
        recorder.countGoodTurn(row: row)
    }

    /// What the server of a completed turn tells besides its text: tokens and why it ended; of an API whose answers come
    /// behind reasoning.
    package func tell(row: Int, output: UInt64, reason: String, milliseconds: UInt64 = 20) {
        recorder.count(.turnsWithUsage, row: row)
        recorder.count(.inputTokens, 7, row: row)
        recorder.count(.outputTokens, output, row: row)
        recorder.count(.cachedTokens, 2, row: row)
        recorder.record(.answerTTFT, milliseconds * 1_000_000, row: row)
        recorder.record(.tpot, milliseconds * 100_000, row: row)
        let index = Array(reason.utf8).withUnsafeBytes { recorder.finishReasons.index(of: $0) }
        recorder.countFinishReason(index, row: row)
    }

    /// Events that no rule matches, some of which are not JSON.
    package func countOthers(row: Int, _ count: UInt64, unreadable: UInt64) {
        for _ in 0..<count { recorder.countEvent(row: row) }
        recorder.count(.otherEvents, count, row: row)
        recorder.count(.unreadableEvents, unreadable, row: row)
    }

    /// What the loop would publish at a moment.
    package mutating func progress(_ elapsedS: Double) -> RunSnapshot {
        var progress = RunSnapshot(
            RunFacts(
                conversations: conversations,
                objectives: objectives,
                startedAt: Date(timeIntervalSince1970: 0)
            ),
            phase: .running,
            elapsedNs: UInt64(elapsedS * 1e9),
            plannedInvocations: 3,
            recorder: recorder,
            generator: .init(cpuS: 0.5, peakRssBytes: 10 << 20, connectionsOpened: 3)
        )
        progress.resets = resets
        series.append(TimePoint(from: last, to: progress))
        progress.result.series = series
        last = progress
        return progress
    }

    /// Counts from now on, as the loop does it.
    package mutating func reset() {
        recorder.reset()
        series = TimeSeries()
        last = nil
        resets += 1
    }

    package mutating func table(_ elapsedS: Double, by grouping: RowGrouping = .conversation) -> ReportTable {
        ReportTable(progress(elapsedS), by: grouping, endpoint: "/chat")
    }

    package mutating func summary(_ durationS: Double) -> Summary {
        progress(durationS).summary(
            run: .init(
                host: "http://localhost:8000",
                path: "/chat",
                startedAt: "2026-01-02T03:04:05Z",
                durationS: durationS,
                users: 3,
                processes: 1,
                verdict: .valid
            ),
            maxError: nil
        )
    }

    /// The four turns of the sample.
    package func playAll() {
        play(row: 0, 10)
        play(row: 0, 20.4)
        play(row: 1, 30.6)
        play(row: 2, nil)
    }
}

/// The lines of a CSV file without quotes, as fields.
package func csvFields(_ text: String) -> [[String]] {
    text.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
}
