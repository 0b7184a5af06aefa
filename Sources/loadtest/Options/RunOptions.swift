import ArgumentParser
import FoundationEssentials
import LoadEngine
import LoadReports

/// What options are when they are not given: the library's own values.
private let defaults = EngineConfiguration(host: "", conversations: [])

/// How many users there are, and how long a run is.
struct LoadOptions: ParsableArguments {
    // Unconditional here and below: otherwise a negative number is taken for an option, and the value said to be missing.
    @Option(
        name: .shortAndLong,
        parsing: .unconditional,
        help: .showing("How many users play at the same time.", as: "number", default: defaults.users),
        transform: NumberArgument.whole
    )
    var users = defaults.users

    @Option(
        name: [.customShort("r"), .long],
        parsing: .unconditional,
        help: .showing("How many users start per second.", as: "number", default: defaults.spawnRate),
        transform: NumberArgument.decimal
    )
    var spawnRate = defaults.spawnRate

    @Option(
        name: [.customShort("t"), .long],
        parsing: .unconditional,
        help: ArgumentHelp(
            "End the run after this time (300, 20m, 1h30m) or when every invocation was played, whichever comes first.",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var runTime: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Play so many conversations in all, in the proportions of the data files, instead of as many as they say.",
            valueName: "number"
        ),
        transform: NumberArgument.whole
    )
    var invocations: Int?

    @Flag(help: "Begin again when every conversation was played, until --run-time is over or the run is stopped.")
    var `repeat` = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Play for this time (30s) or so many turns (500) before the run counts; part of --run-time, and shown apart.",
            valueName: "time|turns"
        ),
        transform: WarmUpArgument.parse
    )
    var warmUp: WarmUp?
}

/// What users do, and when.
struct UserOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Wait up to this time for something to accept connections at the host before the run begins.",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var waitForHost: Duration?

    @Option(
        help: ArgumentHelp(
            "After a failed turn: 'stop' the conversation, or 'continue' with its next turn.",
            valueName: "action"
        )
    )
    var onFailure = defaults.onFailure

    @Option(
        help: ArgumentHelp(
            "After a turn that did not reach the server (connect_refused, connect_timeout, dns_failed, tls_failed): 'on', "
                + "its user waits 100 ms, twice as long each time up to 5 s, or 'off'.",
            valueName: "on|off"
        )
    )
    var backoff = defaults.backoff

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How long a user waits before every turn but the first, where the conversation says nothing itself: 3s, "
                + "uniform(1s, 5s), exponential(4s) (the mean), lognormal(3s, 0.8) (median and sigma), or 'off' for no wait, "
                + "whatever conversations say.",
            valueName: "time"
        ),
        transform: ThinkTimeArgument.parse
    )
    var thinkTime: ThinkTime?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The same between two conversations of a user.", valueName: "time"),
        transform: ThinkTimeArgument.parse
    )
    var rest: ThinkTime?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "This share of the turns is left by its users, which go on with the next turn, after a time (10%@5s), with a "
                + "number of events received (10%@20events), or some so and some so (10%@5s,5%@20events): abandoned.",
            valueName: "list"
        ),
        transform: { text in try ArrivalOptions.reading { () throws(ExpressionError) in try Abandonment.parse(text) } }
    )
    var abandon: Abandonment?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Users read so many content events of an answer a second (50/s), minute or hour and no more, by not reading their "
                + "connection meanwhile, so that the server has to wait.",
            valueName: "rate"
        ),
        transform: { text in try ArrivalOptions.reading { () throws(ExpressionError) in try ArrivalRate.parse(text) } }
    )
    var readRate: ArrivalRate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Arrivals, think times, picked rows, session ids and which turns are abandoned are the same with the same number; "
                + "without it other ones each time.",
            valueName: "number"
        ),
        transform: NumberArgument.whole
    )
    var seed: UInt64?

    @Option(help: ArgumentHelp("A session id is for a 'conversation' or for each 'turn'.", valueName: "scope"))
    var sessionScope = defaults.sessionScope

    func apply(to configuration: inout EngineConfiguration) {
        configuration.waitForHost = waitForHost
        configuration.onFailure = onFailure
        configuration.backoff = backoff
        configuration.thinkTime = thinkTime
        configuration.rest = rest
        configuration.abandon = abandon
        configuration.readRate = readRate
        configuration.seed = seed
        configuration.sessionScope = sessionScope
    }
}

/// What carries the load.
struct GeneratorOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .showing("Spread the run over this many processes, -1 for one per core.", as: "number", default: 1),
        transform: NumberArgument.whole
    )
    var processes = 1

    @Option(
        name: .customLong("source-address"),
        help: ArgumentHelp(
            "Connect from this address of the machine, or from a range such as 127.0.0.2-127.0.0.9; repeatable. Each "
                + "has its own local ports.",
            valueName: "address"
        )
    )
    var sourceAddresses: [String] = []

    @Flag(help: "Make a new connection for every turn.")
    var disableKeepalive = false

    func check(_ problems: inout Problems) {
        problems.require(
            processes == -1 || (1...RunNeeds.mostProcesses).contains(processes),
            "--processes must be 1 to \(RunNeeds.mostProcesses), or -1 for one per core, not \(processes)",
            of: "processes"
        )
    }

    func apply(to configuration: inout EngineConfiguration) {
        configuration.keepsConnections = !disableKeepalive
        configuration.sourceAddresses = sourceAddresses
    }

    /// How many processes are asked for.
    var processCount: Int {
        processes == -1 ? min(ProcessInfo.processInfo.activeProcessorCount, RunNeeds.mostProcesses) : processes
    }
}

