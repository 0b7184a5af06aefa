import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The rows of a report")
struct ReportRowTests {
    /// One row for each turn of conversations of these names and lengths; the n-th took n ms, and failed n times.
    private func rows(_ conversations: [(name: String, turns: Int)]) -> ResultRows {
        let layout = RunLayout(
            conversations.map { conversation in
                Conversation(
                    name: conversation.name,
                    invocations: 1,
                    turns: Array(repeating: .init(role: "user", content: "x"), count: conversation.turns)
                )
            }
        )
        let tallies = (0..<UInt64(layout.rowCount)).map { row in
            let number = row + 1
            var durations = LatencyHistogram()
            durations.record(number * 1_000_000)
            var tally = Tally()
            for (outcome, count) in [(TurnOutcome.completed, 1), (.connectionReset, number), (.cancelled, 9)] {
                tally[outcome] = count
            }
            for (counter, count) in [
                (Counter.events, 10), (.bytes, 100), (.endedBytes, 50), (.stalls, 2), (.stalledTurns, 1),
                (.goodTurns, 1),
            ] as [(Counter, UInt64)] {
                tally[counter] = count
            }
            // 2026-01-02T03:04:00Z, and so many seconds.
            let ns = (1_767_323_040 + number) * 1_000_000_000
            tally.moments = [OutcomeMoments(outcome: .connectionReset, firstNs: ns, lastNs: ns)]
            tally[.responseTime] = Distribution(durations)
            return tally
        }
        return ResultRows(layout, PagedArray(tallies))
    }

    @Test("are one, one for each conversation, or one for each turn")
    func grouping() {
        let rows = rows([("a", 2), ("b", 1)])
        func names(_ grouping: RowGrouping) -> [String] {
            ReportRow.rows(of: rows, by: grouping, endpoint: "/chat").map(\.name)
        }
        #expect(names(.endpoint) == ["/chat"])
        #expect(names(.conversation) == ["a", "b"])
        #expect(names(.turn) == ["a #1", "a #2", "b #1"])
    }

    @Test("have the sums of their turns, without the cancelled ones")
    func sums() throws {
        let rows = rows([("a", 2), ("b", 1)])
        let first = try #require(ReportRow.rows(of: rows, by: .conversation, endpoint: "").first)
        #expect(first.requests == 2 + 1 + 2)
        #expect(first.failures == 3)
        #expect(first.events == 20 && first.bytes == 200 && first.stalls == 4 && first.stalledTurns == 2)
        #expect(first.contentBytes == 100 && first.averageBytes == 20, "of those that were completed or failed")
        #expect(first.responses.count == 2)
        #expect(first.metric(.responseTime)?.maxMs == 2)
        #expect(first.metric(.ttft) == nil)
        #expect(first.failuresByKind.map(\.label) == ["connection_reset"])
        #expect(first.failuresByKind[0].times?.firstSeen == "2026-01-02T03:04:01Z")
        #expect(first.failuresByKind[0].times?.lastSeen == "2026-01-02T03:04:02Z")
        #expect(ReportRow.total(of: rows).requests == 9)
    }

    @Test("have the distributions of a run that goes on, whose total may be newer")
    func live() {
        var run = SampleRun()
        run.playAll()
        var snapshot = run.progress(1)
        run.play(row: 0, 90)
        snapshot.result.total = run.recorder.total
        run.recorder.copyCounts(ofRow: 0, to: &snapshot.result.rowTallies[0])
        #expect(ReportRow.rows(of: snapshot.rows, by: .conversation, endpoint: "").map(\.responses.count) == [2, 2])
        #expect(ReportRow.total(of: snapshot.rows).responses.count == 4)
        let newer = ReportRow.total(of: snapshot.rows, durations: snapshot.result.total)
        #expect(newer.responses.count == 5 && newer.responses.maximumNs == 90_000_000)
        #expect(newer.requests == 5 && newer.failures == 1)
        #expect(newer.metric(.ttft)?.count == 4)
    }

    @Test("of conversations with the same name are one, and know both")
    func sameName() {
        let found = ReportRow.rows(of: rows([("a", 1), ("b", 1), ("a", 2)]), by: .conversation, endpoint: "")
        #expect(found.map(\.name) == ["a", "b"])
        #expect(found.map(\.conversations) == [[0, 2], [1]])
    }

    @Test("are left out when nothing was requested")
    func empty() {
        var cancelled = Tally()
        cancelled[.cancelled] = 3
        let rows = ResultRows(rows([("a", 1)]).layout, [cancelled])
        #expect(ReportRow.rows(of: rows, by: .turn, endpoint: "").isEmpty)
        #expect(ReportRow.total(of: rows).requests == 0)
    }
}
