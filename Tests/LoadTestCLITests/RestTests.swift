import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("The REST interface", .timeLimit(.minutes(5)), .amongFew)
struct RestTests {
    static let python = PythonEnvironment(name: "rest-venv")
    static let locustPython = PythonEnvironment(name: "locust-venv")
    private static let folder = "Tests/LoadTestCLITests/Rest"

    private static let gets = [
        "/", "/live", "/stats/requests", "/stats/requests/csv", "/stats/failures/csv", "/exceptions", "/exceptions/csv",
        "/logs", "/tasks", "/stats/report", "/stats/streaming/csv", "/stats/summary", "/stats/json",
        "/stats/requests_full_history/csv",
    ]
    private static let form = "user_count=1&spawn_rate=1"

    private func expectProblem(_ answer: WebProgram.Answer, _ status: Int, _ what: String) {
        #expect(answer.status == status, "\(what)")
        #expect(answer.json["success"] as? Bool == false, "\(what)")
        #expect((answer.json["message"] as? String)?.isEmpty == false, "\(what)")
        #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true, "\(what)")
    }

    @Test("answers a script that was written for Locust")
    func locustScript() async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        try await WebProgram.run(["--data", data.path]) { web in
            let result = try await script(web.url)
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        }
    }

    @Test(
        "answers as a real Locust does, for which the same script finds nothing wrong",
        .enabled(if: locustPython.isAvailable, "\(locustPython.whyNot)")
    )
    func realLocust() async throws {
        let data = try TemporaryFolder.data(invocations: 100_000)
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let command = Self.locustPython.command(
            ["-m", "locust", "-f", "\(Self.folder)/locustfile.py", "-H", mock.url]
                + ["--web-host", "127.0.0.1", "--web-port", "0"]
        )
        _ = try await Program(path: command[0]).run(Array(command.dropFirst()), environment: ["DATA": data.path]) {
            program in
            let result = try await script(try await program.errorLine(beginning: "web page: "))
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
            program.send(SIGTERM)
        }
    }

    private func script(_ url: String) async throws -> Program.Result {
        try await Program(path: "/usr/bin/env").run("python3", "-B", "\(Self.folder)/locust_script.py", url)
    }

    @Test(
        "answers as docs/openapi.yaml says, whatever it is sent",
        .enabled(if: python.isAvailable, "\(python.whyNot)")
    )
    func fuzzed() async throws {
        let data = try TemporaryFolder.data(invocations: 3)
        try await WebProgram.run(["--data", data.path]) { web in
            let result = try await Self.python.run(["\(Self.folder)/fuzz.py", web.url])
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
            // It has started runs, and the server is still there.
            _ = try await web.curl("/stop", "-X", "POST")
            try await web.waitForState("stopped")
        }
    }

    @Test("refuses requests of other sites' pages, and does nothing for them")
    func otherSites() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        try await WebProgram.run(["--data", data.path]) { web in
            for header in ["Origin: http://evil.test", "Origin: null", "Sec-Fetch-Site: cross-site"] {
                for path in Self.gets where path != "/" {
                    expectProblem(try await web.curl(path, "-H", header), 403, "\(header) \(path)")
                }
                for path in ["/stop", "/stats/reset"] {
                    expectProblem(try await web.curl(path, "-X", "POST", "-H", header), 403, "\(header) \(path)")
                }
                let swarm = try await web.curl("/swarm", "-d", Self.form, "-H", header)
                expectProblem(swarm, 403, header)
                #expect(swarm.headers["access-control-allow-origin"] == nil)
                expectProblem(try await web.curl("/swarm", "-X", "OPTIONS", "-H", header), 403, header)
            }
            #expect(try await web.state() == "ready")
            let link = try await web.curl(
                "/",
                "-H",
                "Sec-Fetch-Site: cross-site",
                "-H",
                "Sec-Fetch-Mode: navigate",
                "-H",
                "Sec-Fetch-Dest: document"
            )
            #expect(link.status == 200)
            #expect(try await web.curl("/swarm", "-d", Self.form, "-H", "Origin: \(web.url)").status == 200)
        }
    }

    @Test("refuses requests by names that are not its own")
    func otherHosts() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        try await WebProgram.run(["--data", data.path]) { web in
            for path in Self.gets {
                expectProblem(try await web.curl(path, "-H", "Host: evil.test:8089"), 421, path)
            }
            let swarm = try await web.curl(
                "/swarm",
                "-d",
                Self.form,
                "-H",
                "Host: evil.test",
                "-H",
                "Origin: http://evil.test"
            )
            expectProblem(swarm, 421, "/swarm")
            for host in ["localhost:1", "[::1]", "127.0.0.1"] {
                #expect(
                    try await web.curl("/stats/requests", "-H", "Host: \(host)").json["state"] as? String == "ready"
                )
            }
        }
    }

    @Test("asks for the login, wherever a request goes")
    func login() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let environment = ["LOADTEST_WEB_LOGIN": "ann:geh:eim"]
        try await WebProgram.run(["--data", data.path], environment: environment) { web in
            for path in Self.gets + ["/no-such-path", "/assets/page.css"] {
                expectProblem(try await web.curl(path), 401, path)
                for user in ["ann:geh", "ann:geh:eim2", "Ann:geh:eim"] {
                    let answer = try await web.curl(path, "-u", user)
                    expectProblem(answer, 401, "\(path) \(user)")
                    #expect(answer.headers["www-authenticate"] == "Basic realm=\"loadtest\", charset=\"UTF-8\"")
                }
            }
            expectProblem(try await web.curl("/swarm", "-d", Self.form), 401, "/swarm")
            expectProblem(try await web.curl("/stats/requests", "-H", "Host: evil.test"), 421, "Host comes first")
            #expect(try await web.curl("/stats/requests", "-u", "ann:geh:eim").json["state"] as? String == "ready")
            #expect(try await web.curl("/", "-u", "ann:geh:eim").status == 200)
            #expect(try await web.curl("/swarm", "-d", Self.form, "-u", "ann:geh:eim").json["success"] as? Bool == true)
        }
    }

    @Test("says what is wrong with a path, a method and a size")
    func wrongRequests() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let large = try data.write(String(repeating: "x", count: 4 << 20), to: "large.txt")
        try await WebProgram.run(["--data", "\(data.path)/a.json"]) { web in
            for path in [
                "/no-such-path", "/assets/", "/assets/no.css", "/assets/..%2fpage.css", "/worker-count", "/%00",
            ] {
                expectProblem(try await web.curl(path, "--path-as-is"), 404, path)
            }
            for (method, path) in [
                ("GET", "/swarm"), ("GET", "/stop"), ("PUT", "/swarm"), ("DELETE", "/stats/requests"),
            ] {
                let answer = try await web.curl(path, "-X", method)
                expectProblem(answer, 405, "\(method) \(path)")
                #expect(answer.headers["allow"]?.contains(path.hasPrefix("/stats") ? "GET" : "POST") == true)
            }
            for path in ["/swarm", "/stop", "/stats/reset"] {
                expectProblem(try await web.curl(path, "--data-binary", "@\(large)"), 413, path)
            }
            #expect(try await web.state() == "ready")
        }
    }

    @Test("answers what no client library sends, and nothing behind a HEAD")
    func raw() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        try await WebProgram.run(["--data", data.path]) { web in
            let result = try await Program(path: "/usr/bin/env").run("python3", "-B", "\(Self.folder)/raw.py", web.url)
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        }
    }

    @Test("starts and stops runs, whoever holds every connection", .serialized, arguments: [nil, "ann:geheim"])
    func attacked(login: String?) async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        let environment = login.map { ["LOADTEST_WEB_LOGIN": $0] } ?? [:]
        try await WebProgram.run(["--data", data.path], environment: environment) { web in
            // By itself it takes less than a second; here other tests, and the attack itself, have the processors.
            let command = ["python3", "-B", "\(Self.folder)/attacks.py", web.url, "--limit", "10"]
            let result = try await Program(path: "/usr/bin/env").run(command + (login.map { ["--login", $0] } ?? []))
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        }
    }

    @Test("closes a request that is not whole after 30 s, whatever part of it trickles")
    func trickling() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        try await WebProgram.run(["--data", data.path]) { web in
            let result = try await Program(path: "/usr/bin/env").run(
                "python3",
                "-B",
                "\(Self.folder)/trickles.py",
                web.url
            )
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        }
    }

    @Test("says what is wrong with a form, and starts nothing")
    func wrongForms() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        try await WebProgram.run(["--data", data.path]) { web in
            for (fields, field) in [
                ("spawn_rate=1", "user_count"), ("user_count=0&spawn_rate=1", "user_count"),
                ("user_count=1&spawn_rate=x", "spawn_rate"), ("\(Self.form)&host=localhost", "host"),
                ("\(Self.form)&run_time=soon", "run_time"), ("\(Self.form)&user_classes=b", "user_classes"),
                ("\(Self.form)&invocations.a=-1", "invocations.a"), ("arrival_rate=5", "arrival_rate"),
                ("stages=5", "stages"), ("\(Self.form)&warm_up=1m&run_time=1m", "warm_up"),
                ("arrival_rate=5/s&rest=3s", "arrival_rate"), ("\(Self.form)&host=%ff", "host"),
            ] {
                let answer = try await web.swarm(fields)
                #expect(answer["success"] as? Bool == false && answer["field"] as? String == field, "\(fields)")
                #expect((answer["message"] as? String)?.isEmpty == false)
            }
            #expect(try await web.state() == "ready")
        }
    }

    @Test("has conversations arrive by themselves, at a rate and with as many users as it is told amid the run")
    func arrivals() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let summary = "\(data.path)/summary.json"
        let result = try await WebProgram.run(
            ["--data", "\(data.path)/a.json", "--repeat", "--arrival-rate", "20/s", "--summary", summary]
        ) { web in
            let wrong = try await web.swarm("arrivals=often")
            #expect(wrong["field"] as? String == "arrivals" && wrong["success"] as? Bool == false)
            // As the program was started.
            #expect(try await web.swarm("arrivals=poisson&max_users=9")["success"] as? Bool == true)
            #expect(try await web.state() == "running")
            for (fields, field) in [
                ("spawn_rate=1", "arrival_rate"), ("stages=1m:5", "stages"), ("arrival_rate=5", "arrival_rate"),
            ] {
                #expect(try await web.swarm(fields)["field"] as? String == field, "\(fields)")
            }
            #expect(try await web.swarm("user_count=8&spawn_rate=1")["success"] as? Bool == true)
            #expect(try await web.swarm("arrival_rate=3000/m")["success"] as? Bool == true)
            let live = try await web.curl("/live", "--max-time", "3").body
            #expect(
                live.contains(#""arrival_rate":"3000\/m""#) || live.contains(#""arrival_rate":"3000/m""#),
                "\(live)"
            )
            #expect(live.contains(#""target":50"#) && live.contains(#""is_endless":true"#))
            _ = try await web.curl("/stop", "-X", "POST")
        }
        #expect(
            result.errors.contains("run 1 started: arrivals of 20/s (poisson), at most 9 users against"),
            "\(result.errors)"
        )
        #expect(result.errors.contains("run 1: at most 8 users from now on"))
        #expect(result.errors.contains("run 1: 3000/m from now on"))
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: summary))) as? [String: Any]
        )
        let options = try #require(json["configuration"] as? [String: String])
        #expect(options["arrivals"] == "poisson" && options["max-users"] == "9" && options["users"] == nil)
    }

    @Test("goes in stages, which another number of users ends, and says so")
    func stages() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await WebProgram.run(["--data", data.path, "--repeat", "--stages", "1s:3,1h:3"]) { web in
            #expect(try await web.swarm("stages=1s:2,1h:2")["success"] as? Bool == true)
            #expect(try await web.swarm("user_count=4&spawn_rate=9")["success"] as? Bool == true)
            let logs = try await web.curl("/logs").body
            #expect(logs.contains("run 1: stages ended: 4 users from now on"), "\(logs)")
            _ = try await web.curl("/stop", "-X", "POST")
            // Those of the start.
            #expect(try await web.swarm("run_time=1m")["success"] as? Bool == true)
            _ = try await web.curl("/stop", "-X", "POST")
        }
        #expect(result.errors.contains("run 1 started: stages of users 1s:2,1h:2 against"), "\(result.errors)")
        #expect(result.errors.contains("run 2 started: stages of users 1s:3,1h:3 against"), "\(result.errors)")
    }

    @Test("plays the conversations that were asked for, and fills the queue again for the next run")
    func chosenConversations() async throws {
        let data = try TemporaryFolder.data(invocations: 2)
        try data.write(
            #"{"name": "b", "invocations": 3, "conversation": [{"role": "user", "content": "Hi"}]}"#,
            to: "b.json"
        )
        func played(_ web: WebProgram, _ fields: String) async throws -> [String: Int] {
            #expect(try await web.swarm("user_count=5&spawn_rate=100", fields)["success"] as? Bool == true)
            try await web.waitForState("stopped")
            let rows = try await web.curl("/stats/requests").json["stats"] as? [[String: Any]] ?? []
            let counts = rows.map { ($0["name"] as? String ?? "", $0["num_requests"] as? Int ?? 0) }
            return Dictionary(counts, uniquingKeysWith: +)
        }
        try await WebProgram.run(["--data", data.path]) { web in
            expectProblem(try await web.curl("/stats/summary"), 404, "before the first run")
            #expect(try await played(web, "") == ["a": 2, "b": 3, "Aggregated": 5])
            #expect(try await played(web, "user_classes=b&invocations.b=7") == ["b": 7, "Aggregated": 7])
            #expect(try await played(web, "invocations.a=1") == ["a": 1, "b": 3, "Aggregated": 4])
            let summary = try await web.curl("/stats/summary")
            #expect(summary.json["schema"] as? String == "loadtest.summary/1")
            #expect((summary.json["conversations"] as? [String: Int])?["completed"] == 4)
        }
    }

    @Test("lets a page load nothing but its own files, and gives downloads names")
    func headers() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        try await WebProgram.run(["--data", data.path]) { web in
            let page = try await web.curl("/")
            let policy = try #require(page.headers["content-security-policy"])
            for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                #expect(policy.contains(part), "\(policy)")
            }
            #expect(!policy.contains("unsafe") && page.headers["content-type"]?.hasPrefix("text/html") == true)
            _ = try await web.swarm(Self.form)
            try await web.waitForState("stopped")
            for path in Self.gets where path.hasSuffix("/csv") || ["/stats/json", "/stats/summary"].contains(path) {
                let file = try await web.curl(path)
                #expect(file.status == 200 && !file.body.isEmpty, "\(path)")
                #expect(file.headers["content-disposition"]?.hasPrefix("attachment") == true, "\(path)")
            }
            let report = try await web.curl("/stats/report")
            #expect(report.headers["content-disposition"] == nil && report.body.contains("</html>"))
            #expect(report.headers["content-security-policy"]?.contains("unsafe") == false)
            let download = try await web.curl("/stats/report?download=1")
            #expect(download.headers["content-disposition"]?.hasPrefix("attachment") == true)
        }
    }

    @Test("tells of a run while it goes on")
    func live() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        try await WebProgram.run(["--data", data.path]) { web in
            let stream = try await web.curl("/live", "--max-time", "3")
            #expect(stream.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            let events = stream.body.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(events.prefix(4) == ["hello", "state", "charts", "log"])
            #expect(events.filter { $0 == "state" }.count >= 2)
        }
    }
}
