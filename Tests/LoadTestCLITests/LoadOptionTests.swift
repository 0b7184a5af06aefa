import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// How much is played, how long, and how users arrive, as the command line says it.
@Suite("The load of a run", .timeLimit(.minutes(5)), .amongFew)
struct LoadOptionTests {
    private func play(
        _ options: [String],
        against url: String,
        invocations: Int = 3
    ) async throws -> (summary: Summary, exitCode: Int, errors: String) {
        let data = try TemporaryFolder.data(invocations: invocations)
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "-H", url, "--data", data.path + "/a.json", "--summary", file, "--max-error", "1h"] + options
        )
        let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        return (summary, result.exitCode, result.errors)
    }

    private func mock(firstToken: Duration = .milliseconds(1)) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = 2
        configuration.script.firstToken = firstToken
        configuration.script.interval = .milliseconds(1)
        return try MockServer(configuration)
    }

    @Test("is so many conversations in all", arguments: [1, 2])
    func invocations(processes: Int) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let (summary, exitCode, errors) = try await play(
            ["--invocations", "40", "-u", "50", "-r", "1000", "--processes", "\(processes)"],
            against: mock.url
        )
        #expect(exitCode == 0)
        #expect(summary.conversations.planned == 40 && summary.conversations.completed == 40)
        #expect(summary.result.byConversation.map(\.counts.planned) == [40])
        #expect(errors.contains("40 conversations for 50 users: at most 40 play at the same time"), "\(errors)")
    }

    @Test("begins again until the run time is over", arguments: [1, 2])
    func repeats(processes: Int) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let (summary, exitCode, errors) = try await play(
            ["--repeat", "-t", "2s", "-u", "4", "-r", "1000", "--processes", "\(processes)"],
            against: mock.url
        )
        #expect(exitCode == 0)
        let all = summary.conversations
        // Of each file three; two seconds are hundreds.
        #expect(all.completed > 20 && all.notStarted == 0 && all.planned == all.completed + all.cancelled)
        #expect(summary.result.byConversation.map(\.counts.planned) == [all.planned])
        #expect(summary.run.users == 4 && !errors.contains("Warning"), "\(errors)")
    }

    @Test("arrives by itself, and waits for a free user", arguments: [1, 2])
    func arrivals(processes: Int) async throws {
        let mock = try mock(firstToken: .milliseconds(400))
        defer { mock.stop() }
        let (summary, exitCode, errors) = try await play(
            ["--arrival-rate", "50/s", "--arrivals", "poisson", "--max-users", "4", "--processes", "\(processes)"],
            against: mock.url,
            invocations: 30
        )
        #expect(exitCode == 0)
        #expect(summary.conversations.completed == 30 && summary.peakUsers == 4)
        #expect(summary.run.arrivalRate == "50/s" && summary.run.arrivals == "poisson" && summary.run.spawnRate == nil)
        let delayed = summary.result.total[.conversationsDelayed]
        #expect(delayed > 10)
        #expect(
            errors.contains("\(delayed) conversations found no free user when they arrived: all 4 users of --max-users")
        )
        let (sent, intended) = (
            try #require(summary.result[.conversationTime]), try #require(summary.result[.intendedConversationTime])
        )
        #expect(sent.count == 30 && intended.count == 30)
        // Four at a time, 0.4 s each and more: the last waited for most of three seconds.
        #expect(intended.maximumNs > sent.maximumNs + 1_000_000_000)
        // Its columns are those of the rows with shorter names.
        let rows = errors.split(separator: "\n").filter {
            $0.contains("intended_conversation_time") || $0.hasPrefix("ttft ")
        }
        #expect(rows.count == 2 && Set(rows.map(\.count)).count == 1, "\(rows)")
    }

    @Test("counts after a warm-up, which all reports show apart", arguments: [1, 2])
    func warmUp(processes: Int) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let (summary, exitCode, errors) = try await play(
            ["--warm-up", "20", "--repeat", "-t", "4s", "-u", "4", "-r", "1000", "--processes", "\(processes)"],
            against: mock.url
        )
        #expect(exitCode == 0, "\(errors)")
        let warmUp = try #require(summary.result.warmUp)
        #expect(warmUp.total[.completed] >= 20 && summary.turns.completed > 0)
        #expect(warmUp[.ttft]?.count ?? 0 >= 20)
        // What is left of four seconds.
        #expect(summary.run.durationS < 4.5 - warmUp.endS + 0.5)
        #expect(errors.contains("warming up") && errors.contains("Warm-up (ms)"), "\(errors)")
        #expect(
            errors.contains("s before the run began to count: \(warmUp.total[.completed]) turns completed, 0 failed")
        )
    }

    @Test("has its steady stretch beside the whole, also for thresholds", arguments: [1, 2])
    func steady(processes: Int) async throws {
        let mock = try mock(firstToken: .milliseconds(50))
        defer { mock.stop() }
        let (summary, exitCode, errors) = try await play(
            ["--threshold", "steady/ttft.p50 > 10ms", "--threshold", "steady/turns.completed > 1000000"]
                + ["--repeat", "-t", "4s", "-u", "6", "-r", "1000", "--processes", "\(processes)"],
            against: mock.url
        )
        #expect(exitCode == 3, "\(errors)")
        #expect(summary.thresholds.map(\.ok) == [true, false])
        let steady = try #require(summary.result.steady)
        #expect(steady.concurrency?.peak ?? 0 <= 6 && steady.durationS > 0)
        #expect(summary.thresholds.last?.observed == Double(steady.total[.completed]))
        #expect(errors.contains("Steady (ms)") && errors.contains("turns at the same time, of "))
    }

    @Test("has the same sessions with the same seed, and others with another")
    func seed() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let folder = try TemporaryFolder.data(invocations: 0)
        func sessions(_ seed: Int) async throws -> [String] {
            let file = folder.path + "/events-\(seed)"
            _ = try await play(["--seed", "\(seed)", "--events", file], against: mock.url, invocations: 5)
            return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
                let turn = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return turn?["session"] as? String
            }
        }
        let first = try await sessions(7)
        #expect(Set(first).count == 5)
        #expect(try await sessions(7) == first)
        #expect(try await sessions(8) != first)
    }

    @Test("has users that leave turns, as a configuration file says it too", arguments: [1, 2])
    func abandon(processes: Int) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let folder = try TemporaryFolder()
        let config = try folder.write("abandon = \"50%@1event\"\nseed = 3\n", to: "load.conf")
        let (summary, exitCode, errors) = try await play(
            [
                "--config", config, "-u", "4", "-r", "1000", "--processes", "\(processes)", "--html",
                folder.path + "/page",
            ],
            against: mock.url,
            invocations: 200
        )
        #expect(exitCode == 0, "\(errors)")
        let turns = summary.turns
        #expect(turns.started == 200 && turns.completed + turns.abandoned == 200 && turns.failed == 0)
        // With this seed it is the same turns each time, and with any number of processes.
        #expect(turns.abandoned == 105, "half of them, more or less")
        #expect(summary.conversations.completed == 200)
        #expect(
            errors.contains(
                "200 started, \(turns.completed) completed, 0 failed, \(turns.abandoned) abandoned, 0 cancelled"
            )
        )
        #expect(errors.contains("\nabandoned                    \(turns.abandoned)"), "\(errors)")
        let page = try String(contentsOfFile: folder.path + "/page", encoding: .utf8)
        #expect(page.contains(", \(turns.abandoned) abandoned, "))
        #expect(summary.configuration["abandon"] == "50%@1event")
    }

    @Test("has users that read slowly", arguments: [1, 2])
    func readRate(processes: Int) async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 12
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = .milliseconds(1)
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let (summary, exitCode, errors) = try await play(
            ["--read-rate", "6000/m", "-u", "4", "-r", "1000", "--processes", "\(processes)"],
            against: mock.url,
            invocations: 8
        )
        #expect(exitCode == 0, "\(errors)")
        #expect(summary.turns.completed == 8 && summary.events.total == 8 * 12 && summary.stalls.total == 0)
        let gaps = try #require(summary.result[.interEvent])
        #expect(gaps.count == 8 * 11 && gaps.minimumNs >= 10_000_000)
        #expect(summary.configuration["read-rate"] == "6000/m")
        let slow = try await Program.loadtest.run(["--headless", "--mock", "--data", "data", "--read-rate", "30/m"])
        #expect(
            slow.exitCode == 64 && slow.errors.contains("a reader of 30/m takes an event every 2s"),
            "\(slow.errors)"
        )
    }

    @Test("says what is wrong with how turns are left")
    func abandonMistake() async throws {
        let result = try await Program.loadtest.run(["--headless", "--mock", "--abandon", "10%@5s,5%@6s"])
        #expect(
            result.exitCode == 64 && result.errors.contains("there are two times; give one time"),
            "\(result.errors)"
        )
    }

    @Test("may be ended because too many turns fail", arguments: [1, 2])
    func failures(processes: Int) async throws {
        let port = try FreePort.any()
        let (summary, exitCode, errors) = try await play(
            ["--abort-on-failures", "50%/1s", "--repeat", "-u", "4", "-r", "1000", "--processes", "\(processes)"],
            against: "http://127.0.0.1:\(port)"
        )
        #expect(exitCode == 1)
        #expect(
            errors.contains(
                "s: 100.000% of the turns that ended in the last 1s against 'http://127.0.0.1:\(port)' failed"
            )
        )
        #expect(errors.contains("(--abort-on-failures); in all: connect_refused "))
        #expect(errors.contains("nothing listens at http://127.0.0.1:\(port): connection refused"), "\(errors)")
        let threshold = try #require(summary.thresholds.first)
        #expect(threshold.expr == "failures.rate over 1s < 50%" && !threshold.ok && threshold.endedRunAfterS != nil)
    }

    @Test("is not begun before its time to wait for the host is over, and then not at all")
    func noHost() async throws {
        let port = try FreePort.any()
        let result = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", "data", "--wait-for-host", "0"]
        )
        #expect(result.exitCode == 64 && result.errors.contains("the time to wait for the host must be over 0"))
        let data = try TemporaryFolder.data(invocations: 1)
        let waited = try await Program.loadtest.run(
            ["--headless", "-H", "http://127.0.0.1:\(port)", "--data", data.path, "--wait-for-host", "300ms"]
        )
        #expect(waited.exitCode == 2)
        #expect(waited.errors.contains("cannot wait any longer for 'http://127.0.0.1:\(port)'"), "\(waited.errors)")
    }

    @Test(
        "is refused when it contradicts itself",
        arguments: [
            (["--repeat", "--invocations", "5"], "give one of both"),
            (["--invocations", "0"], "from 1 to 1000000000, not 0"),
            (["--arrivals", "poisson"], "--arrivals needs --arrival-rate"),
            (["--max-users", "5"], "--max-users needs --arrival-rate"),
            (["--arrival-rate", "5/s", "-u", "5"], "--users and --spawn-rate exclude arrivals"),
            (["--arrival-rate", "5/s", "-r", "5"], "--users and --spawn-rate exclude arrivals"),
            (["--stages", "5s:5", "-r", "5"], "--users, --spawn-rate and --stages exclude each other"),
            (["--stages", "5s:5", "--arrival-rate", "5/s"], "write rates, as in --stages 30s:10/s"),
            (["--stages", "5s:5,5s:5/s"], "stages are all of users (30s:100) or all of rates"),
            (["--arrival-rate", "5/s", "--rest", "5s"], "a user has one: leave it out"),
            (["--arrival-rate", "5"], "expected /s, /m or /h behind the number"),
            (["--arrival-rate", "5/s", "--arrivals", "gama:2"], "did you mean 'gamma'?"),
            (["--abort-on-failures", "50/30s"], "expected % behind the number"),
            (["--abort-on-failures", "50%/30"], "the unit after 30 is missing"),
            (["--abort-on-failures", "0%/30s"], "over 0 and at most 100"),
            (["--abort-on-failures", "50%/10ms"], "at least 1s"),
            (["--backoff", "maybe"], "'maybe'"),
        ]
    )
    func contradictions(options: [String], text: String) async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run(
            ["--headless", "-H", "http://127.0.0.1:9", "--data", data.path] + options
        )
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
    }
}
