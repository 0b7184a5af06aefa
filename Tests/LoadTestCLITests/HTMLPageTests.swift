import Foundation
@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest run --html", .ownThreads, .timeLimit(.minutes(5)), .amongFew)
struct HTMLPageTests {
    private static let library = "/usr/share/javascript/chart.js/chart.min.js"
    static let hasLibrary = FileManager.default.fileExists(atPath: library)

    @Test(
        "writes a page that a browser shows whole, with every chart, in both themes, on a phone and on a desk",
        .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"),
        .looksWithBrowser,
        .enabled(if: hasLibrary, "not installed: libjs-chart.js")
    )
    func realRun() async throws {
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        let data = try ShownRun.data()
        try FileManager.default.createDirectory(atPath: Browser.folder, withIntermediateDirectories: true)
        let page = "\(Browser.folder)/real-run.html"
        let result = try await Program.loadtest.run(
            "--headless",
            "-H",
            mock.url,
            "--data",
            data.path,
            "-u",
            "20",
            "-r",
            "10",
            "--stall-after",
            "20ms",
            "--html",
            page,
            "--only-summary"
        )
        #expect(result.exitCode == 1, "\(result.errors)")
        #expect(!result.errors.contains("warning"), "\(result.errors)")
        let charts = "throughput,load,ttft,response_time,distribution,stalls,failures,canary"
        let problems = try await Browser.problems([page], ["--charts", charts])
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test(
        "writes a page that a browser shows whole of an API that tells its tokens and why answers end",
        .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"),
        .looksWithBrowser,
        .enabled(if: hasLibrary, "not installed: libjs-chart.js")
    )
    func tokens() async throws {
        try FileManager.default.createDirectory(atPath: Browser.folder, withIntermediateDirectories: true)
        let page = "\(Browser.folder)/tokens.html"
        let result = try await Program.loadtest.run(
            ["--headless", "--only-summary", "--mock", "--api", "openai-chat", "--data", "data/small_talk.json"]
                + ["-u", "10", "-r", "10", "--html", page],
            environment: ["OPENAI_API_KEY": "sk-none"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let problems = try await Browser.problems([page], ["--quick"])
        #expect(problems.isEmpty, "\(problems)")
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("Finish reasons") && text.contains("Output tokens"))
    }

    @Test(
        "writes a page that a browser shows whole also of runs that are awkward",
        .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"),
        .looksWithBrowser,
        .enabled(if: hasLibrary, "not installed: libjs-chart.js")
    )
    func awkwardRuns() async throws {
        try FileManager.default.createDirectory(atPath: Browser.folder, withIntermediateDirectories: true)
        let library = try String(contentsOfFile: Self.library, encoding: .utf8)
        var files: [String] = []
        func write(_ name: String, _ summary: Summary, by grouping: RowGrouping = .conversation, library: String?)
            throws
        {
            let path = "\(Browser.folder)/\(name).html"
            let page = try HTMLReport(summary, by: grouping, chartLibrary: library).html()
            try Data(page).write(to: URL(fileURLWithPath: path))
            files.append(path)
        }
        try write("one-second", LongRun(seconds: 1).summary(), library: library)
        try write("nothing-completed", LongRun(seconds: 5, outcomes: [.cancelled]).summary(), library: library)
        try write("all-failed", LongRun(seconds: 30, outcomes: [.connectRefused]).summary(), library: library)
        try write("interrupted", LongRun(verdict: .interrupted).summary(), library: library)
        try write("no-library", LongRun(seconds: 5).summary(), library: nil)
        var late = LongRun(lateMs: 40, verdict: .generatorBound).summary()
        late.result.generator.lostProcesses = ["process 2 was ended by signal 9"]
        try write("generator-bound", late, library: library)
        try write("long", Self.longRun(), by: .turn, library: library)
        let problems = try await Browser.problems(files, ["--quick"])
        #expect(problems.isEmpty, "\(problems)")
    }

    /// As many rows and points as reports are made for, with everything that can be in one.
    private static func longRun() -> Summary {
        let long = String(repeating: "a_name_without_any_blank_in_it", count: 4)
        var summary = LongRun(
            names: (1...199).map { "conversation_\($0)" } + [long],
            turnsEach: 5,
            seconds: 512,
            outcomes: Array(repeating: .completed, count: 40) + TurnOutcome.allCases,
            objectives: [Objective(.ttft, mostNs: 200_000_000), Objective(.maxGap, mostNs: 1_000_000_000)]
        ).summary()
        summary.run.host = "https://" + String(repeating: "assistant-of-the-department.", count: 5) + "example.com"
        summary.result.slowestConversations = (1...10).map {
            SlowConversation(
                conversation: $0 == 1 ? long : "conversation_\($0)",
                session: "3bee37d6-c72b-4c78-8429-d2c53776a22f",
                timeMs: 100_000 / Double($0),
                startS: 12.5
            )
        }
        summary.thresholds = [
            ThresholdResult(expr: "ttft.p95 < 500ms", observed: 312.4, ok: true),
            ThresholdResult(expr: "\(long)/failures.rate < 1%", observed: 0.25, ok: false),
        ]
        summary.configuration = ["host": summary.run.host, "spawn_rate": "55", "header": long]
        return summary
    }

    @Test(
        "is looked at by a check that finds what is wrong with a page",
        .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"),
        .looksWithBrowser,
        .enabled(if: hasLibrary, "not installed: libjs-chart.js")
    )
    func brokenPage() async throws {
        let folder = try TemporaryFolder()
        let library = try String(contentsOfFile: Self.library, encoding: .utf8)
        let page = String(
            decoding: try HTMLReport(LongRun(seconds: 5).summary(), chartLibrary: library).html(),
            as: UTF8.self
        )
        let broken =
            page
            .replacing(/<meta http-equiv[^\n]*/, with: "")
            .replacing("borderColor: line,", with: "borderColor: line, hidden: true,")
            .replacing(
                "<main>",
                with: """
                    <main><p style="width: 2000px; color: #888; background: #999">x</p><h4>y</h4>
                    <img src="http://loadtest.invalid/x.png"><script>console.error('on purpose')</script>
                    """
            )
        let path = try folder.write(broken, to: "broken.html")
        let problems = try await Browser.problems([path], ["--quick"])
        for text in [
            "the page is 2", "contrast 1.", "H4 “y” follows an H1", "request: http://loadtest.invalid/x.png",
            "on purpose", "throughput: too few pixels",
        ] {
            #expect(problems.contains(text), "\(text) in \(problems)")
        }
    }

    @Test("writes its tables, and warns before the run, where there is no Chart.js", arguments: [false, true])
    func withoutLibrary(isWrong: Bool) async throws {
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let folder = "\(data.path)/javascript/chart.js"
        if isWrong {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try "/* Chart.js v2.9.4 */".write(toFile: "\(folder)/chart.min.js", atomically: true, encoding: .utf8)
        }
        let page = "\(data.path)/page.html"
        let result = try await Program(path: "/usr/bin/env").run(
            "XDG_DATA_DIRS=\(data.path)",
            Program.loadtest.path,
            "--headless",
            "-H",
            mock.url,
            "--data",
            "\(data.path)/a.json",
            "--exit-code-on-error",
            "0",
            "--html",
            page
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let why = isWrong ? "this is not Chart.js 3 or 4: \(folder)/chart.min.js" : "not found in \(folder)"
        #expect(result.errors.hasPrefix("warning: --html \(page) will have no charts: "))
        #expect(result.errors.contains(why) && result.errors.contains("apt-get install libjs-chart.js"))
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("This report has no charts") && text.contains("<table>"))
    }

    @Test(
        "ends with 64 before the run when the page cannot be written",
        arguments: [("/no/such/folder/page.html", "/no/such/folder"), ("/tmp", "folder"), ("", "missing")]
    )
    func badPath(path: String, text: String) async throws {
        let result = try await Program.loadtest.run("--headless", "-H", "http://127.0.0.1:9", "--html", path)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("--html") && result.errors.contains(text), "\(result.errors)")
    }

    @Test("costs nothing but the page when the disk is full in the end")
    func fullDisk() async throws {
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let summary = "\(data.path)/summary"
        let result = try await Program.loadtest.run(
            "--headless",
            "-H",
            mock.url,
            "--data",
            "\(data.path)/a.json",
            "--html",
            "/dev/full",
            "--summary",
            summary
        )
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("cannot write --html /dev/full"))
        #expect(result.errors.contains("Aggregated"))
        #expect(FileManager.default.fileExists(atPath: summary))
    }
}
