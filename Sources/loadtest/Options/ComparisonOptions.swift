import ArgumentParser
import LoadEngine
import LoadReports

/// How two results are compared.
struct ComparisonOptions: ParsableArguments {
    /// The formats that a comparison is written in, by the options of a result's.
    private static let formats: Set = ["json", "html"]

    @Flag(help: "Compare two results, the second with the first: --json and --html are of the comparison then.")
    var compare = false

    @Option(
        name: .customLong("fail-if"),
        help: ArgumentHelp(
            "With --compare: a change by which the second has failed, such as 'ttft.p95 > +10%', 'turns.per_s < -5%' or "
                + "'failures.rate > +1pp'; exit code 3 then. Repeatable.",
            valueName: "expression"
        )
    )
    var limits: [String] = []

    @Flag(help: "With --fail-if: a change that may be noise fails nothing.")
    var ignoreNoise = false

    /// Notes what is wrong with the options together.
    ///
    /// - Parameters:
    ///   - problems: Where it is noted.
    ///   - count: How many results were given.
    ///   - values: The options of formats that were given.
    func check(_ problems: inout Problems, results count: Int, formats values: [String: String]) {
        problems.require(compare || limits.isEmpty, "--fail-if needs --compare", of: "fail-if")
        problems.require(
            !ignoreNoise || !limits.isEmpty,
            "--ignore-noise needs --fail-if: without it nothing fails",
            of: "ignore-noise"
        )
        guard compare else { return }
        problems.require(
            count == 2,
            "--compare needs two summaries, not \(count): the one before, and the one after",
            of: "compare"
        )
        let others = values.keys.filter { !Self.formats.contains($0) }.sorted()
        problems.require(
            others.isEmpty,
            "--compare writes --json and --html, and no \(others.map { "--\($0)" }.joined(separator: ", ")): of each result make them "
                + "without --compare",
            of: "compare"
        )
    }

    /// The limits.
    ///
    /// - Throws: `ConfigurationError` with every mistake.
    func parsed() throws(ConfigurationError) -> [ChangeLimit] {
        try ExpressionOption.each(limits, of: "fail-if") { text throws(ExpressionError) in try ChangeLimit.parse(text) }
    }

    /// Compares two results, and writes what was found.
    ///
    /// - Parameters:
    ///   - paths: Their files.
    ///   - values: The options of formats that were given.
    /// - Returns: The exit code.
    /// - Throws: `ConfigurationError` for what cannot be read, and what a report cannot be written for.
    func compare(_ paths: [String], formats values: [String: String]) throws -> ExitCode {
        var problems = Problems()
        let limits = try problems.collect { try parsed() } ?? []
        var uses = FileUses()
        for path in paths { uses.reads(path, as: "one of the summaries") }
        uses.writesOutput(as: values["json"] == nil ? "the comparison" : "--json")
        uses.writes(values["html"], by: "--html")
        problems.add(uses.problems)
        try problems.check()
        let page = try values["html"].map { try OutputFile(path: $0, option: "--html") }
        let comparison = RunComparison(
            try SummaryInput.read(paths[0]),
            try SummaryInput.read(paths[1]),
            limits: limits,
            ignoresNoise: ignoreNoise
        )
        // The file first: nobody may read the other.
        try page?.write { try ComparisonPage(comparison, chartLibrary: ChartLibrary().source).html() }
        try StandardStream.output.writeAll(
            values["json"] == nil
                ? ComparisonReport(comparison).text : String(decoding: try comparison.json(), as: UTF8.self)
        )
        return comparison.hasFailed ? .thresholdFailed : .success
    }
}
