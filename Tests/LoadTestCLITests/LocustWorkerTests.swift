import Foundation
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// Workers of a real master of Locust, as PyPI has it.
@Suite(
    "Workers of a Locust master",
    .enabled(if: LocustField.python.isAvailable, "\(LocustField.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew,
    .serialized
)
struct LocustWorkerTests {
    @Test("play each invocation once, and the master's totals are the sum of theirs", arguments: [2, 8])
    func headless(workers: Int) async throws {
        try await LocustField.play(invocations: [40, 31]) { field in
            let master = try await field.startMaster(
                users: 2 * workers + 1,
                spawnRate: 30,
                workers: workers,
                ["--csv", "\(field.folder.path)/master", "--html", "\(field.folder.path)/master.html", "-t", "60s"]
            )
            try await field.startWorkers(workers)
            let result = try await master.result()
            #expect(result.exitCode == 0, "\(result.errors)")
            #expect(result.errors.contains("all invocations are played: the test ends"), "\(result.errors)")
            // Locust's own writer of CSV files may find them closed when it ends.
            #expect(!result.errors.contains("locustfile.py\", line"), "\(result.errors)")
            for worker in field.workers { #expect(try await worker.result().exitCode == 0) }
            try field.expectEachPlayedOnce()
            try field.expectTotals(of: try field.summaries())
        }
    }

    @Test("with fewer users than workers leave no invocation to one that has no users")
    func fewUsers() async throws {
        try await LocustField.play(invocations: [12]) { field in
            let master = try await field.startMaster(
                users: 2,
                workers: 4,
                ["--csv", "\(field.folder.path)/master", "-t", "60s"]
            )
            try await field.startWorkers(4)
            let result = try await master.result()
            #expect(result.exitCode == 0 && result.errors.contains("divided among 2 workers"), "\(result.errors)")
            try field.expectEachPlayedOnce()
        }
    }

    @Test("tell failures by their outcomes, the run time is the master's, and what ran is cut and counted nowhere")
    func failuresAndRunTime() async throws {
        try await LocustField.play(
            invocations: [1_000_000],
            { $0.script.faults = [FaultShare(.http500, percent: 30), FaultShare(.truncate, percent: 20)] },
            body: { field in
                let master = try await field.startMaster(
                    users: 6,
                    workers: 2,
                    ["--csv", "\(field.folder.path)/master", "-t", "4s"]
                )
                try await field.startWorkers(2)
                let result = try await master.result()
                #expect(result.exitCode == 1, "\(result.errors)")
                for worker in field.workers { _ = try await worker.result() }
                let results = try field.summaries()
                try field.expectTotals(of: results)
                let failures = csvFields(
                    try String(contentsOfFile: "\(field.folder.path)/master_failures.csv", encoding: .utf8)
                )
                for outcome in [TurnOutcome.httpStatus, .truncatedStream] {
                    let row = failures.first { $0.count > 3 && $0[2] == outcome.label }
                    #expect(row?[3] == "\(results.reduce(0) { $0 + $1.result[outcome] })", "\(failures)")
                }
                #expect(results.allSatisfy { $0.run.verdict != .interrupted })
            }
        )
    }

    @Test("are driven over the REST interface: up, down, to none, stop, and again from the beginning")
    func driven() async throws {
        try await LocustField.play(invocations: [1_000_000]) { field in
            let (master, web) = try await field.startWebMaster()
            try await field.startWorkers(2)
            try await master.complains("2 workers connected")
            func users(_ expected: Int) async throws {
                let isReached = try await becomesTrue { () -> Bool in
                    try await web.curl("/stats/requests").json["user_count"] as? Int == expected
                }
                let shown = try await web.curl("/stats/requests").body
                #expect(isReached, "\(shown) \(master.complaints)")
            }
            _ = try await web.swarm("user_count=4", "spawn_rate=10", "host=\(field.mock.url)")
            try await users(4)
            for count in [10, 3, 0, 5] {
                _ = try await web.swarm("user_count=\(count)", "spawn_rate=10", "host=\(field.mock.url)")
                try await users(count)
            }
            _ = try await web.curl("/stop", "-X", "POST")
            // Its answers are two seconds old at most.
            try await web.waitForState("stopped")
            let first = try await web.curl("/stats/requests").json
            func total(_ json: [String: Any]) -> Int? {
                let rows = json["stats"] as? [[String: Any]]
                return rows?.first { $0["name"] as? String == "Aggregated" }?["num_requests"] as? Int
            }
            let played = try field.summaries().reduce(0) { $0 + $1.turns.completed }
            #expect(total(first) == Int(played))
            try await master.complains("reported as ready", times: 4)
            _ = try await web.swarm("user_count=2", "spawn_rate=10", "host=\(field.mock.url)")
            try await users(2)
            _ = try await web.curl("/stats/reset", "-X", "POST")
            _ = try await web.curl("/stop", "-X", "POST")
            for summary in try field.summaries() {
                #expect(summary.run.verdict != .interrupted && summary.run.users >= 1)
            }
            master.send(SIGTERM)
            for worker in field.workers { #expect(try await worker.result().exitCode == 0) }
        }
    }

    @Test("that come late have no part: each invocation is still played once")
    func late() async throws {
        try await LocustField.play(invocations: [60, 20]) { field in
            let master = try await field.startMaster(
                users: 6,
                workers: 2,
                ["--csv", "\(field.folder.path)/master", "-t", "100s"]
            )
            try await field.startWorkers(2)
            try await master.complains("divided among 2 workers")
            try await field.startWorkers(1)
            let result = try await master.result()
            #expect(result.exitCode == 0, "\(result.errors)")
            for worker in field.workers { _ = try await worker.result() }
            try field.expectEachPlayedOnce()
            try field.expectTotals(of: try field.summaries(of: 2))
        }
    }

    @Test("that are lost are named at the master with what they have not finished; the others go on, and the test ends")
    func lost() async throws {
        try await LocustField.play(
            invocations: [90],
            { $0.script.interval = .milliseconds(100) },
            body: { field in
                let master = try await field.startMaster(users: 6, workers: 3, ["-t", "200s"])
                try await field.startWorkers(3)
                try await master.complains("total users)")
                try #require(field.workers.first).send(SIGKILL)
                let result = try await master.result()
                #expect(result.exitCode == 2, "\(result.errors)")
                let left = result.errors.firstMatch(
                    of:
                        /is lost; invocations that it has not finished, by its last report: (\d+) of talk of 1|an unknown number/
                )
                #expect(left != nil, "\(result.errors)")
                #expect(result.errors.contains("the test ends without the parts of 1 of 3 workers"), "\(result.errors)")
                // Those of the two others, at least: none of them was lost or doubled.
                #expect((60...90).contains(try field.sessionsByTurns().values.reduce(0, +)))
            }
        )
    }

    @Test("find a master that was killed and started again, give up what it knows nothing of, and play its test")
    func masterRestarted() async throws {
        try await LocustField.play(
            invocations: [300],
            { $0.script.interval = .milliseconds(50) },
            body: { field in
                let first = try await field.startMaster(users: 4, workers: 2)
                try await field.startWorkers(2)
                try await first.complains("total users)")
                first.send(SIGKILL)
                _ = try await first.result()
                let second = try await field.startMaster(users: 30, spawnRate: 100, workers: 2, ["-t", "200s"])
                let result = try await second.result()
                #expect(result.exitCode == 0, "\(result.errors)\(field.workers.map(\.complaints))")
                for worker in field.workers { #expect(try await worker.result().exitCode == 0) }
                for summary in try field.summaries() { #expect(summary.conversations.completed == 150) }
            }
        )
    }

    @Test("play beside a worker of Locust's own, which has no part of the invocations")
    func mixed() async throws {
        try await LocustField.play(invocations: [40]) { field in
            let own = try field.folder.write(
                """
                from locust import User, constant, task

                class Talk(User):
                    wait_time = constant(1)
                    @task
                    def nothing(self):
                        self.environment.events.request.fire(
                            request_type="OWN", name="own", response_time=1, response_length=0, exception=None, context={})

                globals()["talk of 1"] = type("talk of 1", (Talk,), {})
                del Talk
                """,
                to: "own.py"
            )
            let master = try await field.startMaster(
                users: 6,
                workers: 3,
                ["--csv", "\(field.folder.path)/master", "-t", "100s"]
            )
            let python = try await field.startLocust(
                ["-f", own, "--worker", "--master-host", "127.0.0.1", "--master-port", "\(field.port)"]
            )
            try await field.startWorkers(2)
            let result = try await master.result()
            #expect(result.exitCode == 0, "\(result.errors)")
            #expect(result.errors.contains("divided among 2 workers"), "\(result.errors)")
            for worker in field.workers { _ = try await worker.result() }
            _ = try await python.result()
            try field.expectEachPlayedOnce()
            let rows = try field.masterRows()
            #expect(rows["POST talk of 1"]?.requests == 40 && (rows["OWN own"]?.requests ?? 0) > 0)
        }
    }

    @Test("that cannot play say why at the master, which ends the test")
    func refused() async throws {
        try await LocustField.play(invocations: [4]) { field in
            try await field.writeLocustfile()
            try field.folder.write(
                #"{"name": "talk of 1", "invocations": 5, "conversation": [{"role": "user", "content": "Hi"}]}"#,
                to: "data/0.json"
            )
            let master = try await field.startMaster(users: 2, workers: 1, ["-t", "100s"])
            try await field.startWorkers(1)
            let result = try await master.result()
            #expect(result.exitCode == 2, "\(result.errors)")
            #expect(result.errors.contains("cannot play"), "\(result.errors)")
            #expect(
                result.errors.contains("has 4 invocations of talk of 1, and this worker's data 5"),
                "\(result.errors)"
            )
            #expect(try await field.workers[0].result().exitCode == 0)
        }
    }

    @Test("take nothing amiss that a master sends: nonsense is told, and they go on")
    func hostileMaster() async throws {
        try await LocustField.play(invocations: [4]) { field in
            try await field.startWorkers(1)
            let master = try await LocustField.python.run([
                "Tests/LoadTestCLITests/Locust/hostile_master.py", "\(field.port)",
            ])
            try #require(master.exitCode == 0, "\(master.errors)\(field.workers[0].complaints)")
            #expect(master.output == "still there\nthere again\n")
            let worker = try await field.workers[0].result()
            #expect(
                worker.exitCode == 0 && worker.errors.contains("a message that is none of a master's (1000 so far): ")
            )
            #expect(field.mock.counters.posts == 0)
        }
    }

    @Test("are several with --processes, each of which the master knows; Ctrl-C ends them all")
    func processes() async throws {
        try await LocustField.play(invocations: [1_000_000]) { field in
            let (master, web) = try await field.startWebMaster()
            try await field.startWorkers(1, ["--processes", "3"])
            try await master.complains("3 workers connected")
            _ = try await web.swarm("user_count=6", "spawn_rate=10", "host=\(field.mock.url)")
            try await master.complains("total users)")
            field.workers[0].send(SIGINT)
            let result = try await field.workers[0].result()
            #expect(result.exitCode == 130, "\(result.errors)")
            try await master.complains("quit.", times: 3)
            for number in 1...3 {
                #expect(FileManager.default.fileExists(atPath: "\(field.folder.path)/summary0.json.\(number)"))
            }
        }
    }
}
