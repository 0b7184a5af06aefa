import ArgumentParser
import FoundationEssentials
import LoadEngine

/// Says what a number of users would need, before there is any.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what N users would need: processes, cores, memory, ports, machines.",
        usage: "loadtest plan --users <number> <options>",
        discussion: """
            loadtest plan --users 1000000 --events-per-second 20

            What things cost is measured on this machine in about ten seconds, against a mock assistant of its own; nothing \
            else is sent.

            Exit codes: 64 wrong usage; 2 it could not be measured, or the plan not be written; 0 planned.
            """
    )

    // Unconditional here and below: otherwise a negative number is taken for an option, and the value said to be missing.
    @Option(
        name: .shortAndLong,
        parsing: .unconditional,
        help: ArgumentHelp("How many users are to be there at the same time.", valueName: "number"),
        transform: NumberArgument.whole
    )
    var users: Int

    @Option(
        parsing: .unconditional,
        help: .showing(
            "How many events each user receives per second while it is answered.",
            as: "number",
            default: Self.usualEventsPerSecond
        ),
        transform: NumberArgument.decimal
    )
    var eventsPerSecond = Self.usualEventsPerSecond

    @Option(
        parsing: .unconditional,
        help: .showing("How many events a turn has.", as: "number", default: Self.usualEventsPerTurn),
        transform: NumberArgument.decimal
    )
    var eventsPerTurn = Self.usualEventsPerTurn

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The cores of a machine; this one's by default.", valueName: "number"),
        transform: NumberArgument.whole
    )
    var cores: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The memory of a machine, in GB; what is available here by default.", valueName: "GB"),
        transform: NumberArgument.decimal
    )
    var memory: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The open files a process may have; the hard limit here by default.", valueName: "number"),
        transform: NumberArgument.whole
    )
    var openFiles: Int?

    @Flag(help: "Print the plan as JSON.")
    var json = false

    private static let usualEventsPerSecond = 20.0
    private static let usualEventsPerTurn = 200.0
    /// What the kernel does for nobody in particular is less.
    private static let muchOfTheCores = 0.2

    private func check() throws {
        var problems = Problems()
        problems.require((1...1_000_000_000).contains(users), "--users must be 1 to 1000000000, not \(users)")
        problems.require(
            eventsPerSecond > 0 && eventsPerSecond <= 1e6,
            "--events-per-second must be over 0, at most 1000000, not \(eventsPerSecond)"
        )
        problems.require(
            eventsPerTurn >= 1 && eventsPerTurn <= 1e9,
            "--events-per-turn must be 1 to 1000000000, not \(eventsPerTurn)"
        )
        if let cores { problems.require((1...100_000).contains(cores), "--cores must be 1 to 100000, not \(cores)") }
        if let memory {
            problems.require(memory >= 0.1 && memory <= 1e6, "--memory must be 0.1 to 1000000 GB, not \(memory)")
        }
        if let openFiles {
            problems.require(
                (100...1 << 30).contains(openFiles),
                "--open-files must be 100 to \(1 << 30), not \(openFiles)"
            )
        }
        try problems.check()
    }

    func run() async throws {
        let started = ContinuousClock.now
        let calibration = try await reportingErrors {
            try check()
            return try await Calibrator.run()
        }
        let seconds = Nanoseconds.seconds((ContinuousClock.now - started).nanosecondsClamped)
        // Its open files are those of this process, which has just played runs of its own.
        var machine = CapacityPlan.Machine.current
        if let cores { machine.cores = cores }
        if let memory { machine.memoryBytes = memory * 1024 * 1024 * 1024 }
        if let openFiles { machine.openFiles = openFiles }
        let plan = CapacityPlan(
            CapacityPlan.Load(users: users, eventsPerSecond: eventsPerSecond, eventsPerTurn: eventsPerTurn),
            on: machine,
            calibration: calibration
        )
        let othersShare = calibration.othersShare ?? 0
        if othersShare > Self.muchOfTheCores {
            StandardStream.error.write(
                "warning: other programs had \((othersShare * 100).fixed(0)) % of the cores meanwhile, which falsifies the "
                    + "figures; repeat it when they have ended\n"
            )
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let bytes = Array(try encoder.encode(plan)) + [UInt8(ascii: "\n")]
            try await reportingErrors { try StandardStream.output.writeAll(bytes) }
        } else {
            let text = PlanReport(plan: plan, calibratedInS: seconds).text
            try await reportingErrors { try StandardStream.output.writeAll(text) }
        }
    }
}
