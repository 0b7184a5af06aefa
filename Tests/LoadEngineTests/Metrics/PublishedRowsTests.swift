@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports
import Testing

@Suite("The rows that a run publishes")
struct PublishedRowsTests {
    /// 20,000 conversations of 5 turns.
    private static let many = Array(repeating: 5, count: 20_000)

    private func playTurn(_ recorder: MetricsRecorder, row: Int, timeNs: UInt64 = 5_000_000) {
        recorder.turnBegan(row: row)
        recorder.countEvent(row: row)
        recorder.record(.ttft, timeNs, row: row)
        recorder.turnEnded(.completed, isAfterFirstToken: false, row: row)
        recorder.record(.responseTime, timeNs, row: row)
    }

    private func copyAll(_ published: PublishedRows) {
        published.update()
        while published.copyNext() {}
    }

    @Test("are then what the recorder holds, whatever has happened")
    func equal() {
        let recorder = MetricsRecorder(turnCounts: [2, 1, 40])
        let published = PublishedRows(of: recorder, hasDistributions: true)
        func isEqual() -> Bool {
            copyAll(published)
            return published.rows == recorder.rowTallies && published.conversations == recorder.conversationTallies
        }
        #expect(isEqual())
        var random = SeededRandom(seed: 1)
        for _ in 0..<50 {
            let row = Int(random.next() % 43)
            recorder.conversationBegan(row % 3)
            playTurn(recorder, row: row, timeNs: random.next() % 1_000_000_000)
            recorder.conversationEnded(.completed(timeNs: random.next() % 1_000_000_000, isGood: true), row % 3)
            #expect(isEqual())
        }
    }

