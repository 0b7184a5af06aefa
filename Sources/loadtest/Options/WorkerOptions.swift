import ArgumentParser
import LoadEngine
import LoadReports

/// Where the master of a worker is.
struct MasterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the Locust master is: a name or an address.", valueName: "host"))
    var masterHost = "127.0.0.1"

    @Option(
        parsing: .unconditional,
        help: .showing("The port of the master.", as: "port", default: 5557),
        transform: NumberArgument.whole
    )
    var masterPort: UInt16 = 5557

    func check(_ problems: inout Problems) {
        problems.require(
            !masterHost.isEmpty && masterHost.allSatisfy { !$0.isWhitespace && $0 != "/" },
            "--master-host must be a name or an address, such as 10.0.0.5, not '\(Shown.line(masterHost))'",
            of: "master-host"
        )
        problems.require(masterPort > 0, "--master-port must be 1 to 65535, not 0", of: "master-port")
    }
}

/// What a worker plays of its part.
struct WorkerLoadOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Play so many conversations in all, of all workers together, in the proportions of the data files; all workers "
                + "must be told the same.",
            valueName: "number"
        ),
        transform: NumberArgument.whole
    )
    var invocations: Int?

    @Flag(help: "Begin again when every conversation was played, until the master ends the test.")
    var `repeat` = false

    func apply(to configuration: inout EngineConfiguration) {
        configuration.invocations = invocations
        configuration.repeats = `repeat`
    }
}

/// What is reported of a worker's part.
struct WorkerReportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The rows of the master's tables: 'endpoint', 'conversation' or 'turn'.", valueName: "row")
    )
    var groupBy = RowGrouping.conversation

    @Option(
        help: ArgumentHelp(
            "Write the complete result of this worker's part (loadtest.summary/1) at the end of each test; with --processes "
                + "each writes its own: FILE.1, FILE.2 and so on.",
            valueName: "file"
        ),
        completion: .file()
    )
    var summary: String?

    /// For the processes of `--processes`, which end with the one that has started them.
    @Flag(help: .hidden)
    var untilStdinCloses = false

    /// The file of the result, once it is known that it can be written; nil where none is wanted.
    ///
    /// - Throws: `ConfigurationError` when it cannot be.
    func file() throws(ConfigurationError) -> OutputFile? {
        guard let summary else { return nil }
        return try OutputFile(path: summary, option: "--summary")
    }
}
