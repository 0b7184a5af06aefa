@testable import LoadEngine
@testable import LoadModel

/// A run, recorded by hand, that lasted ten seconds.
///
/// Of the conversation `a`, 100 were played: the n-th had its first tokens after n ms and after 100 + n ms; 7 failed in
/// their second turn. Of `b / c` none was begun.
struct JudgedRun {
    static let conversations = [
        Conversation(
            name: "a",
            invocations: 100,
            turns: [.init(role: "u", content: "x"), .init(role: "u", content: "y")]
        ),
        Conversation(name: "b / c", invocations: 5, turns: [.init(role: "u", content: "x")]),
    ]

    let progress: RunSnapshot

    init(objectives: [Objective] = [Objective(.ttft, mostNs: 150_000_000)], plays: Bool = true) {
        let recorder = MetricsRecorder(turnCounts: [2, 1])
        let counters = recorder.counters
        if plays {
            for number in 1...100 {
                recorder.conversationBegan(0)
                Self.record(recorder, row: 0, firstTokenMs: number, outcome: .completed)
                let fails = number > 93
                Self.record(recorder, row: 1, firstTokenMs: 100 + number, outcome: fails ? .httpStatus : .completed)
                recorder.conversationEnded(
                    fails ? .failed : .completed(timeNs: 2_000_000_000, isGood: number <= 50),
                    0
                )
                recorder.recordCanary(UInt64(number) * 1_000_000)
            }
            recorder.countTurnInOnePiece(row: 1)
            recorder.countStalls(2, timeNs: 3_000_000_000, row: 1)
            recorder.countStalls(1, timeNs: 1_000_000_000, row: 1)
            recorder.details.addExample("HTTP status 503: <busy> & \"late\"", of: .httpStatus)
            recorder.details.countHTTPCode(503)
            counters.pointee[.turnsStarted] = 200
            counters.pointee[.turnsPeak] = 9
        }
        let progress = RunSnapshot(
            RunFacts(conversations: Self.conversations, objectives: objectives),
            phase: .running,
            elapsedNs: 10_000_000_000,
            plannedInvocations: 105,
            recorder: recorder,
            generator: .init(cpuS: 0.5, peakRssBytes: 1_000, connectionsOpened: 9)
        )
        self.progress = progress
    }

    private static func record(_ recorder: MetricsRecorder, row: Int, firstTokenMs: Int, outcome: TurnOutcome) {
        recorder.countOutcome(outcome, isAfterFirstToken: outcome == .completed, row: row)
        recorder.countBytes(20, row: row)
        guard outcome == .completed else {
            recorder.record(.failedTime, 5_000_000, row: row)
            return
        }
        recorder.record(.ttft, UInt64(firstTokenMs) * 1_000_000, row: row)
        recorder.countEvent(row: row)
        if firstTokenMs <= 150 { recorder.countGoodTurn(row: row) }
    }

    var summary: Summary {
        progress.summary(
            run: .init(
                host: "http://localhost:8000",
                path: "/stream/{session_id}",
                startedAt: "2026-01-02T03:04:05Z",
                durationS: 10,
                users: 9,
                processes: 1,
                verdict: .valid
            ),
            maxError: .seconds(1)
        )
    }

    func result(_ text: String) throws -> ThresholdResult { try Threshold.parse(text).result(of: summary) }
}
