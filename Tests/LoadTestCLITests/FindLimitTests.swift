import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// `loadtest find-limit` as a user types it. How it decides is tested without a clock, in `LimitSearchTests`.
@Suite("loadtest find-limit", .timeLimit(.minutes(10)), .amongFew)
struct FindLimitTests {
    /// What the program prints with `--json`.
    private struct Found: Decodable {
        struct Level: Decodable {
            var level: Double
            var decision: String
            var confirming: Bool
            var turns: Int
            var good_turns: Int
            var reason: String
            var start_s: Double
            var end_s: Double

            var turnsPerS: Double { Double(turns) / (end_s - start_s) }
        }

        var schema: String
        var unit: String
        var verdict: String
        var reason: String
        var limit: Double?
        var best: Double?
        var broken: Double?
        var objectives: [String]
        var levels: [Level]
    }

    private let data: TemporaryFolder

    init() throws { data = try TemporaryFolder.data(invocations: 3) }

    private func mock(fullSpeed: Int? = nil, firstToken: Duration = .milliseconds(1)) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = 2
        configuration.script.firstToken = firstToken
        configuration.script.interval = .milliseconds(1)
        configuration.script.fullSpeedStreams = fullSpeed
        return try MockServer(configuration)
    }

    private func arguments(_ mock: MockServer, _ more: [String]) -> [String] {
        ["find-limit", "-H", mock.url, "--data", data.path + "/a.json", "--max-error", "1h"] + more
    }

    private func find(_ mock: MockServer, _ more: [String]) async throws -> (found: Found, result: Program.Result) {
        let result = try await Program.loadtest.run(arguments(mock, more + ["--json"]))
        return (try JSONDecoder().decode(Found.self, from: Data(result.output.utf8)), result)
    }

    @Test("finds how many users a server holds that slows down beyond a number of streams")
    func users() async throws {
        // Four at full speed; ten of them have their first token after 10 / 4 × 200 ms.
        let mock = try mock(fullSpeed: 4, firstToken: .milliseconds(200))
        defer { mock.stop() }
        let page = data.path + "/limit.html"
        let (found, result) = try await find(
            mock,
            ["--objective", "ttft < 500ms", "-u", "3", "--hold", "3s", "--confirm", "3s", "--html", page]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(found.schema == "loadtest.limit/1" && found.unit == "users" && found.objectives == ["ttft < 500ms"])
        #expect(found.verdict == "found")
        // Ten would be just too late; on a busy machine a few less are in time.
        let limit = try #require(found.limit)
        #expect(limit >= 6 && limit <= 10, "\(result.errors)")
        #expect(found.broken == limit + 1)
        #expect(found.levels.last?.confirming == true && found.levels.last?.decision == "kept")
        #expect(found.levels.allSatisfy { $0.good_turns <= $0.turns && !$0.reason.isEmpty })
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains("The limit is \(Int(limit)) users") && html.contains("chart-limit"))
        #expect(result.errors.contains("\(Int(limit)) users, once more for 3 s"))
    }

    @Test("raises arrivals, also in several processes, and says when nothing was too much", arguments: [1, 2])
    func arrivals(processes: Int) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let (found, result) = try await find(
            mock,
            ["--objective", "ttft < 30s", "--arrival-rate", "40/s", "--up-to", "80/s", "--confirm", "9s"]
                + ["--processes", "\(processes)"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(found.verdict == "not_reached" && found.limit == 80 && found.broken == nil)
        #expect(found.levels.map(\.level) == [40, 80, 80] && found.unit == "arrivals_per_s")
        // One conversation is one turn here; each load was played at its rate.
        #expect(found.levels.allSatisfy { $0.decision == "kept" && $0.turns > 0 })
        #expect(found.levels[1].turnsPerS > 1.5 * found.levels[0].turnsPerS, "\(found.levels.map(\.turnsPerS))")
    }

    @Test("ends with 3 when not even the first load is held, and says so in words")
    func first() async throws {
        let mock = try mock(firstToken: .milliseconds(50))
        defer { mock.stop() }
        let result = try await Program.loadtest.run(
            arguments(mock, ["--objective", "ttft < 1ms", "-u", "5", "--hold", "5s"])
        )
        #expect(result.exitCode == 3, "\(result.errors)")
        #expect(
            result.output.hasPrefix("Not even 5 users are held (95 % of turns with ttft < 1ms)."),
            "\(result.output)"
        )
        #expect(result.output.contains("broken"))
    }

    @Test("says what is wrong when nothing listens, and that a process was lost")
    func noServer() async throws {
        let port = try FreePort.any()
        let result = try await Program.loadtest.run(
            [
                "find-limit", "-H", "http://127.0.0.1:\(port)", "--data", data.path + "/a.json", "--objective",
                "ttft < 1s",
            ]
                + ["--hold", "3s", "--max-error", "1h"]
        )
        #expect(result.exitCode == 3, "\(result.errors)")
        #expect(result.output.hasPrefix("Not even 1 user is held"))
        #expect(
            result.output.contains("nothing listens at http://127.0.0.1:\(port): connection refused"),
            "\(result.output)"
        )
    }

    @Test("writes its page also where nobody reads its output")
    func fullOutput() async throws {
        let mock = try mock(firstToken: .milliseconds(50))
        defer { mock.stop() }
        let page = data.path + "/limit.html"
        let more = ["--objective", "'ttft < 1ms'", "-u", "5", "--hold", "5s", "--html", page]
        let command = ([Program.loadtest.path] + arguments(mock, more)).joined(separator: " ") + " >/dev/full"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 2, "\(result.errors)")
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Not even 5 users are held"))
    }

    /// Finds a limit with so few open files that there is room for hardly over a hundred users.
    private func findWithFewFiles(_ mock: MockServer, _ more: [String]) async throws
        -> (found: Found, result: Program.Result)
    {
        let arguments = arguments(mock, ["--objective", "'ttft < 30s'", "--json"] + more)
        let command = "ulimit -n 150; exec " + ([Program.loadtest.path] + arguments).joined(separator: " ")
        let result = try await Program(path: "/bin/bash").run("-c", command)
        return (try JSONDecoder().decode(Found.self, from: Data(result.output.utf8)), result)
    }

    @Test("ends with 4, and no limit but a lower bound, when this machine would have been it")
    func generator() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let (found, result) = try await findWithFewFiles(mock, ["-u", "60", "--confirm", "3s"])
        #expect(result.exitCode == 4, "\(result.errors)")
        #expect(found.verdict == "generator_bound" && found.limit == nil)
        #expect(found.reason.contains("users do not fit") && found.reason.contains("open files"), "\(found.reason)")
        let best = try #require(found.best)
        #expect(best > 60 && best < 120 && found.levels.map(\.level) == [60, best, best], "\(result.errors)")
        #expect(found.reason.hasPrefix("\(Int(best)) users kept the objectives, and \(Int(best) + 1) users do not fit"))
    }

    @Test("has as many users for arrivals as there is room for, unless it is told")
    func roomForArrivals() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let (found, result) = try await findWithFewFiles(
            mock,
            ["--arrival-rate", "40/s", "--up-to", "40/s", "--confirm", "9s"]
        )
        #expect(result.exitCode == 0 && found.limit == 40, "\(result.errors)")
    }

    @Test("keeps what was learned when it is interrupted")
    func interruption() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let result = try await Program.loadtest.run(
            arguments(mock, ["--objective", "ttft < 30s", "-u", "4", "--up-to", "8", "--confirm", "1h"])
        ) { program in
            let isConfirming = try await becomesTrue { program.complaints.contains("8 users, once more for 3600 s") }
            #expect(isConfirming)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 130, "\(result.errors)")
        #expect(result.output.hasPrefix("The search was stopped (95 % of turns with ttft < 30s); 8 users were held."))
    }

    @Test(
        "is refused with what is wrong and what to do",
        arguments: [
            ([], "no objective: say what a good turn is, such as --objective 'ttft < 800ms'"),
            (["--objective", "tft < 1s"], "ttft"),
            (["--objective", "ttft < 1s", "--hold", "1s"], "--hold must be at least 3s"),
            (["--objective", "ttft < 1s", "--goodput", "100%"], "under 100 %"),
            (["--objective", "ttft < 1s", "-u", "50", "--up-to", "20"], "--up-to is less than the first load"),
            (
                ["--objective", "ttft < 1s", "--up-to", "many"],
                "expected a number of users, such as 2000, found 'many'"
            ),
            (["--objective", "ttft < 1s", "--arrival-rate", "5/s", "--up-to", "20"], "/s, /m or /h"),
            (["--objective", "ttft < 1s", "--arrival-rate", "5/s", "-u", "20"], "exclude --arrival-rate"),
            (["--objective", "ttft < 1s", "--arrival-rate", "5/s", "--hold", "5s"], "--hold must be at least 9s"),
            (["--objective", "ttft < 1s", "--up-to", "1", "--processes", "2"], "which has a user for each process"),
            (["--objective", "ttft < 1s", "--html", "/dev/stdout"], "this is the result already"),
            (["--objective", "ttft < 1s", "--max-users", "5"], "--max-users needs --arrival-rate"),
            (["--objective", "ttft < 1s", "--html", "/no/such/folder/x.html"], "/no/such/folder"),
        ] as [([String], String)]
    )
    func usage(options: [String], message: String) async throws {
        let result = try await Program.loadtest.run(
            ["find-limit", "-H", "http://127.0.0.1:9", "--data", data.path + "/a.json"] + options
        )
        #expect(result.exitCode == 64 && result.errors.contains(message), "\(result.errors)")
    }
}
