import Foundation
import MockAssistant
import TestSupport
import Testing

/// The real Locust, and a script that reads its files: Locust/read_results.py says what is compared.
private enum Locust {
    static let python = PythonEnvironment(name: "locust-venv")
    private static let folder = "Tests/LoadTestCLITests/Locust"

    /// Plays the conversations of a folder to their end.
    static func run(_ options: [String], data: TemporaryFolder) async throws -> Program.Result {
        try await python.run(
            ["-m", "locust", "-f", "\(folder)/locustfile.py"] + options,
            // Python else writes files in the encoding of the user's language.
            environment: ["DATA": data.path, "PYTHONUTF8": "1"]
        )
    }

    /// Reads the files that begin with two prefixes, and compares them.
    static func compare(_ locust: String, _ ours: String) async throws -> Program.Result {
        try await python.run(["\(folder)/read_results.py", locust, ours])
    }
}

@Suite(
    "What Locust writes",
    .enabled(if: Locust.python.isAvailable, "\(Locust.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct LocustTests {
    /// Conversations of one turn to three; the names are in an order of their own, and one needs quotes.
    private func data() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (file, name, invocations, turns) in [
            ("a", "small_talk", 30, 1), ("b", #"b \"quoted\", é"#, 20, 3), ("c", "Zebra", 7, 2), ("d", "never", 0, 1),
        ] {
            let turns = Array(repeating: #"{"role": "user", "content": "Hi"}"#, count: turns).joined(separator: ",")
            try folder.write(
                #"{"name": "\#(name)", "invocations": \#(invocations), "conversation": [\#(turns)]}"#,
                to: "\(file).json"
            )
        }
        return folder
    }

    private func mock(faults: [FaultShare]) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = 3
        configuration.script.firstToken = .milliseconds(5)
        configuration.script.interval = .milliseconds(2)
        configuration.script.seed = 7
        configuration.script.faults = faults
        return try MockServer(configuration)
    }

    /// The options, all of which both programs have.
    private func options(_ mock: MockServer, users: Int, prefix: String, json: [String]) -> [String] {
        [
            "--headless", "--only-summary", "-H", mock.url, "-u", "\(users)", "-r", "1000", "--run-time", "60",
            "--csv", prefix, "--csv-full-history",
        ] + json
    }

    private func run(
        users: Int,
        faults: [FaultShare],
        prefix: String,
        isFile: Bool,
        _ program: ([String]) async throws -> Program.Result
    ) async throws -> Int {
        let mock = try mock(faults: faults)
        defer { mock.stop() }
        let json = isFile ? ["--json-file", prefix] : ["--json"]
        let result = try await program(options(mock, users: users, prefix: prefix, json: json))
        #expect(result.exitCode == (faults.isEmpty ? 0 : 1), "\(result.errors)")
        if !isFile { try result.output.write(toFile: "\(prefix).json", atomically: true, encoding: .utf8) }
        return mock.counters.posts
    }

    @Test(
        "is read by a script that reads ours unchanged, and both have counted the same",
        arguments: [
            (5, [], false),
            // With one user the turns come in the same order, and those with the same number have the same fault. Locust
            // takes a kept connection that is reset for a failure of the turn, and sends none twice.
            (
                1,
                [
                    FaultShare(.http500, percent: 10), FaultShare(.http429, percent: 5),
                    FaultShare(.truncate, percent: 10), FaultShare(.resetBeforeHeaders, percent: 5),
                ], true
            ),
        ] as [(Int, [FaultShare], Bool)]
    )
    func agreement(users: Int, faults: [FaultShare], isFile: Bool) async throws {
        let data = try data()
        let files = try TemporaryFolder()
        let (locust, ours) = ("\(files.path)/locust", "\(files.path)/loadtest")
        let locustPosts = try await run(users: users, faults: faults, prefix: locust, isFile: isFile) {
            try await Locust.run($0, data: data)
        }
        let posts = try await run(users: users, faults: faults, prefix: ours, isFile: isFile) {
            try await Program.loadtest.run($0 + ["--data", data.path, "--no-resend"])
        }
        let compared = try await Locust.compare(locust, ours)
        #expect(compared.exitCode == 0, "\(compared.output)\(compared.errors)")
        let total = try #require(compared.output.firstMatch(of: /Aggregated: (\d+) requests, (\d+) failures/))
        let (requests, failures) = (try #require(Int(total.1)), try #require(Int(total.2)))
        #expect(requests == posts && requests == locustPosts)
        if faults.isEmpty {
            #expect(requests == 30 + 20 * 3 + 7 * 2 && failures == 0)
        } else {
            #expect(failures > 5 && requests < 30 + 20 * 3 + 7 * 2)
        }
    }

    @Test("is not what the script finds where something was changed")
    func disagreement() async throws {
        let data = try data()
        let files = try TemporaryFolder()
        let (good, bad) = ("\(files.path)/good", "\(files.path)/bad")
        let faults = [FaultShare(.http500, percent: 20)]
        _ = try await run(users: 1, faults: faults, prefix: good, isFile: true) {
            try await Program.loadtest.run($0 + ["--data", data.path])
        }
        let names = ["_stats.csv", "_stats_history.csv", "_failures.csv", "_exceptions.csv", ".json"]
        func copy() throws {
            for name in names {
                try String(contentsOfFile: good + name, encoding: .utf8)
                    .write(toFile: bad + name, atomically: true, encoding: .utf8)
            }
        }
        try copy()
        let same = try await Locust.compare(good, bad)
        #expect(same.exitCode == 0, "\(same.output)\(same.errors)")
        for (name, change) in [
            ("_stats.csv", { $0.replacing("\r\n", with: "\n") }),
            ("_stats.csv", { $0.replacing("Failure Count", with: "Failures") }),
            ("_stats.csv", { $0.replacing(/POST,small_talk,30/, with: "POST,small_talk,31") }),
            ("_stats_history.csv", { $0.replacing(/,Aggregated,.*\r\n$/, with: ",Aggregated\r\n") }),
            ("_failures.csv", { $0.replacing(/POST,Zebra,.*\r\n/, with: "") }),
            (".json", { $0.replacing("num_none_requests", with: "none") }),
            (".json", { $0.replacing(/"num_requests" : 30/, with: #""num_requests" : 29"#) }),
        ] as [(String, (String) -> String)] {
            try copy()
            let text = try String(contentsOfFile: bad + name, encoding: .utf8)
            let changed = change(text)
            #expect(changed != text, "\(name): \(text)")
            try changed.write(toFile: bad + name, atomically: true, encoding: .utf8)
            let compared = try await Locust.compare(good, bad)
            let isFound = compared.output.contains("problem: ") || compared.errors.contains("KeyError: ")
            #expect(compared.exitCode == 1 && isFound, "\(name): \(compared.output)\(compared.errors)")
        }
    }
}
