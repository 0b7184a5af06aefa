import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("A run of the page in several processes", .timeLimit(.minutes(5)), .amongFew)
struct WebProcessesTests {
    private func play(body: (WebProgram) async throws -> Void) async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1_000)
        let options = ["--data", data.path, "--processes", "3"]
        try await WebProgram.run(options, against: ["--host", mock.url], body: body)
    }

    private func users(_ web: WebProgram) async throws -> Int {
        try #require(try await web.curl("/stats/requests").json["user_count"] as? Int)
    }

    private func waitForUsers(_ expected: Int, _ web: WebProgram) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        var found = -1
        while found != expected {
            try #require(ContinuousClock.now < deadline, "\(found) users, not \(expected)")
            if found >= 0 { try await Task.sleep(for: .milliseconds(50)) }
            found = try await users(web)
        }
    }

    private func lose(_ web: WebProgram) throws {
        kill(try #require(ProcessTable.children(of: web.processID).first), SIGKILL)
    }

    @Test("is running when all users are there that can come, though a process was lost amid the start")
    func lostWhileSpawning() async throws {
        try await play { web in
            #expect(try await web.swarm("user_count=6&spawn_rate=1")["success"] as? Bool == true)
            try await web.waitForState("spawning")
            try lose(web)
            try await web.waitForState("running")
            #expect(try await users(web) == 4)
        }
    }

    @Test("keeps a user in each process, and says what the least is")
    func fewerUsersThanProcesses() async throws {
        try await play { web in
            #expect(try await web.swarm("user_count=6&spawn_rate=1000")["success"] as? Bool == true)
            try await waitForUsers(6, web)
            let refused = try await web.swarm("user_count=2&spawn_rate=1000")
            #expect(refused["success"] as? Bool == false && refused["field"] as? String == "user_count", "\(refused)")
            #expect((refused["message"] as? String)?.contains("the least is 3; stop the run") == true, "\(refused)")
            #expect(try await web.swarm("user_count=3&spawn_rate=1000")["success"] as? Bool == true)
        }
    }

    @Test("says of a run with fewer users that it has fewer processes, and does not advise the option that was given")
    func fewerProcesses() async throws {
        try await play { web in
            let started = try await web.swarm("user_count=1&spawn_rate=1000")
            #expect(
                (started["note"] as? String)?.hasPrefix("this run has 1 process to its end, not the 3 of --processes")
                    == true,
                "\(started)"
            )
            let limit = try await Program(path: "/usr/bin/prlimit").run(
                "--pid",
                "\(web.processID)",
                "--nofile=1000:1000"
            )
            #expect(limit.exitCode == 0)
            let refused = try await web.swarm("user_count=1500&spawn_rate=1000")
            #expect(refused["success"] as? Bool == false)
            let message = try #require(refused["message"] as? String)
            #expect(
                message.contains("another run, which begins with at least ") && !message.contains("--processes"),
                "\(message)"
            )
        }
        // With as many users as processes there is nothing to say.
        try await play { web in
            let started = try await web.swarm("user_count=3&spawn_rate=1000")
            #expect(started["success"] as? Bool == true && started["note"] == nil, "\(started)")
        }
    }

    @Test("shares changed users among the processes that are left")
    func usersAfterLoss() async throws {
        try await play { web in
            #expect(try await web.swarm("user_count=6&spawn_rate=1000")["success"] as? Bool == true)
            try await waitForUsers(6, web)
            try lose(web)
            try await waitForUsers(4, web)
            for count in [9, 2, 7] {
                #expect(try await web.swarm("user_count=\(count)&spawn_rate=1000")["success"] as? Bool == true)
                // With turns that do not end those who are too many stay.
                try await waitForUsers(max(count, 9), web)
                try await web.waitForState("running")
            }
        }
    }
}
