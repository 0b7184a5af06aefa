import ArgumentParser
import LoadEngine
import LoadReports

/// What is made of several results.
struct SeveralOptions: ParsableArguments {
    @Flag(help: "Make one result of those of several shares of a run (--share): counts and histograms are added.")
    var merge = false

    @Option(
        name: .customLong("summary"),
        help: ArgumentHelp("With --merge: write the merged result into this file, as a run does.", valueName: "file"),
        completion: .file()
    )
    var mergedSummary: String?

    @Option(
        name: .customLong("threshold"),
        help: ArgumentHelp(
            "With --merge: what the merged result has to be like, besides the thresholds of the run; exit code 3 otherwise. "
                + "Repeatable.",
            valueName: "expression"
        )
    )
    var thresholds: [String] = []

    /// Notes what is wrong with the options together.
    ///
    /// - Parameters:
    ///   - problems: Where it is noted.
    ///   - count: How many results were given.
    func check(_ problems: inout Problems, results count: Int) {
        problems.require(
            merge || mergedSummary == nil,
            "--summary needs --merge: of a single result there is a summary already",
            of: "summary"
        )
        problems.require(
            merge || thresholds.isEmpty,
            "--threshold needs --merge: a single result was judged by its run",
            of: "threshold"
        )
        problems.require(count > 0, "give the file that --summary wrote", of: "summary")
        problems.require(
            merge || count <= 1,
            "\(count) files: give one, or --merge to make one result of them",
            of: "merge"
        )
    }

    /// The thresholds.
    ///
    /// - Throws: `ConfigurationError` with every mistake.
    func parsedThresholds() throws(ConfigurationError) -> [Threshold] {
        try ExpressionOption.each(thresholds, of: "threshold") { text throws(ExpressionError) in
            try Threshold.parse(text)
        }
    }
}
