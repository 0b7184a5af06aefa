import ArgumentParser
import LoadEngine

/// What is written of a result besides the console's text: by a run, and again from its summary.
struct FileOptions: ParsableArguments {
    @Option(help: "The rows of the tables: 'endpoint', 'conversation' or 'turn'.")
    var groupBy = RowGrouping.conversation

    @Flag(help: "Print the result on stdout, in the structure of Locust's --json.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write the result to this file as one page of HTML with charts, which opens offline.",
            valueName: "file"
        )
    )
    var html: String?

    @Option(
        help: ArgumentHelp("Write conversations and thresholds as JUnit test cases to this file.", valueName: "file")
    )
    var junit: String?
}