    @Test("have what a running answer brings, second after second, and nothing after it")
    func running() {
        let recorder = MetricsRecorder(turnCounts: [3])
        let published = PublishedRows(of: recorder, hasDistributions: false)
        recorder.turnBegan(row: 1)
        for second in 1...3 {
            recorder.countEvent(row: 1)
            recorder.countBytes(10, row: 1)
            published.update()
            #expect(
                published.rows[1][.events] == UInt64(second) && published.rows[1][.bytes] == UInt64(10 * second)
            )
        }
        recorder.turnEnded(.httpStatus, isAfterFirstToken: false, row: 1)
        published.update()
        #expect(published.rows[1].turnsRunning == 0 && published.rows[1][.httpStatus] == 1)
        let copies = published.copiedCounts
        published.update()
        #expect(published.copiedCounts == copies)
        // The body of an answer that was refused for its head.
        recorder.countBytes(10, row: 1)
        recorder.noteChange(ofRow: 1)
        published.update()
        #expect(published.rows[1][.bytes] == 40)
        // At the end of a run the distributions are there too, and more may be published.
        published.copyAll()
        recorder.turnBegan(row: 2)
        published.update()
        #expect(published.rows[2].turnsRunning == 1 && !published.copyNext())
    }

    @Test("cost what has changed, not what there is")
    func cost() {
        let recorder = MetricsRecorder(turnCounts: Self.many)
        let published = PublishedRows(of: recorder, hasDistributions: true)
        copyAll(published)
        #expect(published.copiedCounts == 0 && published.copiedDistributions == 0)
        for row in [3, 4, 99_999] { playTurn(recorder, row: row) }
        recorder.conversationBegan(7)
        copyAll(published)
        #expect(published.copiedCounts == 4 && published.copiedDistributions == 3)
        let earlier = published.rows
        playTurn(recorder, row: 4)
        copyAll(published)
        #expect(published.copiedCounts == 5 && published.copiedDistributions == 4)
        #expect(published.rows.changedPages(since: earlier).joined().count == 16)
    }

    @Test("cost what had been counted when the numbers are reset")
    func reset() {
        let recorder = MetricsRecorder(turnCounts: Self.many)
        for row in [3, 99_999] { playTurn(recorder, row: row) }
        recorder.turnBegan(row: 50)
        recorder.reset()
        let published = PublishedRows(of: recorder, hasDistributions: true)
        copyAll(published)
        #expect(published.copiedCounts == 3)
        #expect(published.rows[3].counts.outcomes.total == 0 && published.rows[50].turnsRunning == 1)
    }

    @Test("make snapshots that share what has not changed")
    func snapshots() throws {
        let turn = Conversation.Turn(role: "user", content: "Hello")
        let conversations = (0..<400).map {
            Conversation(name: "c\($0)", invocations: 2, turns: Array(repeating: turn, count: 5))
        }
        let recorder = MetricsRecorder(turnCounts: conversations.map(\.turns.count))
        let published = PublishedRows(of: recorder, hasDistributions: true)
        let facts = RunFacts(conversations: conversations)
        func progress(_ second: UInt64) -> RunSnapshot {
            copyAll(published)
            return RunSnapshot(
                facts,
                phase: .running,
                elapsedNs: second * Nanoseconds.perSecond,
                plannedInvocations: 800,
                recorder: recorder,
                rows: published,
                generator: GeneratorUsage(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
            )
        }
        var tables = ReportTableMaker(endpoint: "/")
        var before = progress(0)
        var told = before
        var last = progress(0)
        _ = tables.table(of: before)
        for second in 1...20 as ClosedRange<UInt64> {
            playTurn(recorder, row: Int(second * 97 % 2_000), timeNs: second * 1_000_000)
            recorder.conversationBegan(Int(second % 400))
            let now = progress(second)
            let snapshot = now
            #expect(snapshot.rows.changedPages(since: before.rows).joined().count == 16)
            #expect(snapshot.byConversation.changedPages(since: before.byConversation).joined().count == 16)
            var whole = now
            whole.result.rowTallies = recorder.rowTallies
            whole.result.conversationTallies = recorder.conversationTallies
            #expect(snapshot.rows == whole.rows && snapshot.byConversation == whole.byConversation)
            // A process of several tells one row and one conversation.
            let changes = SnapshotChanges(of: snapshot, since: told)
            #expect(changes.count == 2)
            told = try #require(changes.applied(to: told))
            #expect(told.rows == whole.rows && told.byConversation == whole.byConversation)
            let table = tables.table(of: snapshot)
            let expected = ReportTable(whole, endpoint: "/")
            #expect("\(table)" == "\(expected)")
            #expect(table.total.requests == second && table.rows.map(\.requests).reduce(0, +) == second)
            let point = TimePoint(from: last, to: now)
            #expect(
                point.turnsByConversation.values
                    == TimePoint(from: nil, to: now).turnsByConversation.values.indices
                    .map { $0 == Int(second * 97 % 2_000) / 5 ? 1 : 0 }
            )
            (before, last) = (snapshot, now)
        }
    }

    @Test("of several processes are added up where one of them has changed")
    func merged() {
        let turn = Conversation.Turn(role: "user", content: "Hello")
        var configuration = EngineConfiguration(
            host: "http://127.0.0.1",
            conversations: (0..<100).map { Conversation(name: "c\($0)", invocations: 2, turns: [turn]) }
        )
        configuration.users = 2
        var parts = (0..<2).map { configuration.snapshotBeforeStart(of: RunShare(index: $0, count: 2)) }
        let first = (parts: parts, merged: RunSnapshot.merged(parts))
        parts[1].result.rowTallies[40][.completed] = 3
        parts[0].result.conversationTallies[99].counts.conversationsRunning = 1
        let merged = RunSnapshot.merged(parts, since: first)
        #expect(merged.rows.changedPages(since: first.merged.rows) == [32..<48])
        #expect(merged.byConversation.changedPages(since: first.merged.byConversation) == [96..<100])
        #expect(merged.rows == RunSnapshot.merged(parts).rows)
        #expect(merged.byConversation == RunSnapshot.merged(parts).byConversation)
    }
}
