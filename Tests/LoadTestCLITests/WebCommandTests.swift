import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest run without --headless", .timeLimit(.minutes(5)), .amongFew)
struct WebCommandTests {
    private static let form = "user_count=1&spawn_rate=1"
    /// So many that a run ends only when it is ended.
    private static let endless = 1_000_000

    @Test("tells with the end of a run why no turn has reached the server, in its log too")
    func unreachable() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        // Nobody listens there.
        let result = try await WebProgram.run(["--data", data.path], against: ["--host", "http://127.0.0.1:9"]) { web in
            _ = try await web.swarm(Self.form)
            try await web.waitForState("stopped")
            let log = try await web.curl("/logs").body
            #expect(log.contains("0 turns completed, 1 failed; nothing listens at http://127.0.0.1:9: "), "\(log)")
        }
        #expect(result.errors.contains("1 failed; nothing listens at http://127.0.0.1:9: "), "\(result.errors)")
    }

    @Test("ends with the result of its last run, and after Ctrl-C during one with 130")
    func exitCodes() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let nothing = try await WebProgram.run(["--data", data.path]) { web in
            try await web.waitForState("ready")
        }
        #expect(nothing.exitCode == 0)

        let failing = ["--data", data.path, "--path", "/no-such-path"]
        let failed = try await WebProgram.run(failing) { web in
            _ = try await web.swarm(Self.form)
            try await web.waitForState("stopped")
        }
        #expect(failed.exitCode == 1 && failed.errors.contains("run 1 ended: 0 turns completed, 1 failed"))

        let long = try TemporaryFolder.data(invocations: Self.endless)
        let summary = "\(long.path)/summary.txt"
        let interrupted = try await WebProgram.run(["--data", "\(long.path)/a.json", "--summary", summary]) { web in
            _ = try await web.swarm(Self.form)
            try await web.waitForState("running")
        }
        #expect(interrupted.exitCode == 130 && interrupted.errors.contains("Ctrl-C again ends at once"))
        #expect(try String(contentsOfFile: summary, encoding: .utf8).contains(#""interrupted""#))
    }

    @Test("starts the run of the options with --autostart, and ends after --autoquit")
    func autostart() async throws {
        let data = try TemporaryFolder.data(invocations: 2)
        let json = "\(data.path)/out.json"
        let arguments = ["--data", "\(data.path)/a.json", "--users", "2", "--json-file", json]
        let result = try await WebProgram.run(arguments + ["--autostart", "--autoquit", "1s"], endsItself: true) {
            web in
            try await web.waitForState("stopped")
        }
        #expect(result.exitCode == 0 && result.errors.contains("run 1 ended: 2 turns completed, 0 failed"))
        #expect(FileManager.default.fileExists(atPath: json))

        // Without --autoquit it stays.
        try await WebProgram.run(["--data", "\(data.path)/a.json", "--autostart"]) { web in
            try await web.waitForState("stopped")
            #expect(try await web.curl("/stats/summary").status == 200)
        }
    }

    @Test("says why the run of --autostart cannot be started, and ends")
    func autostartFails() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run(
            "--data",
            data.path,
            "--host",
            "http://no-such-host.invalid",
            "--web-port",
            "0",
            "--autostart"
        )
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("error: cannot resolve the host 'no-such-host.invalid'"))
    }

    @Test("says that its port is taken, starts nothing, and ends")
    func portTaken() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let port = try #require(mock.url.split(separator: ":").last)
        let result = try await Program.loadtest.run(
            "--data",
            data.path,
            "--mock",
            "--web-port",
            String(port),
            "--autostart"
        )
        #expect(result.exitCode == 2)
        #expect(
            result.errors.contains(
                "error: cannot serve the web page at 127.0.0.1:\(port): Address already in use; give another with --web-port"
            )
        )
        #expect(!result.errors.contains("run 1"))
    }

    @Test(
        "says that it cannot be at a place that is not this machine's",
        arguments: ["no-such-host.invalid", "203.0.113.7"]
    )
    func otherPlace(host: String) async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run(
            "--data",
            data.path,
            "--mock",
            "--web-host",
            host,
            "--web-port",
            "0"
        )
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("error: cannot serve the web page at \(host):0: "), "\(result.errors)")
        #expect(result.errors.contains("; --web-host must be an address"), "\(result.errors)")
    }

    @Test("has a start-up host, or none; says at the field what is wrong with one that is given")
    func hosts() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        try await WebProgram.run(["--data", data.path], against: []) { web in
            let missing = try await web.swarm(Self.form)
            #expect(missing["success"] as? Bool == false && missing["field"] as? String == "host")
            let unknown = try await web.swarm(Self.form, "host=http://no-such-host.invalid")
            #expect(unknown["success"] as? Bool == false && unknown["field"] as? String == "host")
            #expect((unknown["message"] as? String)?.contains("cannot resolve the host") == true)
            #expect(try await web.state() == "ready")
            let given = try await web.swarm(Self.form, "host=\(mock.url)")
            #expect(given["success"] as? Bool == true && given["host"] as? String == mock.url)
            try await web.waitForState("stopped")
        }
        try await WebProgram.run(["--data", data.path], against: ["--host", mock.url]) { web in
            let started = try await web.swarm(Self.form)
            #expect(started["host"] as? String == mock.url)
        }
    }

    @Test("refuses more users than the machine can hold, at the start and amid a run")
    func tooMany() async throws {
        let data = try TemporaryFolder.data(invocations: 100_000_000)
        try await WebProgram.run(["--data", data.path]) { web in
            func expectRefusal(_ answer: [String: Any], _ field: String?) {
                #expect(answer["success"] as? Bool == false && answer["field"] as? String == field)
                #expect((answer["message"] as? String)?.contains("What would fit:") == true)
            }
            let many = "user_count=10000000&spawn_rate=1"
            expectRefusal(try await web.swarm(many), nil)
            #expect(try await web.state() == "ready")
            #expect(try await web.swarm(Self.form)["success"] as? Bool == true)
            try await web.waitForState("running")
            expectRefusal(try await web.swarm(many), "user_count")
            let status = try await web.curl("/stats/requests").json
            #expect(status["user_count"] as? Int == 1 && status["state"] as? String == "running")
        }
    }

    @Test("starts another run when the last one was stopped, with settings of its own")
    func again() async throws {
        let data = try TemporaryFolder.data(invocations: Self.endless)
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        try await WebProgram.run(["--data", data.path]) { web in
            for (users, host) in [(3, ""), (2, "&host=\(mock.url)")] {
                _ = try await web.swarm("user_count=\(users)&spawn_rate=100\(host)")
                try await web.waitForState("running")
                #expect(try await web.curl("/stats/requests").json["user_count"] as? Int == users)
                // Of the second run there are no results before its end.
                #expect(try await web.curl("/stats/summary").status == 404)
                let answer = try await web.curl("/stop", "-X", "POST")
                #expect(answer.json["success"] as? Bool == true)
                #expect(try await web.state() == "stopped")
                let result = try await web.curl("/stats/summary").json
                // What the form asked for, not what the options did.
                #expect((result["configuration"] as? [String: String])?["users"] == "\(users)")
                let summary = result["run"] as? [String: Any]
                #expect(summary?["users"] as? Int == users)
                #expect(host.isEmpty || summary?["host"] as? String == mock.url)
            }
            #expect(try await web.curl("/stats/reset", "-X", "POST").body == "ok")
            #expect(try await web.curl("/stats/summary").status == 404)
        }
    }

    @Test("gives running turns their time however often a stop is asked for, unless it is to be now")
    func stopTwice() async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let options = ["--data", data.path, "--stop-timeout", "1h"]
        try await WebProgram.run(options, against: ["--host", mock.url]) { web in
            _ = try await web.swarm(Self.form)
            let isStreaming = try await becomesTrue { mock.counters.openStreams == 1 }
            #expect(isStreaming)
            for _ in 0..<2 {
                // It is answered at the end of the run, which this does not wait for: 28 is curl's time-out.
                let curl = ["curl", "-s", "-X", "POST", "--max-time", "1", "\(web.url)/stop"]
                let result = try await Program(path: "/usr/bin/env").run(curl)
                #expect(result.exitCode == 28, "\(result.output)")
                #expect(try await web.state() == "stopping")
            }
            #expect(try await web.curl("/stop?now=x", "-X", "POST").status == 400)
            #expect(try await web.state() == "stopping")
            #expect(try await web.curl("/stop?now=1", "-X", "POST").json["success"] as? Bool == true)
            #expect(try await web.state() == "stopped")
            let run = try await web.curl("/stats/summary").json["run"] as? [String: Any]
            #expect(run?["verdict"] as? String != "interrupted")
        }
    }

    @Test("needs a host to lock the page to")
    func nothingToLock() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run("--data", data.path, "--web-lock-host", "--web-port", "0")
        #expect(result.exitCode == 64 && result.errors.contains("--web-lock-host needs --host URL"), "\(result.errors)")
    }

    @Test("tells the page, too, what could be overlooked when the run has ended")
    func warnings() async throws {
        var configuration = MockConfiguration()
        configuration.script.faults = [FaultShare(.stall, percent: 100)]
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let options = ["--data", data.path, "--stall-after", "10ms"]
        try await WebProgram.run(options, against: ["--host", mock.url]) { web in
            _ = try await web.swarm(Self.form, "run_time=1")
            try await web.waitForState("stopped")
            let told = try await web.curl("/live", "--max-time", "1").body
            #expect(
                told.contains(#""no turn was completed""#) && told.contains("1 turn had been silent for up to")
                    && told.contains("a --stall-timeout shorter than that"),
                "\(told)"
            )
        }
    }

    @Test(
        "says what is wrong with its options",
        arguments: [
            (["--autoquit", "1s"], [:], "--autoquit needs --autostart"),
            (["--autostart", "--headless"], [:], "--autostart"),
            (["--web-origin", "lt.example.test"], [:], "--web-origin 'lt.example.test' is not the URL of a page"),
            (["--web-origin", "https://a/?b"], [:], "write for example https://lt.example.com/path"),
            (["--web-any-host", "--web-lock-host"], [:], "--web-any-host and --web-lock-host exclude each other"),
            (["--web-port", "65536"], [:], "--web-port must be 0 to 65535, not 65536"),
            ([], ["LOADTEST_WEB_LOGIN": "ann"], "there is no colon"),
        ]
    )
    func mistakes(arguments: [String], environment: [String: String], message: String) async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let all = ["--mock", "--data", data.path] + arguments
        let result = try await Program.loadtest.run(all, environment: environment)
        #expect(result.exitCode == 64 && result.errors.contains(message), "\(result.errors)")
        #expect(!result.errors.contains("geheim"))
    }
}
