import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The live table")
struct LiveTableTests {
    private func snapshot(atS elapsedS: UInt64, conversations count: Int = 3, completed: UInt64) -> RunSnapshot {
        let recorder = MetricsRecorder(turnCounts: Array(repeating: 1, count: count))
        recorder.counters.pointee[.conversationsCompleted] = completed
        recorder.counters.pointee[.turnsStarted] = completed
        for _ in 0..<completed {
            recorder.countOutcome(.completed, isAfterFirstToken: true, row: 0)
            recorder.record(.responseTime, 20_000_000, row: 0)
        }
        for row in 1..<count { recorder.countOutcome(.connectionReset, isAfterFirstToken: false, row: row) }
        let progress = RunSnapshot(
            RunFacts(
                conversations: (0..<count).map { index in
                    Conversation(name: "c\(index)", invocations: 40, turns: [.init(role: "user", content: "x")])
                }
            ),
            phase: .running,
            elapsedNs: elapsedS * 1_000_000_000,
            plannedInvocations: 100,
            recorder: recorder,
            generator: .init(cpuS: Double(elapsedS) / 2, peakRssBytes: 10 << 20, connectionsOpened: 3)
        )
        return progress
    }

    private func table(runTimeS: Double? = nil) -> LiveTable {
        LiveTable(.init(host: "http://h", path: "/p", grouping: .conversation, runTimeS: runTimeS))
    }

    private func text(_ lines: [LiveTable.Line]) -> String { lines.map(\.text).joined(separator: "\n") }

    @Test("shows how much is done, how fast, and how long the rest takes at that rate")
    func progress() {
        var table = table()
        _ = table.lines(of: snapshot(atS: 10, completed: 10), columns: 120, rows: 40)
        let text = text(table.lines(of: snapshot(atS: 15, completed: 30), columns: 120, rows: 40))
        #expect(text.contains("00:00:15  http://h"))
        #expect(text.contains("30 %  30 of 100 conversations  4.0/s  00:00:18 left"))
        #expect(text.contains("generator: 50 % of a core, 10 MiB"))
        #expect(text.contains("30       0(0.00%)      20     20      20     20      4.0        0.0"))
    }

    @Test("ends with the run time when that comes first")
    func runTime() {
        var table = table(runTimeS: 20)
        _ = table.line(of: snapshot(atS: 10, completed: 10))
        #expect(table.line(of: snapshot(atS: 15, completed: 30)).hasSuffix("00:00:05 left"))
    }

    @Test("forgets what is longer ago than ten seconds")
    func window() {
        var table = table()
        for second in 1...60 {
            let done = UInt64(min(second, 30))
            _ = table.line(of: snapshot(atS: UInt64(second), completed: done))
        }
        #expect(!table.line(of: snapshot(atS: 61, completed: 30)).contains("left"))
    }

    @Test("fits every terminal", arguments: [1, 2, 5, 14, 15, 24, 100], [1, 10, 40, 80, 300])
    func size(rows: Int, columns: Int) {
        var table = table()
        let lines = table.lines(of: snapshot(atS: 5, conversations: 30, completed: 5), columns: columns, rows: rows)
        #expect(!lines.isEmpty && lines.count <= max(rows - 1, 1))
        #expect(lines.allSatisfy { $0.text.count <= columns })
    }

    @Test("says how many rows it leaves out")
    func leftOut() {
        var table = table()
        let shown = text(table.lines(of: snapshot(atS: 5, conversations: 30, completed: 5), columns: 100, rows: 24))
        let rows = shown.split(separator: "\n").filter { $0.hasPrefix("c") }.count
        #expect(rows > 2)
        #expect(shown.contains("and \(30 - rows) more"))
        #expect(shown.contains("Aggregated"))
    }
}