/// How the turns are sent and how long they may take.
struct TransportOptions: ParsableArguments {
    @Option(
        name: .customLong("header"),
        help: ArgumentHelp("A further header of every request, 'Name: value'; repeatable.", valueName: "line")
    )
    var headers: [String] = []

    @Option(
        name: .customLong("ca"),
        help: ArgumentHelp("A file of PEM certificates to trust instead of the system's.", valueName: "file"),
        completion: .file()
    )
    var caFile: String?

    @Flag(help: "Do not verify the server's certificate.")
    var insecure = false

    @Option(
        parsing: .unconditional,
        help: .timeout(
            "No connection within this time: connect_timeout.",
            default: TimeoutArgument(duration: defaults.connectTimeout)
        ),
        transform: TimeoutArgument.parse
    )
    var connectTimeout = TimeoutArgument(duration: defaults.connectTimeout)

    @Option(
        parsing: .unconditional,
        help: .timeout(
            "No content event within this time of the send: first_token_timeout.",
            default: TimeoutArgument(duration: defaults.firstTokenTimeout)
        ),
        transform: TimeoutArgument.parse
    )
    var firstTokenTimeout = TimeoutArgument(duration: defaults.firstTokenTimeout)

    @Option(
        parsing: .unconditional,
        help: .timeout(
            "After the first content event, no byte for this time: idle_timeout.",
            default: TimeoutArgument(duration: defaults.idleTimeout)
        ),
        transform: TimeoutArgument.parse
    )
    var idleTimeout = TimeoutArgument(duration: defaults.idleTimeout)

    @Option(
        parsing: .unconditional,
        help: .timeout(
            "After the first content event, no further one for this time, whatever comments come: stall_timeout.",
            default: TimeoutArgument(duration: defaults.stallTimeout)
        ),
        transform: TimeoutArgument.parse
    )
    var stallTimeout = TimeoutArgument(duration: defaults.stallTimeout)

    @Option(
        parsing: .unconditional,
        help: .timeout(
            "No end marker within this time of the send: turn_timeout.",
            default: TimeoutArgument(duration: defaults.turnTimeout)
        ),
        transform: TimeoutArgument.parse
    )
    var turnTimeout = TimeoutArgument(duration: defaults.turnTimeout)

    @Option(
        name: [.customShort("s"), .long],
        parsing: .unconditional,
        help: .duration(
            "How long running turns may go on after a stop or the end of the run time.",
            default: defaults.stopTimeout
        ),
        transform: DurationText.parse
    )
    var stopTimeout = defaults.stopTimeout

    @Option(
        parsing: .unconditional,
        help: .showing(
            "The most bytes of one event: malformed_stream beyond.",
            as: "bytes",
            default: defaults.maximumEventBytes
        ),
        transform: NumberArgument.whole
    )
    var maxEventBytes = defaults.maximumEventBytes

    func apply(to configuration: inout EngineConfiguration) {
        configuration.headers = headers
        configuration.caFile = caFile
        configuration.isInsecure = insecure
        configuration.connectTimeout = connectTimeout.duration
        configuration.firstTokenTimeout = firstTokenTimeout.duration
        configuration.idleTimeout = idleTimeout.duration
        configuration.stallTimeout = stallTimeout.duration
        configuration.turnTimeout = turnTimeout.duration
        configuration.stopTimeout = stopTimeout
        configuration.maximumEventBytes = maxEventBytes
    }
}

/// What is reported of a run that cannot be reported of its summary.
struct ReportOptions: ParsableArguments {
    @Flag(help: "No live status, only the tables at the end.")
    var onlySummary = false

    @Flag(
        help:
            "Report every metric a second time, of the longest stretch with at least 95 % of the peak of concurrent turns."
    )
    var steady = false

    @Option(help: ReportFormat.summary.option.map(ArgumentHelp.init), completion: .file())
    var summary: String?

    @Flag(help: "With --csv: the history has a line for each row besides the total.")
    var csvFullHistory = false

    /// The lines that the history of --csv is to have.
    var history: LocustHistory { LocustHistory(isFull: csvFullHistory) }

    func check(_ problems: inout Problems, with places: ReportPlaces) {
        let hasHistory = places.growing.contains { $0.option == .csv }
        problems.require(
            !csvFullHistory || hasHistory,
            "--csv-full-history needs --csv PREFIX",
            of: "csv-full-history"
        )
    }
}

/// What counts as late.
struct LatenessOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .duration(
            "A gap between two content events of one turn that is longer is a stall.",
            default: defaults.stallAfter
        ),
        transform: DurationText.parse
    )
    var stallAfter = defaults.stallAfter

    @Option(
        parsing: .unconditional,
        help: .showing(
            "How late the generator itself may be (its canary's 99th percentile) before the verdict is "
                + "generator_bound, exit code 4.",
            as: "duration",
            default: "5ms or a tenth of the median ttft, whichever is larger"
        ),
        transform: DurationText.parse
    )
    var maxError: Duration?

    func apply(to configuration: inout EngineConfiguration) {
        configuration.maxError = maxError
        configuration.stallAfter = stallAfter
    }
}

/// What the exit code says.
struct VerdictOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .showing("The exit code when a turn failed; 0 to ignore failures.", as: "number", default: 1),
        transform: NumberArgument.whole
    )
    var exitCodeOnError: Int32 = 1

    func check(_ problems: inout Problems) {
        problems.require(
            (0...255).contains(exitCodeOnError),
            "--exit-code-on-error must be from 0 to 255, not \(exitCodeOnError)",
            of: "exit-code-on-error"
        )
    }
}
