import ArgumentParser
import FoundationEssentials
import LoadEngine

/// What is played, by how many, and against whom.
struct LoadOptions: ParsableArguments {
    @Option(name: [.customShort("H"), .long], help: "The base URL of the assistant, such as http://localhost:8000.")
    var host: String?

    @Flag(help: "Play against a mock assistant that is started for the run.")
    var mock = false

    @Option(help: "The folder (or single file) with the conversations.")
    var data = "data"

    @Option(help: "The path of a turn; {session_id} stands for the session's id.")
    var path = "/stream/assistant/{session_id}"

    @Option(name: .shortAndLong, help: "How many users play at the same time.")
    var users = 1

    @Option(name: [.customShort("r"), .long], help: "How many users start per second.")
    var spawnRate = 1.0

    @Option(
        name: [.customShort("t"), .long],
        help: "End the run after this time (300, 20m, 1h30m); without it, when every invocation was played.",
        transform: DurationText.parse
    )
    var runTime: Duration?

    @Option(help: "After a failed turn: 'stop' the conversation, or 'continue' with its next turn.")
    var onFailure = OnFailure.stop

    @Option(help: "A session id is for a 'conversation' or for each 'turn'.")
    var sessionScope = SessionScope.conversation
}

/// What carries the load.
struct GeneratorOptions: ParsableArguments {
    @Option(
        // Not the strategy by default, which takes -1 for an option.
        parsing: .unconditional,
        help: ArgumentHelp(
            "Spread the run over this many processes, -1 for one per core.",
            valueName: "number"
        )
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

    func validate() throws {
        guard processes == -1 || (1...RunNeeds.mostProcesses).contains(processes) else {
            throw ValidationError(
                "--processes must be 1 to \(RunNeeds.mostProcesses), or -1 for one per core, not \(processes)"
            )
        }
    }

    /// How many processes are asked for.
    var processCount: Int {
        processes == -1 ? min(ProcessInfo.processInfo.activeProcessorCount, RunNeeds.mostProcesses) : processes
    }
}

/// How the turns are sent and how long they may take.
struct TransportOptions: ParsableArguments {
    @Option(name: .customLong("header"), help: "A further header of every request, 'Name: value'; repeatable.")
    var headers: [String] = []

    @Option(name: .customLong("ca"), help: "A file of PEM certificates to trust instead of the system's.")
    var caFile: String?

    @Flag(help: "Do not verify the server's certificate.")
    var insecure = false

    @Option(
        help: "No connection within this time: connect_timeout. 'off' for no limit.",
        transform: TimeoutArgument.parse
    )
    var connectTimeout = TimeoutArgument.after(.seconds(10))

    @Option(
        help: "No content event within this time of the send: first_token_timeout.",
        transform: TimeoutArgument.parse
    )
    var firstTokenTimeout = TimeoutArgument.after(.seconds(60))

    @Option(
        help: "After the first content event, no byte for this time: idle_timeout.",
        transform: TimeoutArgument.parse
    )
    var idleTimeout = TimeoutArgument.after(.seconds(60))

    @Option(help: "No end marker within this time of the send: turn_timeout.", transform: TimeoutArgument.parse)
    var turnTimeout = TimeoutArgument.off

    @Option(
        name: [.customShort("s"), .long],
        help: "How long running turns may go on after a stop or the end of the run time.",
        transform: DurationText.parse
    )
    var stopTimeout = Duration.zero

    @Option(help: "The most bytes of one event: malformed_stream beyond.")
    var maxEventBytes = 1 << 20
}

/// What is reported, and where.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Run without a web page and begin at once.")
    var headless = false

    @Flag(help: "No live status, only the tables at the end.")
    var onlySummary = false

    @Option(help: "Write the complete result to this file, as JSON.")
    var summary: String?

    @Flag(help: "Print the result on stdout, in the structure of Locust's --json.")
    var json = false

    @Option(help: "The rows of the tables: 'endpoint', 'conversation' or 'turn'.")
    var groupBy = RowGrouping.conversation

    @Option(
        help: ArgumentHelp(
            "A gap between two content events of one turn that is longer is a stall. Default: 1s.",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var stallAfter = Duration.seconds(1)

    @Option(
        help: ArgumentHelp(
            "How late the generator itself may be (its canary's 99th percentile) before the verdict is "
                + "generator_bound, exit code 4. Default: 5ms or a tenth of the median ttft, whichever is larger.",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var maxError: Duration?

    @Option(help: "The exit code when a turn failed; 0 to ignore failures.")
    var exitCodeOnError: Int32 = 1
}
