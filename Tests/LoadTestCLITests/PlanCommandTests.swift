import Foundation
import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest plan", .timeLimit(.minutes(5)), .amongFew)
struct PlanCommandTests {
    @Test("calibrates on this machine, and shows its arithmetic")
    func text() async throws {
        let result = try await Program.loadtest.run(
            ["plan", "--users", "1000000", "--events-per-second", "20", "--cores", "100000", "--memory", "1000000"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        for text in [
            "Calibrated on this machine in ", "1,000,000 x 20 = 20,000,000", "20,000,000 / 200 = 100,000", "machines",
            "source addresses", "open files 1,000,000 / ", "loadtest --headless -u ",
            "measured twice: a turn ", " --source-address 127.0.0.2-127.0.0.37 ", " --host URL",
        ] {
            #expect(result.output.contains(text), "\(text) in:\n\(result.output)")
        }
    }

    @Test("prints JSON, for machines that were described")
    func json() async throws {
        let result = try await Program.loadtest.run(
            ["plan", "--users", "5000", "--events-per-second", "2", "--cores", "8", "--memory", "32", "--json"]
                + ["--open-files", "1024"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let plan = try JSONDecoder().decode(CapacityPlan.self, from: Data(result.output.utf8))
        #expect(plan.machine.cores == 8)
        #expect(plan.processesForFiles == 6)
        #expect(plan.calibration.cpuPerTurnS > 0)
        #expect(plan.calibration.bytesPerStream > 4_000)
        #expect(plan.calibration.measuredCPUPerEventS.count == 2)
        for key in ["cpu_per_event_s", "processes_for_cpu", "users_per_process_for_files", "memory_bytes"] {
            #expect(result.output.contains("\"\(key)\""))
        }
        #expect(!result.output.contains(/"[a-z_]*[A-Z]/), "all keys are in one style")
    }

    @Test("of one user speaks of one of each")
    func one() async throws {
        let result = try await Program.loadtest.run(["plan", "-u", "1", "--cores", "1", "--memory", "0.5"])
        #expect(result.exitCode == 0, "\(result.errors)")
        for text in [
            "\n1 user, 20 events/s", "machines of 1 core and 512 MB:", "1 user, 1 process, 1 source address (",
        ] {
            #expect(result.output.contains(text), "\(text) in:\n\(result.output)")
        }
        #expect(!result.output.contains("0.0 GB"))
    }

    @Test("prints a command that starts its users in ten seconds, and says what it has to find")
    func command() async throws {
        let result = try await Program.loadtest.run(["plan", "-u", "5001", "--cores", "100", "--memory", "100"])
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains("loadtest --headless -u 5001 -r 501 --data FOLDER "), "\(result.output)")
        #expect(result.output.contains("conversations with \"invocations\" of 5,001 or more"), "\(result.output)")
    }

    @Test("calibrates with fewer users where open files are few, and a run of what it has planned fits")
    func fewOpenFiles() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1_000)
        func limited(_ arguments: String) async throws -> Program.Result {
            try await Program(path: "/bin/bash").run("-c", "ulimit -n 200; exec \(Program.loadtest.path) \(arguments)")
        }
        let planned = try await limited("plan --users 1000 --json")
        #expect(planned.exitCode == 0, "\(planned.errors)")
        let plan = try JSONDecoder().decode(CapacityPlan.self, from: Data(planned.output.utf8))
        #expect(plan.usersPerProcessForFiles > 100)
        let run = "--headless -r 10000 -H \(mock.url) --data \(data.path)/a.json -u "
        let fitting = try await limited(run + "\(plan.usersPerProcessForFiles)")
        #expect(fitting.exitCode == 0, "\(fitting.errors)")
        let tooMany = try await limited(run + "\(plan.usersPerProcessForFiles + 20)")
        #expect(tooMany.exitCode == 2, "\(tooMany.errors)")

        let least = try await Program(path: "/bin/bash").run(
            "-c",
            "ulimit -n 60; exec \(Program.loadtest.path) plan -u 1"
        )
        #expect(least.exitCode == 2)
        #expect(least.errors.contains("cannot calibrate: ") && least.errors.contains("ulimit -Hn"), "\(least.errors)")
    }

    @Test(
        "is refused for numbers that are none",
        arguments: [
            ["--users", "0"], [], ["--users", "10", "--events-per-second", "0"], ["--users", "1", "--cores", "0"],
            ["--users", "1", "--memory", "0.09"], ["--users", "1", "--events-per-turn", "0"],
        ]
    )
    func refused(arguments: [String]) async throws {
        let result = try await Program.loadtest.run(["plan"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("--"))
    }
}
