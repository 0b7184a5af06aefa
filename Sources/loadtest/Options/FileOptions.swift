import ArgumentParser
import LoadEngine
import LoadReports

/// What is written of a result besides the console's text: by a run, and again from its summary.
struct FileOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The rows of the tables: 'endpoint', 'conversation' or 'turn'.", valueName: "row"))
    var groupBy = RowGrouping.conversation

    @Flag(help: "Print the result on stdout, in the structure of Locust's --json.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write the result to this file as one page of HTML with charts, which opens offline.",
            valueName: "file"
        ),
        completion: .file()
    )
    var html: String?

    @Option(
        help: ArgumentHelp("Write conversations and thresholds as JUnit test cases to this file.", valueName: "file"),
        completion: .file()
    )
    var junit: String?

    @Option(
        name: .customLong("csv"),
        help: ArgumentHelp(
            "Write Locust's CSV files PREFIX_stats.csv, PREFIX_failures.csv and PREFIX_exceptions.csv, and "
                + "PREFIX_streaming.csv. A run writes them anew every second, less often when they have thousands "
                + "of rows, and PREFIX_stats_history.csv too.",
            valueName: "prefix"
        ),
        completion: .file()
    )
    var csvPrefix: String?

    @Option(help: ArgumentHelp("Write what --json prints to NAME.json.", valueName: "name"), completion: .file())
    var jsonFile: String?

    /// Notes what is wrong with the options together.
    func check(_ problems: inout Problems) {
        problems.require(csvPrefix?.isEmpty != true, "--csv: the prefix of the files is missing", of: "csv")
    }

    /// The file of `--json-file`; Locust's users leave out the ending.
    var jsonPath: String? {
        jsonFile.map { $0.isEmpty || $0.hasSuffix(".json") ? $0 : $0 + ".json" }
    }
}
