import ArgumentParser
import FoundationEssentials
import LoadEngine

/// Says what a number of users would need, before there is any.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what N users would need: processes, cores, memory, ports, machines.",
        discussion: """
            loadtest plan --users 1000000 --events-per-second 20

            What things cost is measured on this machine in a few seconds, against a mock assistant of its own; nothing \
            else is sent.
            """
    )

    @Option(name: .shortAndLong, help: "How many users are to be there at the same time.")
    var users: Int

    @Option(help: "How many events each user receives per second while it is answered.")
    var eventsPerSecond = 20.0

    @Option(help: "How many events a turn has.")
    var eventsPerTurn = 200.0

    @Option(help: ArgumentHelp("The cores of a machine; this one's by default.", valueName: "number"))
    var cores: Int?

    @Option(help: ArgumentHelp("The memory of a machine, in GB; what is available here by default.", valueName: "GB"))
    var memory: Double?

    @Option(
        help: ArgumentHelp("The open files a process may have; the hard limit here by default.", valueName: "number")
    )
    var openFiles: Int?

    @Flag(help: "Print the plan as JSON.")
    var json = false

    func validate() throws {
        var problems: [String] = []
        func require(_ isRight: Bool, _ problem: String) { if !isRight { problems.append(problem) } }
        require((1...1_000_000_000).contains(users), "--users must be 1 to 1000000000, not \(users)")
        require(
            eventsPerSecond > 0 && eventsPerSecond <= 1e6,
            "--events-per-second must be over 0, at most 1000000, not \(eventsPerSecond)"
        )
        require(
            eventsPerTurn >= 1 && eventsPerTurn <= 1e9,
            "--events-per-turn must be 1 to 1000000000, not \(eventsPerTurn)"
        )
        if let cores { require((1...100_000).contains(cores), "--cores must be 1 to 100000, not \(cores)") }
        if let memory {
            require(memory > 0 && memory <= 1e6, "--memory must be over 0, at most 1000000 GB, not \(memory)")
        }
        if let openFiles {
            require((100...1 << 30).contains(openFiles), "--open-files must be 100 to \(1 << 30), not \(openFiles)")
        }
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "\n")) }
    }

    func run() async throws {
        let started = ContinuousClock.now
        let calibration = try await reportingErrors { try await Calibrator.run() }
        let seconds = Nanoseconds.seconds((ContinuousClock.now - started).nanosecondsClamped)
        let facts = SystemFacts.current()
        let plan = CapacityPlan(
            CapacityPlan.Load(users: users, eventsPerSecond: eventsPerSecond, eventsPerTurn: eventsPerTurn),
            on: CapacityPlan.Machine(
                cores: cores ?? facts.cores,
                memoryBytes: memory.map { $0 * 1024 * 1024 * 1024 } ?? Double(facts.availableMemoryBytes ?? 1 << 30),
                openFiles: openFiles ?? facts.openFilesHardLimit,
                portsPerAddress: facts.portCount
            ),
            calibration: calibration
        )
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            StandardStream.output.write(Array(try encoder.encode(plan)) + [UInt8(ascii: "\n")])
        } else {
            StandardStream.output.write(PlanReport(plan: plan, calibratedInS: seconds).text)
        }
    }
}
