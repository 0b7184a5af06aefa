import Testing

@testable import LoadEngine

@Suite("The plan for many users")
struct CapacityPlanTests {
    @Test(
        "plans at least one of everything for numbers that are none, and traps on none",
        arguments: [0, -1, .nan, .infinity, -.infinity, .greatestFiniteMagnitude] as [Double]
    )
    func anyNumber(number: Double) {
        for users in [Int.min, 0, .max] {
            let plan = CapacityPlan(
                CapacityPlan.Load(users: users, eventsPerSecond: number, eventsPerTurn: number),
                on: CapacityPlan.Machine(
                    cores: users,
                    memoryBytes: number,
                    openFiles: users,
                    openFilesInUse: users == .max ? .min : .max,
                    portsPerAddress: users
                ),
                calibration: Calibration(
                    measuredCPUPerTurnS: [number],
                    measuredCPUPerEventS: [],
                    bytesPerStream: number,
                    bytesPerProcess: number
                )
            )
            #expect(
                [plan.processes, plan.machines, plan.usersPerMachine, plan.addressesPerMachine].allSatisfy { $0 >= 1 }
            )
        }
    }

    private let costs = Calibration(
        measuredCPUPerTurnS: [40e-6, 40e-6],
        measuredCPUPerEventS: [9e-6, 11e-6],
        bytesPerStream: 15 * 1024,
        bytesPerProcess: 32 * 1024 * 1024
    )
    private let machine = CapacityPlan.Machine(
        cores: 16,
        memoryBytes: 64 * 1024 * 1024 * 1024,
        openFiles: 20_000,
        portsPerAddress: 28_232
    )

    private func plan(_ users: Int, _ eventsPerSecond: Double) -> CapacityPlan {
        let load = CapacityPlan.Load(users: users, eventsPerSecond: eventsPerSecond, eventsPerTurn: 200)
        return CapacityPlan(load, on: machine, calibration: costs)
    }

    @Test("of a million users at 20 events/s is bound by processors")
    func million() {
        let plan = plan(1_000_000, 20)
        #expect(plan.eventsPerSecond == 20_000_000)
        #expect(plan.turnsPerSecond == 100_000)
        #expect(abs(plan.cpu - 204) < 1e-6)
        // 204 / 0.6.
        #expect(plan.processesForCPU == 340)
        // 19,580 users fit into 20,000 open files.
        #expect(plan.processesForFiles == 52)
        #expect(plan.processes == 340)
        #expect(plan.memoryBytes == 1_000_000 * 20 * 1024 + 340 * 32 * 1024 * 1024)
        // 340 / 16.
        #expect(plan.machinesForCores == 22)
        #expect(plan.machines == 22)
        #expect(plan.usersPerMachine == 45_455)
        #expect(plan.processesPerMachine == 16)
        #expect(plan.addressesPerMachine == 2)
    }

    @Test("of many quiet users is bound by open files")
    func quiet() {
        let plan = plan(100_000, 0.01)
        #expect(plan.processesForCPU == 1)
        #expect(plan.processes == plan.processesForFiles)
        #expect(plan.processes == 6)
        #expect(plan.machines == 1)
        #expect(plan.addressesPerMachine == 4)
    }

    @Test("of one user is one of everything")
    func one() {
        let plan = plan(1, 1)
        #expect(plan.processes == 1 && plan.machines == 1 && plan.addressesPerMachine == 1 && plan.usersPerMachine == 1)
    }

    @Test("leaves to each process the files that it has open already")
    func filesInUse() {
        var used = machine
        used.openFilesInUse = 10
        let load = CapacityPlan.Load(users: 100_000, eventsPerSecond: 0.01, eventsPerTurn: 200)
        let least = plan(100_000, 0.01).usersPerProcessForFiles
        #expect(CapacityPlan(load, on: used, calibration: costs).usersPerProcessForFiles == least - 10)
    }

    @Test("is as uncertain as the measurement that is farthest from its mean")
    func uncertainty() {
        #expect(abs(costs.cpuPerEventS - 10e-6) < 1e-12)
        #expect(abs(costs.uncertainty - 0.1) < 1e-9)
    }

    @Test("of more than there can be is a large number")
    func absurd() {
        let tiny = CapacityPlan.Machine(cores: 1, memoryBytes: 1e-300, openFiles: 20_000, portsPerAddress: 28_232)
        let load = CapacityPlan.Load(users: 1, eventsPerSecond: 1, eventsPerTurn: 1)
        #expect(CapacityPlan(load, on: tiny, calibration: costs).machines == 1_000_000_000_000_000_000)
    }

    @Test("is bound by memory where a machine has little")
    func littleMemory() {
        let small = CapacityPlan.Machine(
            cores: 64,
            memoryBytes: 1024 * 1024 * 1024,
            openFiles: 20_000,
            portsPerAddress: 28_232
        )
        let load = CapacityPlan.Load(users: 200_000, eventsPerSecond: 0.1, eventsPerTurn: 10)
        let plan = CapacityPlan(load, on: small, calibration: costs)
        #expect(plan.machines == plan.machinesForMemory)
        #expect(plan.machines > plan.machinesForCores)
    }
}
