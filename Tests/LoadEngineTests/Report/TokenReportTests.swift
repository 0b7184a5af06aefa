import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("What servers say of their answers")
struct TokenReportTests {
    /// Of `beta` the server told twice, of `alpha` once, in two seconds: 21 tokens in, 60 out, 6 cached.
    private func played() -> SampleRun {
        let run = SampleRun()
        run.playAll()
        run.tell(row: 0, output: 10, reason: "stop", milliseconds: 10)
        run.tell(row: 0, output: 20, reason: "length", milliseconds: 30)
        run.tell(row: 1, output: 30, reason: "stop", milliseconds: 20)
        run.countOthers(row: 1, 3, unreadable: 1)
        return run
    }

    private func summary() -> Summary {
        var run = played()
        return run.summary(2)
    }

    /// A run of `assistant`.
    private func plain() -> Summary {
        var run = SampleRun()
        run.playAll()
        return run.summary(2)
    }

    private func page(_ summary: Summary) throws -> String {
        String(decoding: try HTMLReport(summary, chartLibrary: nil).html(), as: UTF8.self)
    }

    @Test("is in the text, with what it is of, and in none of a run whose server says nothing")
    func text() {
        let text = StreamingReport(summary()).text
        #expect(
            text.contains("\nTokens         21 input, 60 output (30.0/s), 6 cached, told of 3 of 3 completed turns\n")
        )
        #expect(text.contains("\nFinish reasons length 1, stop 2\n"))
        #expect(text.contains("\nOther events   3 of no rule of the profile (50.00%), 1 of them not JSON\n"))
        #expect(text.contains("\nanswer_ttft") && text.contains("\ntpot"))
        let none = StreamingReport(plain()).text
        for word in ["Tokens  ", "Finish", "Other", "answer_ttft", "tpot", "ttfat", "setup"] {
            #expect(!none.contains(word), "\(word)")
        }
    }

    @Test("is at the end of each line of the CSV file, and empty of a row without any")
    func csv() throws {
        var run = played()
        let lines = csvFields(StreamingCSV(run.table(2)).text)
        func value(_ column: String, of line: Int) throws -> String {
            lines[line][try #require(lines[0].firstIndex(of: column))]
        }
        #expect(
            lines[0].suffix(9) == [
                "turns_with_usage", "input_tokens", "output_tokens", "output_tokens_per_s", "reasoning_tokens",
                "cached_tokens", "other_events", "unreadable_events", "finish_reasons",
            ]
        )
        #expect(lines[2].suffix(9) == ["2", "14", "30", "15.0", "0", "4", "0", "0", "length=1;stop=1"])
        #expect(lines[3].suffix(9) == ["3", "21", "60", "30.0", "0", "6", "3", "1", "length=1;stop=2"])
        #expect(try value("answer_ttft_count", of: 2) == "2" && value("answer_ttft_max_ms", of: 2) == "30.0")
        #expect(try value("tpot_min_ms", of: 3) == "1.0")
        var silent = SampleRun()
        silent.playAll()
        let none = csvFields(StreamingCSV(silent.table(2)).text)
        #expect(none[3].suffix(9) == ["", "", "", "", "", "", "0", "0", ""])
    }

    @Test("cannot be mistaken in the CSV file, whatever the server calls it")
    func separators() throws {
        var run = SampleRun()
        run.playAll()
        run.tell(row: 0, output: 1, reason: "=a;b\\")
        let text = StreamingCSV(run.table(2)).text
        #expect(text.contains(#",\=a\;b\\=1"#), "\(text)")
    }

    @Test("has tables on the page, and is not there where nothing was said")
    func html() throws {
        let text = try page(summary())
        #expect(text.contains("<h3>Output tokens/s</h3><p class=\"value\">30.0</p>"))
        #expect(text.contains("<h3>answer_ttft</h3>"))
        #expect(text.contains("<caption>Tokens <small>") && text.contains("<caption>Finish reasons <small>"))
        #expect(text.contains("<td>2</td><td>14</td><td>4</td><td>0</td><td>30</td><td>15.00</td>"))
        #expect(
            text.contains("<th scope=\"col\">length</th>") && text.contains("<th scope=\"col\">answer_ttft p95</th>")
        )
        #expect(text.contains("<th scope=\"col\">Events of no rule</th>"))
        let none = try page(plain())
        for word in ["Tokens", "tokens/s", "Finish reasons", "answer_ttft", "tpot", "Events of no rule"] {
            #expect(!none.contains(word), "\(word)")
        }
    }

    @Test("escapes what a server calls the end of its answers")
    func escaping() throws {
        var run = SampleRun()
        run.playAll()
        run.tell(row: 0, output: 1, reason: "<b>stop</b>")
        let text = try page(run.summary(2))
        #expect(!text.contains("<b>stop") && text.contains("&lt;b&gt;stop&lt;/b&gt;"))
    }

    @Test("is told to the page of a run that goes on, of each row")
    func live() throws {
        var run = played()
        let snapshot = run.progress(2)
        var rates = RecentRates()
        let table = ReportTable(snapshot, endpoint: "/chat")
        rates.add(snapshot, rows: table.rows + [table.total])
        let state = LiveState(.running, run: nil, snapshot, table, recent: rates, thresholds: [])
        let json = try #require(
            try JSONSerialization.jsonObject(with: try JSONEncoder().encode(state)) as? [String: Any]
        )
        let total = try #require(json["total"] as? [String: Any])
        #expect(
            (total["tokens"] as? [String: Int])?["output"] == 60 && (total["tokens"] as? [String: Int])?["turns"] == 3
        )
        #expect(total["finish_reasons"] as? [String: Int] == ["stop": 2, "length": 1])
        #expect(total["other_events"] as? Int == 3 && total["unreadable_events"] as? Int == 1)
        #expect(total["answer_ttft_p95_ms"] as? Double ?? 0 > 29 && total["tpot_p50_ms"] as? Double ?? 0 > 1.9)
        #expect((json["rates"] as? [String: Double])?["output_tokens"] == 30)
        var terminal = LiveTable(.init(host: "h", path: "/", grouping: .conversation, runTimeS: nil))
        let shown = terminal.lines(of: snapshot, columns: 200, rows: 40).map(\.text)
        #expect(shown.contains { $0.contains("30 output tokens/s") } && shown.contains { $0.hasPrefix("answer_ttft") })
    }

    @Test("is in a saved summary, whole, and the same from two parts")
    func saved() throws {
        let summary = summary()
        let again = try JSONDecoder().decode(Summary.self, from: Data(try summary.json()))
        #expect(StreamingReport(again).text == StreamingReport(summary).text)
        #expect(again.tokens == summary.tokens && again.finishReasons == summary.finishReasons)
        #expect(again.rows.map(\.tally.tokens) == summary.rows.map(\.tally.tokens))
        let sum = RunResult.merged([summary.result, again.result])
        #expect(sum.tokens?.output == 120 && sum.finishReasons.byName == ["stop": 4, "length": 2])
    }

    @Test(
        "can be what a threshold is about",
        arguments: [
            ("answer_ttft.p95 < 2s", 30, true), ("tpot.p50 <= 2.1ms", 2, true), ("tokens.input == 21", 21, true),
            ("tokens.output == 60", 60, true), ("tokens.output.per_s > 30", 30, false),
            ("tokens.cached.per_s == 3", 3, true), ("tokens.reasoning == 0", 0, true),
            ("events.other <= 3", 3, true), ("events.unreadable == 0", 1, false),
            ("beta/tokens.output == 30", 30, true), ("alpha #1/tokens.output.per_s == 15", 15, true),
            ("alpha #1/events.other == 3", 3, true), ("beta/answer_ttft.max == 30ms", 30, true),
        ]
    )
    func thresholds(text: String, observed: Double, isKept: Bool) throws {
        let result = try Threshold.parse(text).result(of: summary())
        let found = try #require(result.observed)
        #expect(abs(found - observed) <= observed * 0.01, "\(text): \(found)")
        #expect(result.ok == isKept, "\(text): \(found)")
    }

    @Test(
        "keeps no threshold when it says nothing",
        arguments: [
            "answer_ttft.p95 < 1h", "tpot.max < 1h", "setup.max < 1h", "ttfat.p99 < 1h", "tokens.output >= 0",
            "tokens.output.per_s >= 0", "alpha #2/tokens.input >= 0",
        ]
    )
    func silence(text: String) throws {
        let result = try Threshold.parse(text).result(of: plain())
        #expect(result.observed == nil && !result.ok)
    }

    @Test("of the whole run is no threshold of a part", arguments: ["a/ttfat.p99 < 1s", "a/setup.max < 1s"])
    func parts(text: String) {
        #expect(throws: ExpressionError.self) { try Threshold.parse(text) }
    }

    @Test("of some turns only is told with their number")
    func judged() throws {
        var run = SampleRun()
        run.playAll()
        run.tell(row: 0, output: 10, reason: "stop")
        let result = try Threshold.parse("tpot.p95 < 1s").result(of: run.summary(2))
        #expect(result.turns == ThresholdResult.JudgedTurns(judged: 1, completed: 3))
    }

    @Test("is warned of when the profile does not fit it")
    func misfit() {
        func warnings(_ others: UInt64, unreadable: UInt64, withoutContent: UInt64) -> String {
            var run = SampleRun()
            run.playAll()
            run.countOthers(row: 0, others, unreadable: unreadable)
            for _ in 0..<withoutContent { run.recorder.countTurnWithoutContent(row: 0) }
            return run.summary(2).warnings.joined(separator: "\n")
        }
        let misfit = warnings(9, unreadable: 0, withoutContent: 3)
        #expect(
            misfit.contains("9 of 12 events matched no rule of the API's profile, and no completed turn had any text: ")
        )
        #expect(misfit.contains("--api") && !misfit.contains("had no content event"))
        #expect(!warnings(9, unreadable: 0, withoutContent: 0).contains("profile"), "there was text besides")
        #expect(!warnings(0, unreadable: 0, withoutContent: 3).contains("profile"), "no event at all")
        #expect(warnings(9, unreadable: 2, withoutContent: 0).contains("2 of 12 events had data that is not JSON"))
    }
}
