import Foundation
import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("Limits of the system", .timeLimit(.minutes(5)), .amongFew)
struct SystemLimitTests {
    private static let commands = [
        "--headless --mock --data data/small_talk.json", "--headless -H http://127.0.0.1:1 --processes 2",
        "--web-port 0 -H http://127.0.0.1:1", "mock --port 0", "mock --port 0 --processes 2", "validate",
        "plan --users 9",
        "report /dev/null", "--help",
    ]

    private func result(_ limit: String, _ arguments: String) async throws -> Program.Result {
        // The tests' own descriptors would be open in it too.
        let close = "for fd in /proc/self/fd/*; do n=${fd##*/}; [ $n -gt 2 ] && eval \"exec $n>&-\"; done; "
        let command = close + "ulimit \(limit); exec \(Program.loadtest.path) \(arguments)"
        return try await Program(path: "/bin/bash").run("-c", command)
    }

    @Test("of open files that are too low are told by every command, with what is needed", arguments: commands)
    func openFiles(command: String) async throws {
        for count in [4, 5, 8, 15, 26] {
            let result = try await result("-n \(count)", command)
            #expect(result.exitCode == 2, "\(count): \(result.errors)")
            #expect(
                result.errors
                    == "error: cannot start: the program needs 24 open files besides the 3 that it has, and may "
                    + "have \(count); raise the limit (ulimit -n 27, or more)\n"
            )
            #expect(result.output.isEmpty)
        }
    }

    @Test("of open files let every command work, or say what it needs", arguments: commands.dropFirst(5))
    func enoughOpenFiles(command: String) async throws {
        for count in [27, 40] {
            let result = try await result("-n \(count)", command)
            #expect(![132, 134].contains(result.exitCode) && result.exitCode < 1_000, "\(count): \(result.errors)")
            #expect(!result.errors.contains("cannot start: "), "\(result.errors)")
        }
    }

    @Test("of memory that are too low are told by every command", arguments: commands, ["-v", "-d"])
    func memory(command: String, limit: String) async throws {
        let result = try await result("\(limit) 120000", command)
        #expect(result.exitCode == 2, "\(result.errors)")
        #expect(
            result.errors.contains(#/^error: cannot start: the program needs about \d+ MiB besides /#),
            "\(result.errors)"
        )
        #expect(result.errors.contains("(ulimit \(limit) "), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    /// The system has no such limit for root.
    private static let canBeSomebody =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

    @Test(
        "of threads are told by every command, which does not wait for a thread for ever",
        .enabled(if: canBeSomebody, "only root can be a user without other processes"),
        arguments: commands + ["--version"]
    )
    func threads(command: String) async throws {
        for count in [1, 3, 6] {
            // A user whose threads nobody else's test counts.
            let limit = ["--reuid", "\(700_000 + count)", "--clear-groups", "prlimit", "--nproc=\(count)"]
            let result = try await Program(path: "/usr/bin/setpriv").run(
                limit + [Program.loadtest.path] + command.split(separator: " ").map(String.init)
            )
            #expect(result.exitCode == 2, "\(count): \(result.errors)")
            #expect(
                result.errors.contains(
                    #/^error: cannot start: cannot start a thread: .* raise the limit \(ulimit -u, /#
                ),
                "\(result.errors)"
            )
            #expect(result.output.isEmpty)
        }
    }

    @Test("of memory count the users of a run, and what the message says would fit does")
    func users() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 100_000)
        let run = "--headless --data \(data.path) -r 1000 -t 1 -H \(mock.url)"
        let refused = try await result("-v 600000", run + " -u 90000")
        #expect(refused.exitCode == 2)
        let most = try #require(
            refused.errors.firstMatch(of: /ulimit -v limits .* at most (\d+) users/),
            "\(refused.errors)"
        )
        let played = try await result("-v 600000", run + " -u \(most.1)")
        #expect(played.exitCode == 0, "\(played.errors)")
    }
}
