import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The page of a result")
struct HTMLReportTests {
    private static let library = "/* Chart.js v3.9.1 */ window.Chart = {};"

    private func page(_ summary: Summary, library: String? = library, by grouping: RowGrouping = .conversation) throws
        -> String
    {
        String(decoding: try HTMLReport(summary, by: grouping, chartLibrary: library).html(), as: UTF8.self)
    }

    /// The text of the first row of a table with this head.
    private func row(_ head: String, in page: String) throws -> [String] {
        let start = try #require(page.range(of: "<tr><th scope=\"row\" class=\"t\">\(head)"))
        let row = page[start.lowerBound...].prefix { $0 != "\n" }
        return row.split(separator: /<[^>]*>/).map(String.init)
    }

    @Test("is whole, and asks no host for anything")
    func selfContained() throws {
        let text = try page(sampleSummary())
        #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n"))
        #expect(text.hasSuffix("</body>\n</html>\n"))
        #expect(text.contains("content=\"default-src &#39;none&#39;;"))
        #expect(text.contains(Self.library))
        #expect(!text.contains(" src="))
        #expect(!text.contains("@import") && !text.contains("url("))
        let links = text.matches(of: /href="([^"]*)"/).map(\.output.1)
        #expect(links.allSatisfy { $0.hasPrefix("#") || $0 == "data:," })
    }

    @Test("has the numbers of the result")
    func numbers() throws {
        let text = try page(sampleSummary())
        for (title, value) in [("Conversations", "2"), ("Turns", "3"), ("Failures", "1"), ("Events/s", "1.5")] {
            #expect(text.contains("<h3>\(title)</h3><p class=\"value\">\(value)</p>"), "\(title)")
        }
        #expect(text.contains("<div><dt>p50</dt><dd>20.0\u{A0}ms</dd></div>"))
        // Those of Locust's tables.
        #expect(
            try row("alpha", in: text)
                == ["alpha", "2", "1", "50.00", "17.5", "5.0", "30.0", "5.0", "50", "1.00", "0.50"]
        )
        #expect(try row("http_<wbr>status", in: text).prefix(5) == ["http_", "status", "status 503: 1", "1", "25.00"])
        #expect(text.contains("<code>HTTP status 503: overloaded</code>"))
        #expect(text.contains("<h1>http://localhost:8000</h1>"))
        #expect(text.contains("2026-01-02 03:04:05 UTC"))
    }

    @Test("has the rows that were asked for, and all of them in all of its tables")
    func grouping() throws {
        let byTurn = try page(sampleSummary(), by: .turn)
        for name in ["alpha #1", "alpha #2", "beta #1"] {
            #expect(byTurn.components(separatedBy: "class=\"t\">\(name)</th>").count - 1 >= 3, "\(name)")
        }
        let byEndpoint = try page(sampleSummary(), by: .endpoint)
        #expect(byEndpoint.contains("class=\"t\">/stream/assistant/{session_<wbr>id}</th>"))
    }

    @Test("escapes whatever a file, a server or a user can have put into the result")
    func escaping() throws {
        let evil = #"</script><script>evil("1")</script><img src=x onerror='evil()'>"#
        var summary = sampleSummary()
        summary.run.host = evil
        summary.run.path = evil
        summary.run.startedAt = evil
        var layout = RunLayout([])
        for turns in [1, 2] { layout.append(evil, turns: turns) }
        layout.names = [evil, evil]
        layout.invocations = summary.result.layout.invocations
        summary.result.layout = layout
        summary.result.slowestConversations = [
            SlowConversation(conversation: evil, session: evil, timeMs: 1, startS: 1)
        ]
        summary.result.notes["http_status"]?.examples = [evil]
        summary.result.notes["http_status"]?.codes = [evil: 1]
        summary.thresholds = [ThresholdResult(expr: evil, observed: 1, ok: false)]
        summary.configuration = [evil: evil]
        summary.result.generator.lostProcesses = [evil]
        summary.result.generator.eventLog = EventLogUsage(dropped: 1, error: evil)
        summary.result.objectives = [evil]
        summary.result.total[.goodConversations] = 1
        summary.result.total[.goodTurns] = 1
        for library in [Self.library, nil] {
            for grouping in RowGrouping.allCases {
                let text = try page(summary, library: library, by: grouping)
                #expect(!text.contains("<script>evil") && !text.contains("<img"))
                let safe = try page(sampleSummary(), library: library)
                #expect(
                    text.components(separatedBy: "</script>").count == safe.components(separatedBy: "</script>").count
                )
                #expect(text.contains("&lt;/script&gt;&lt;script&gt;evil(&quot;1&quot;)"))
            }
        }
    }

    @Test("does without charts where there is no library to draw them, and says so")
    func withoutLibrary() throws {
        let text = try page(sampleSummary(), library: nil)
        #expect(text.contains("This report has no charts") && text.contains("libjs-chart.js"))
        #expect(!text.contains("<canvas") && !text.contains("chart-data"))
        #expect(try row("alpha", in: text).count == 11)
    }

    @Test("explains each verdict in a sentence")
    func verdicts() throws {
        var summary = sampleSummary()
        let valid = try page(summary)
        #expect(valid.contains("class=\"verdict good\""))
        #expect(
            valid.contains(
                "<strong>Valid measurement.</strong> The generator was punctual: 99 % of its 1 canary ticks were read within "
                    + "0.20\u{A0}ms (5.00\u{A0}ms is allowed), so the times below are true to about that."
            )
        )
        summary.run.verdict = .generatorBound
        let late = try page(summary)
        #expect(late.contains("class=\"verdict bad\"") && late.contains("The generator itself was late"))
        summary.run.verdict = .interrupted
        let interrupted = try page(summary)
        #expect(interrupted.contains("class=\"verdict warn\"") && interrupted.contains("stopped before its end"))
        summary.result.generator.lostProcesses = ["process 2 was ended by signal 9"]
        let lost = try page(summary)
        #expect(
            lost.contains("What a lost process did") && lost.contains("<p>Lost: process 2 was ended by signal 9</p>")
        )
        summary.run.verdict = .valid
        summary.result.generator.canaryDelays = Distribution()
        let unknown = try page(summary)
        #expect(unknown.contains("the error of the times is not known"))
    }

    @Test("shows thresholds in the unit in which they were written, and nothing where there are none")
    func thresholds() throws {
        var summary = sampleSummary()
        #expect(!(try page(summary)).contains("id=\"thresholds\""))
        summary.thresholds = [
            ThresholdResult(expr: "ttft.p95 < 500ms", observed: 1_234, ok: false),
            ThresholdResult(expr: "failures.rate<1%", observed: 0.005, ok: true),
            ThresholdResult(expr: "events.per_s > 10", observed: 12.5, ok: true),
            ThresholdResult(expr: "ttft.p99 < 1s", observed: nil, ok: false, endedRunAfterS: 12),
        ]
        let text = try page(summary)
        #expect(text.contains("<caption>2 of 4 thresholds failed</caption>"))
        #expect(try row("<code>ttft.p95", in: text) == ["ttft.p95 &lt; 500ms", "1234.00 ms", "failed"])
        #expect(try row("<code>failures.rate", in: text) == ["failures.rate&lt;1%", "0.500%", "kept"])
        #expect(try row("<code>events.per_s", in: text) == ["events.per_s &gt; 10", "12.500", "kept"])
        #expect(try row("<code>ttft.p99", in: text) == ["ttft.p99 &lt; 1s", "nothing to judge by", "failed"])
        #expect(text.contains("<code>ttft.p99 &lt; 1s</code> ended the run after 12.0\u{A0}s."))
    }

    @Test("shows goodput and the options where it knows them")
    func goodput() throws {
        var summary = sampleSummary()
        #expect(!(try page(summary)).contains("<h3>Goodput</h3>"))
        summary.result.objectives = ["ttft < 800ms"]
        summary.result.total[.goodConversations] = 1
        summary.result.total[.goodTurns] = 3
        summary.configuration = ["spawn_rate": "55"]
        let text = try page(summary)
        #expect(text.contains("<h3>Goodput</h3><p class=\"value\">33.33\u{A0}%</p>"))
        #expect(text.contains("Good turns %"))
        #expect(try row("spawn_rate", in: text) == ["spawn_rate", "55"])
    }

    @Test("says what is missing in the place of a table or a chart without anything in it")
    func empty() throws {
        var summary = sampleSummary()
        summary.result.layout = RunLayout([])
        summary.result.rowTallies = []
        summary.result.conversationTallies = []
        for metric in Metric.allCases { summary.result.total[metric] = nil }
        let text = try page(summary)
        for note in [
            "No turn was completed or failed.", "Nothing was measured.", "No turn failed.", "too short for charts",
        ] {
            #expect(text.contains(note), "\(note)")
        }
        #expect(!text.contains("id=\"conversations\"") && !text.contains("<canvas"))
        #expect(text.contains("<div><dt>p50</dt><dd>–</dd></div>"))
    }
}
