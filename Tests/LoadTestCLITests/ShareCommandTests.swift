import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("loadtest run --share", .timeLimit(.minutes(5)), .amongFew)
struct ShareCommandTests {
    /// A line of a mock's log.
    private struct Turn: Decodable {
        let session: String
    }

    /// A line of an event log.
    private struct Event: Decodable {
        let invocation: UInt64
        let turn: Int
    }

    private func mock(events: Int = 3, log: String? = nil) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = events
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = .milliseconds(1)
        configuration.logPath = log
        return try MockServer(configuration)
    }

    private func lines<Line: Decodable>(_ type: Line.Type, of path: String) throws -> [Line] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(type, from: Data($0.utf8))
        }
    }

    private func summary(_ path: String) throws -> Summary {
        try Summary(json: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    @Test(
        "plays every invocation once, whatever the number of processes, and merges to the whole",
        arguments: [2, 3, 10]
    )
    func plays(count: Int) async throws {
        let data = try TemporaryFolder.data(invocations: 41)
        try data.write(
            #"{"name": "b", "invocations": 23, "conversation": [{"role": "u", "content": "1"}, {"role": "u", "content": "2"}]}"#,
            to: "b.json"
        )
        let folder = try TemporaryFolder()
        let mock = try mock(log: folder.path + "/mock.log")
        let common = [
            "--headless", "-u", "30", "-r", "1000", "-H", mock.url, "--data", data.path, "--seed", "5",
            "--only-summary",
        ]
        // One after another, in one place: they are up to ten programs.
        try await ProgramGate.pass {
            for number in 1...count {
                // Nothing but the share differs, and how it is carried.
                let result = try await Program.loadtest.run(
                    common + ["--share", "\(number)/\(count)", "--processes", number.isMultiple(of: 2) ? "2" : "1"]
                        + ["--summary", "\(folder.path)/\(number).json", "--events", "\(folder.path)/\(number).events"]
                )
                #expect([0, 4].contains(result.exitCode), "\(result.errors)")
                let part = try summary("\(folder.path)/\(number).json")
                #expect(part.run.share?.text == "\(number)/\(count)")
                #expect(
                    part.run.share?.startedAt == part.run.startedAt && part.run.share?.durationS == part.run.durationS
                )
                #expect(part.run.users == RunShare(index: number - 1, count: count).part(of: 30))
                #expect(part.conversations.planned == part.conversations.completed)
                #expect(part.byConversation.allSatisfy { $0.counts.planned == $0.counts.completed })
            }
        }
        mock.stop()
        let events = try (1...count).flatMap { try lines(Event.self, of: "\(folder.path)/\($0).events") }
        #expect(events.filter { $0.turn == 1 }.map(\.invocation).sorted() == Array(1...64))
        #expect(events.count == 41 + 2 * 23)
        let turns = try lines(Turn.self, of: folder.path + "/mock.log")
        #expect(turns.count == 41 + 2 * 23 && Set(turns.map(\.session)).count == 64, "no session id comes twice")

        let files = (1...count).map { "\(folder.path)/\($0).json" }
        let merged = folder.path + "/merged.json"
        let result = try await Program.loadtest.run(
            ["report", "--merge"] + files + ["--summary", merged, "--html", folder.path + "/merged.html"]
        )
        #expect([0, 4].contains(result.exitCode), "\(result.errors)")
        #expect(result.output.contains("Shares         \(count) of \(count) of the run"), "\(result.output)")
        let whole = try summary(merged)
        #expect(whole.run.shares?.count == count && whole.run.share == nil)
        #expect(whole.run.users == 30 && whole.run.spawnRate == 1_000)
        #expect(whole.conversations.planned == 64 && whole.conversations.completed == 64)
        #expect(whole.outcomes == ["completed": 87])
        #expect(whole.byConversation.map(\.counts.completed) == [41, 23])
        #expect(whole.metrics["ttft"]?.count == 87)
        #expect(whole.series.points.reduce(0) { $0 + $1.turnsCompleted } == 87)
        let page = try String(contentsOfFile: folder.path + "/merged.html", encoding: .utf8)
        #expect(page.contains("After the first (ms)"))
        // Again from the merged file, and with itself.
        let again = try await Program.loadtest.run("report", merged)
        #expect(again.output == result.output)
        let twice = try await Program.loadtest.run(["report", "--merge", merged] + files.prefix(1))
        #expect(twice.exitCode == 64 && twice.errors.contains("share 1/\(count) is there twice"), "\(twice.errors)")
    }

    @Test("names missing shares with 2, judges by the merged numbers with 3, and refuses those of another run")
    func mergedVerdict() async throws {
        let data = try TemporaryFolder.data(invocations: 30)
        let folder = try TemporaryFolder()
        let mock = try mock()
        defer { mock.stop() }
        func play(_ share: String, _ file: String, seed: Int) async throws {
            let result = try await Program.loadtest.run(
                ["--headless", "-u", "6", "-r", "1000", "-H", mock.url, "--data", data.path, "--only-summary"]
                    + ["--seed", "\(seed)", "--share", share, "--summary", folder.path + "/" + file]
                    + ["--threshold", "turns.completed < 20"]
            )
            #expect(result.exitCode == 0, "\(result.errors)")
        }
        try await play("1/2", "1.json", seed: 1)
        try await play("2/2", "2.json", seed: 1)
        try await play("2/2", "foreign.json", seed: 2)
        func merge(_ files: [String], _ more: String...) async throws -> Program.Result {
            try await Program.loadtest.run(["report", "--merge"] + files.map { folder.path + "/" + $0 } + more)
        }
        let all = try await merge(["1.json", "2.json"])
        #expect(all.exitCode == 3, "\(all.errors)")
        #expect(all.output.contains("turns.completed < 20"))
        let more = try await merge(["1.json", "2.json"], "--threshold", "ttft.p50 < 1ns", "--json")
        #expect(more.exitCode == 3 && more.errors.contains("ttft.p50 < 1ns"), "\(more.errors)")
        let one = try await merge(["2.json"])
        #expect(one.exitCode == 2 && one.errors.contains("error: 1 share of 2 is missing: 1"), "\(one.errors)")
        let foreign = try await merge(["1.json", "foreign.json"])
        #expect(foreign.exitCode == 64)
        #expect(
            foreign.errors.contains("of another run") && foreign.errors.contains("seed (2, and there 1)"),
            "\(foreign.errors)"
        )
        let bad = try await merge(["1.json"], "--threshold", "foo < 1")
        #expect(bad.exitCode == 64 && bad.errors.contains("--threshold: "), "\(bad.errors)")
    }

    @Test("waits for the common start, says so, and begins then", arguments: [1, 2])
    func start(processes: Int) async throws {
        let data = try TemporaryFolder.data(invocations: 8)
        let mock = try mock()
        defer { mock.stop() }
        let file = data.path + "/summary"
        // The time runs from when there is a place.
        let (text, start, result) = try await ProgramGate.pass {
            let text = StartText.text(of: Date.now + 8)
            let start = try #require(StartText.moment(of: text))
            let result = try await Program.loadtest.run(
                [
                    "--headless", "-u", "4", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json",
                    "--only-summary",
                ]
                    + ["--share", "1/2", "--start-at", text, "--processes", "\(processes)", "--summary", file]
            ) { program in
                let waits = try await becomesTrue { program.complaints.contains("waiting for the start at \(text)") }
                #expect(waits, "\(program.complaints)")
                #expect(mock.counters.posts == 0 || Date.now >= start)
            }
            return (text, start, result)
        }
        #expect([0, 4].contains(result.exitCode), "\(result.errors)")
        let summary = try summary(file)
        let share = try #require(summary.run.share)
        #expect(share.startAt == text)
        let begun = try #require(share.begunAt.flatMap(StartText.moment))
        #expect(begun >= start - 0.002)
        #expect(try #require(StartText.moment(of: summary.run.startedAt)) >= start - 0.002)
        #expect(summary.conversations.completed == 4)
    }

    @Test("ends with 130 and nothing written when Ctrl-C comes while it waits")
    func interrupted() async throws {
        let data = try TemporaryFolder.data(invocations: 8)
        let mock = try mock()
        defer { mock.stop() }
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "-H", mock.url, "--data", data.path + "/a.json", "--start-at", "+1h", "--summary", file]
        ) { program in
            let waits = try await becomesTrue { program.complaints.contains("waiting for the start") }
            #expect(waits)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 130, "\(result.errors)")
        #expect(mock.counters.posts == 0)
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("takes its share from a scheduler")
    func scheduler() async throws {
        let data = try TemporaryFolder.data(invocations: 9)
        let mock = try mock()
        defer { mock.stop() }
        func run(_ share: String, _ environment: [String: String]) async throws -> Program.Result {
            try await Program.loadtest.run(
                [
                    "--headless", "-u", "3", "-r", "1000", "-H", mock.url, "--data", data.path, "--seed", "1",
                    "--share", share,
                ],
                environment: environment
            )
        }
        let kubernetes = try await run("auto/3", ["JOB_COMPLETION_INDEX": "2"])
        #expect(
            kubernetes.exitCode == 0 && kubernetes.errors.contains("Share          3/3 of the run"),
            "\(kubernetes.errors)"
        )
        let unknown = try await run("auto", ["JOB_COMPLETION_INDEX": "2"])
        #expect(unknown.exitCode == 64 && unknown.errors.contains("--share: JOB_COMPLETION_INDEX"), "\(unknown.errors)")
    }

    @Test(
        "is refused where it cannot be one, with what to do about it",
        arguments: [
            (["--share", "3/2", "--seed", "1"], "no 3"),
            (["--share", "x", "--seed", "1"], "such as 3/10"),
            (["--share", "1/2"], "needs the same --seed"),
            (["--share", "1/2", "--start-at", "+5s"], "needs the same --seed"),
            (["--start-at", "tomorrow"], "such as 2026-01-01T12:00:00Z"),
            (["--start-at", "2020-01-01T12:00:00Z"], "ago"),
            (["--share", "1/9", "--seed", "1"], "as many users and conversations"),
        ]
    )
    func refused(options: [String], why: String) async throws {
        let data = try TemporaryFolder.data(invocations: 8)
        let result = try await Program.loadtest.run(
            ["--headless", "-H", "http://127.0.0.1:9", "-u", "9", "--data", data.path] + options
        )
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(why), "\(result.errors)")
        #expect(!result.errors.contains("Fatal"))
    }

    @Test("has no page")
    func page() async throws {
        let data = try TemporaryFolder.data(invocations: 8)
        let result = try await Program.loadtest.run(
            ["-H", "http://127.0.0.1:9", "--data", data.path, "--share", "1/2", "--seed", "1"]
        )
        #expect(result.exitCode == 64 && result.errors.contains("--share needs --headless"), "\(result.errors)")
    }
}
