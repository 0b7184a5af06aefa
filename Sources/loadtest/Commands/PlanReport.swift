import LoadEngine
import LoadReports

/// A capacity plan in words, with its arithmetic.
struct PlanReport {
    let plan: CapacityPlan
    /// How long the calibration took; nil when its figures were given.
    let calibratedInS: Double

    /// The report, each line ended.
    var text: String { (calibrationLines + [""] + needLines + [""] + machineLines).joined(separator: "\n") + "\n" }

    private var calibrationLines: [String] {
        let costs = plan.calibration
        return [
            "Calibrated on this machine in \(calibratedInS.fixed(1)) s, against a mock assistant on the same cores:",
            row("a turn", "\((costs.cpuPerTurnS * 1e6).fixed(1)) us of CPU, of one event"),
            row("an event", "\((costs.cpuPerEventS * 1e6).fixed(1)) us of CPU, each further one by itself"),
            row(
                "a live stream",
                "\(kilobytes(costs.bytesPerStream)) KB of memory, and about "
                    + "\(kilobytes(CapacityPlan.kernelBytesPerStream)) KB of the kernel's (not measured)"
            ),
            row("a process", "\(megabytes(costs.bytesPerProcess)) MB of memory"),
            row(
                "uncertainty",
                "measured twice: a turn \(microseconds(costs.measuredCPUPerTurnS)) us, an event "
                    + "\(microseconds(costs.measuredCPUPerEventS)) us; take the CPU below as uncertain by "
                    + "\((costs.uncertainty * 100).fixed(0)) % at least"
            ),
        ]
    }

    private var needLines: [String] {
        let load = plan.load
        let costs = plan.calibration
        let share = CapacityPlan.usableShare
        return [
            "\(counted(load.users, "user")), \(number(load.eventsPerSecond)) events/s each, "
                + "\(number(load.eventsPerTurn)) events a turn:",
            row(
                "events/s",
                "\(grouped(load.users)) x \(number(load.eventsPerSecond)) = \(grouped(plan.eventsPerSecond))"
            ),
            row(
                "turns/s",
                "\(grouped(plan.eventsPerSecond)) / \(number(load.eventsPerTurn)) = \(grouped(plan.turnsPerSecond))"
            ),
            row(
                "CPU",
                "\(grouped(plan.eventsPerSecond)) x \((costs.cpuPerEventS * 1e6).fixed(1)) us + "
                    + "\(grouped(plan.turnsPerSecond)) x \((costs.cpuPerTurnS * 1e6).fixed(1)) us = \(plan.cpu.fixed(2)) s each second"
            ),
            row(
                "processes",
                "for the CPU \(plan.cpu.fixed(2)) / \(share) (more of a core, and a loop is late) = "
                    + "\(grouped(plan.processesForCPU)); for open files \(grouped(load.users)) / "
                    + "\(grouped(plan.usersPerProcessForFiles)) (limit \(grouped(plan.machine.openFiles)), "
                    + "\(grouped(plan.machine.openFilesInUse)) in use) = "
                    + "\(grouped(plan.processesForFiles)): \(grouped(plan.processes))"
            ),
            row(
                "memory",
                "\(grouped(load.users)) x (\(kilobytes(costs.bytesPerStream)) + "
                    + "\(kilobytes(CapacityPlan.kernelBytesPerStream))) KB + \(grouped(plan.processes)) x "
                    + "\(megabytes(costs.bytesPerProcess)) MB = \(memory(plan.memoryBytes))"
            ),
            row("cores", "one for each process = \(grouped(plan.processes))"),
        ]
    }

    private var machineLines: [String] {
        let machine = plan.machine
        return [
            "With machines of \(counted(machine.cores, "core")) and \(memory(machine.memoryBytes)):",
            row(
                "machines",
                "for cores \(grouped(plan.processes)) / \(machine.cores) = \(grouped(plan.machinesForCores)); for memory "
                    + "\(memory(plan.memoryBytes)) / \(memory(machine.memoryBytes)) = "
                    + "\(grouped(plan.machinesForMemory)): \(grouped(plan.machines))"
            ),
            row(
                "each of them",
                "\(counted(plan.usersPerMachine, "user")), \(counted(plan.processesPerMachine, "process", "processes")), "
                    + "\(counted(plan.addressesPerMachine, "source address", "source addresses")) (\(grouped(plan.usersPerMachine)) / "
                    + "\(grouped(machine.portsPerAddress)) local ports for one target)"
            ),
            row("on each", command),
            row(
                "",
                "(FOLDER: conversations with \"invocations\" of \(grouped(plan.usersPerMachine)) or more together; all users "
                    + "start in \(Self.rampS) s)"
            ),
        ]
            + (plan.addressesPerMachine > 1
                ? [row("", "(the loopback's addresses; for another target give those of the machine, see: ip address)")]
                : [])
    }

    /// The time in which the command starts its users: at the default rate of one a second most would never play together.
    private static let rampS = 10

    private var command: String {
        let spawnRate = (plan.usersPerMachine + Self.rampS - 1) / Self.rampS
        var text = "loadtest --headless -u \(plan.usersPerMachine) -r \(spawnRate) --data FOLDER"
        if plan.processesPerMachine > 1 { text += " --processes \(plan.processesPerMachine)" }
        if plan.addressesPerMachine > 1 { text += sourceAddresses }
        return text + " --host URL"
    }

    /// As many addresses as are needed, of those that every machine has, in ranges as long as they may be.
    private var sourceAddresses: String {
        func address(_ index: Int) -> String {
            let number = 0x7F00_0002 + index
            return [24, 16, 8, 0].map { "\(number >> $0 & 0xFF)" }.joined(separator: ".")
        }
        return stride(from: 0, to: plan.addressesPerMachine, by: SourceAddress.mostInRange).map { first in
            let last = min(first + SourceAddress.mostInRange, plan.addressesPerMachine) - 1
            return " --source-address \(address(first))-\(address(last))"
        }.joined()
    }

    private func row(_ name: String, _ value: String) -> String { "  " + name.padded(16) + value }
    private func kilobytes(_ bytes: Double) -> String { (bytes / 1024).fixed(1) }
    private func megabytes(_ bytes: Double) -> String { (bytes / 1024 / 1024).fixed(0) }
    private func memory(_ bytes: Double) -> String {
        let gigabytes = bytes / 1024 / 1024 / 1024
        return gigabytes < 1 ? megabytes(bytes) + " MB" : gigabytes.fixed(1) + " GB"
    }
    private func microseconds(_ seconds: [Double]) -> String {
        seconds.map { ($0 * 1e6).fixed(1) }.joined(separator: " and ")
    }
    private func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(count)) \(plural(count, one, many))"
    }
    private func number(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
    private func grouped(_ value: Double) -> String { value < 10 ? value.fixed(2) : grouped(Int(value.rounded())) }

    private func grouped(_ value: Int) -> String {
        var text = ""
        for (place, digit) in String(value).reversed().enumerated() {
            if place > 0, place % 3 == 0 { text = "," + text }
            text = String(digit) + text
        }
        return text
    }
}
