import Foundation
import LoadEngine
import Testing

@Suite("loadtest plan", .timeLimit(.minutes(5)))
struct PlanCommandTests {
    @Test("calibrates on this machine, and shows its arithmetic")
    func text() async throws {
        let result = try await Program.loadtest.run("plan", "--users", "1000000", "--events-per-second", "20")
        #expect(result.exitCode == 0, "\(result.errors)")
        for text in [
            "Calibrated on this machine in ", "1,000,000 x 20 = 20,000,000", "20,000,000 / 200 = 100,000", "machines",
            "source addresses", "open files 1,000,000 / ", "loadtest --headless -u ",
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
    }

    @Test(
        "is refused for numbers that are none",
        arguments: [
            ["--users", "0"], [], ["--users", "10", "--events-per-second", "0"], ["--users", "1", "--cores", "0"],
            ["--users", "1", "--memory", "-1"], ["--users", "1", "--events-per-turn", "0"],
        ]
    )
    func refused(arguments: [String]) async throws {
        let result = try await Program.loadtest.run(["plan"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("--"))
    }
}
