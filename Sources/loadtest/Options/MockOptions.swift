import ArgumentParser
import FoundationEssentials
import LoadEngine
import MockAssistant

/// What options are when they are not given: the mock's own values.
private let defaults = MockScript()

/// Where the mock assistant listens, what it answers, and what it writes down.
struct MockOptions: ParsableArguments {

    @Option(help: ArgumentHelp("The name or address to listen on, IPv4 or IPv6.", valueName: "address"))
    var host = "127.0.0.1"

    // Unconditional here and below: otherwise a negative number is taken for an option, and the value said to be missing.
    @Option(
        parsing: .unconditional,
        help: .showing("The port to listen on; 0 takes any free one.", as: "number", default: 8000),
        transform: NumberArgument.whole
    )
    var port = 8000

    @Option(
        parsing: .unconditional,
        help: .showing(
            "The processes that share the port, -1 for one per core; they hold more streams than one can.",
            as: "number",
            default: 1
        ),
        transform: NumberArgument.whole
    )
    var processes = 1

    /// Which of them this one is, from 1.
    @Option(help: .hidden)
    var processNumber: Int?

    @Option(
        help: .showing("The API that it speaks; the list is below.", as: "name", default: MockAPI.assistant.rawValue),
        completion: .list(MockAPI.allCases.map(\.rawValue)),
        transform: MockAPI.parse
    )
    var api = MockAPI.assistant

    @Option(
        parsing: .unconditional,
        help: .showing("The events of one answer, the end marker not counted.", as: "number", default: defaults.events),
        transform: NumberArgument.whole
    )
    var events = defaults.events

    @Option(
        parsing: .unconditional,
        help: .showing(
            "The pieces of reasoning before the first event.",
            as: "number",
            default: defaults.reasoningEvents
        ),
        transform: NumberArgument.whole
    )
    var reasoningEvents = defaults.reasoningEvents

    @Flag(help: "Each event repeats all text before it; how much that is grows with the square of their number.")
    var cumulative = false

    @Option(
        parsing: .unconditional,
        help: .duration("The delay of the first event.", default: defaults.firstToken),
        transform: DurationText.parse
    )
    var firstToken = defaults.firstToken

    @Option(
        parsing: .unconditional,
        help: .duration("The delay from one event to the next.", default: defaults.interval),
        transform: DurationText.parse
    )
    var interval = defaults.interval

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many answers at the same time are served at this pace; with more of them all delays grow in proportion. "
                + "(default: any number)",
            valueName: "number"
        ),
        transform: NumberArgument.whole
    )
    var fullSpeed: Int?

    @Option(
        parsing: .unconditional,
        help: .showing(
            "Each delay is drawn from this many percent around it.",
            as: "percent",
            default: defaults.jitterPercent
        ),
        transform: NumberArgument.decimal
    )
    var jitter = defaults.jitterPercent

    @Option(
        parsing: .unconditional,
        help: .showing(
            "Makes faults and jitter the same again, in order of arrival (at each of several processes).",
            as: "number",
            default: defaults.seed
        ),
        transform: NumberArgument.whole
    )
    var seed = defaults.seed

    @Option(help: ArgumentHelp("A fault and the share of turns that have it. Repeatable.", valueName: "name=percent"))
    var fault: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Close connections on which no request has come for this long, as servers do. (default: never)",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var keepAlive: Duration?

    @Option(
        help: ArgumentHelp("Write one JSON line per answered turn to this file.", valueName: "file"),
        completion: .file()
    )
    var log: String?

    @Flag(help: "With --log: each line has the times at which the events were sent, the first 100,000 of a turn.")
    var logEvents = false

    /// How many processes are to be started, 1 when this one is to serve.
    var processCount: Int {
        guard processNumber == nil else { return 1 }
        return processes == -1 ? min(ProcessInfo.processInfo.activeProcessorCount, MockProcesses.most) : processes
    }

    /// What the options ask for.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    func configuration() throws -> MockConfiguration {
        var problems = Problems()
        var configuration = MockConfiguration()
        configuration.api = api
        configuration.host = host
        configuration.keepAlive = keepAlive
        configuration.logPath = log
        configuration.logsEvents = logEvents
        configuration.processNumber = processNumber
        problems.require(
            log != "-",
            "--log -: for the standard output write /dev/stdout, and ./- for a file of this name"
        )
        problems.require(!logEvents || log != nil, "--log-events: needs --log FILE")
        problems.require(UInt16(exactly: port) != nil, "--port: must be 0 to 65535, not \(port)")
        configuration.port = UInt16(clamping: port)
        problems.require(
            processes == -1 || (1...MockProcesses.most).contains(processes),
            "--processes: must be 1 to \(MockProcesses.most), or -1 for one per core, not \(processes)"
        )
        problems.require(processNumber ?? 1 >= 1, "--process-number: must be 1 or more")
        configuration.script.events = events
        configuration.script.reasoningEvents = reasoningEvents
        configuration.script.isCumulative = cumulative
        configuration.script.firstToken = firstToken
        configuration.script.interval = interval
        if let fullSpeed {
            problems.require(
                fullSpeed >= processCount,
                "--full-speed: must be \(processCount) or more, not \(fullSpeed)"
            )
            // Of several processes, to which the system gives connections by chance, each has its part.
            let count = max(processes == -1 ? ProcessInfo.processInfo.activeProcessorCount : processes, 1)
            configuration.script.fullSpeedStreams = max(fullSpeed / count, 1)
        }
        configuration.script.jitterPercent = jitter
        configuration.script.seed = seed
        for text in fault {
            _ = try problems.collect("--fault") { try configuration.script.add(fault: text) }
        }
        _ = try problems.collect { try configuration.validate() }
        try problems.check()
        return configuration
    }
}
