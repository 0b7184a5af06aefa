import FoundationEssentials
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("Counted words")
struct CountedWordsTests {
    @Test("are singular for one")
    func words() {
        #expect(counted(1, "turn") == "1 turn")
        #expect(counted(0, "turn") == "0 turns")
        #expect(counted(UInt64(2), "process", "processes") == "2 processes")
    }

    @Test("are so in all reports of a run of one turn that failed, with a gap and a connection")
    func reports() throws {
        var run = SampleRun()
        run.play(row: 0, nil)
        run.recorder.countStalls(1, timeNs: 2_000_000_000, row: 0)
        var summary = run.summary(2)
        summary.result.generator.connectionsOpened = 1
        summary.result.generator.eventLog = EventLogUsage(lines: 1, dropped: 1, cut: 1)
        summary.run.users = 1
        summary.result.conversationTallies[0][.conversationsFailed] = 1
        summary.thresholds = [ThresholdResult(expr: "x", observed: nil, ok: false)]
        #expect(JUnitReport(summary).text.contains("1 turn: http_status"))
        var table = LiveTable(.init(host: "", path: "", grouping: .conversation, runTimeS: nil))
        let progress = run.progress(2)
        var texts = [
            StreamingReport(summary).text, JUnitReport(summary).text,
            String(decoding: try HTMLReport(summary, by: .conversation, chartLibrary: nil).html(), as: UTF8.self),
            table.line(of: progress),
        ]
        texts += table.lines(of: progress, columns: 200, rows: 50).map(\.text)
        for text in texts + (summary.generator.eventLog?.shortcomings ?? []) + summary.warnings {
            let words = "turns|gaps|users|streams|connections|lines|bytes|ticks|conversations"
            let wrong = text.firstMatch(of: try Regex("(^|[^0-9.,])1 (\(words))\\b"))
            #expect(wrong == nil, "\(text.prefix(2_000))")
        }
    }
}
