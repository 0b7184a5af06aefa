import ArgumentParser
import FoundationEssentials
import LoadEngine
import MockAssistant

/// Where the mock assistant listens, what it answers, and what it writes down.
struct MockOptions: ParsableArguments {
    private static let mostProcesses = 256

    @Option(help: "The name or address to listen on, IPv4 or IPv6.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 8000

    @Option(
        // Not the strategy by default, which takes -1 for an option.
        parsing: .unconditional,
        help: ArgumentHelp(
            "The processes that share the port, -1 for one per core; they hold more streams than one can.",
            valueName: "number"
        )
    )
    var processes = 1

    /// Which of them this one is, from 1.
    @Option(help: .hidden)
    var processNumber: Int?

    @Option(help: "The events of one answer, the end marker not counted.")
    var events = 20

    @Option(help: ArgumentHelp("The delay of the first event.", valueName: "duration"))
    var firstToken = "50ms"

    @Option(help: ArgumentHelp("The delay from one event to the next.", valueName: "duration"))
    var interval = "10ms"

    @Option(help: ArgumentHelp("Each delay is drawn from this many percent around it.", valueName: "percent"))
    var jitter = 0.0

    @Option(help: "Makes faults and jitter the same again, in order of arrival (at each of several processes).")
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("A fault and the share of turns that have it. Repeatable.", valueName: "name=percent"))
    var fault: [String] = []

    @Option(help: ArgumentHelp("Write one JSON line per answered turn to this file.", valueName: "file"))
    var log: String?

    @Flag(help: "With --log: each line has the times at which the events were sent, the first 100,000 of a turn.")
    var logEvents = false

    func validate() throws {
        _ = try configuration()
    }

    /// How many processes are to be started, 1 when this one is to serve.
    var processCount: Int {
        guard processNumber == nil else { return 1 }
        return processes == -1 ? min(ProcessInfo.processInfo.activeProcessorCount, Self.mostProcesses) : processes
    }

    /// What the options ask for; every mistake is named at once.
    func configuration() throws -> MockConfiguration {
        var problems: [String] = []
        func read<Value>(_ option: String, _ value: () throws(ConfigurationError) -> Value) -> Value? {
            do {
                return try value()
            } catch {
                problems += error.problems.map { "\(option): \($0)" }
                return nil
            }
        }
        var configuration = MockConfiguration()
        configuration.host = host
        configuration.logPath = log
        configuration.logsEvents = logEvents
        if logEvents, log == nil { problems.append("--log-events: needs --log FILE") }
        var script = MockScript()
        script.events = events
        script.jitterPercent = jitter
        script.seed = seed
        if let port = UInt16(exactly: port) {
            configuration.port = port
        } else {
            problems.append("--port: must be 0 to 65535, not \(port)")
        }
        if processes != -1, !(1...Self.mostProcesses).contains(processes) {
            problems.append("--processes: must be 1 to \(Self.mostProcesses), or -1 for one per core, not \(processes)")
        }
        if processNumber.map({ $0 < 1 }) == true { problems.append("--process-number: must be 1 or more") }
        configuration.processNumber = processNumber
        if let duration = read("--first-token", { () throws(ConfigurationError) in try DurationText.parse(firstToken) })
        {
            script.firstToken = duration
        }
        if let duration = read("--interval", { () throws(ConfigurationError) in try DurationText.parse(interval) }) {
            script.interval = duration
        }
        for text in fault {
            if let share = read("--fault", { () throws(ConfigurationError) in try FaultShare.parse(text) }) {
                script.faults.append(share)
            }
        }
        do {
            try script.validate()
        } catch {
            problems += error.problems
        }
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "\n")) }
        configuration.script = script
        return configuration
    }
}
