import ArgumentParser
import LoadEngine

/// What the run is judged by.
struct ThresholdOptions: ParsableArguments {
    @Option(
        name: .customLong("threshold"),
        help: ArgumentHelp(
            "What the run has to be like, such as 'ttft.p95 < 500ms', 'failures.rate < 1%' or "
                + "'conversation_A/goodput > 99%'; exit code 3 otherwise. Repeatable.",
            valueName: "expression"
        )
    )
    var thresholds: [String] = []

    @Option(
        // Otherwise a negative one is taken for an option, and the value said to be missing.
        parsing: .unconditional,
        help: ArgumentHelp(
            "End the run when a threshold is violated after this time.",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var abortOnThreshold: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End the run when so many of the turns that ended within such a time have failed, such as 50%/30s.",
            valueName: "percent/duration"
        )
    )
    var abortOnFailures: String?

    /// The thresholds.
    ///
    /// - Throws: `ConfigurationError` with every mistake.
    func parsedThresholds() throws(ConfigurationError) -> [Threshold] {
        try ExpressionOption.each(thresholds, of: "threshold") { text throws(ExpressionError) in
            try Threshold.parse(text)
        }
    }

    /// What ends the run when too many turns fail; nil for nothing.
    ///
    /// - Throws: `ConfigurationError` with the mistake.
    func failureLimit() throws(ConfigurationError) -> FailureLimit? {
        guard let abortOnFailures else { return nil }
        return try ExpressionOption.each([abortOnFailures], of: "abort-on-failures") { text throws(ExpressionError) in
            try FailureLimit.parse(text)
        }.first
    }

    /// Gives a run its objectives, and checks that the thresholds suit the run.
    ///
    /// - Throws: `ConfigurationError` with the mistakes.
    func apply(to configuration: inout EngineConfiguration, _ objectives: [Objective]) throws(ConfigurationError) {
        let parsed = try parsedThresholds()
        _ = try failureLimit()
        let conversations = configuration.conversations
        _ = try ExpressionOption.each(parsed, of: "threshold") { threshold throws(ExpressionError) in
            try threshold.check(conversations: conversations, objectives: objectives)
        }
        if abortOnThreshold != nil {
            guard !parsed.isEmpty else {
                throw ConfigurationError(
                    "--abort-on-threshold: there is no --threshold that could be violated; give one",
                    of: .option("abort-on-threshold")
                )
            }
            configuration.publishesRows = configuration.publishesRows || parsed.contains(where: \.needsRows)
        }
        configuration.objectives = objectives
        if parsed.contains(where: \.needsSteadyStretch) { configuration.findsSteadyStretch = true }
    }
}

/// What every turn has to keep to.
struct ObjectiveOptions: ParsableArguments {
    @Option(
        name: .customLong("objective"),
        help: ArgumentHelp(
            "What every turn, or conversation, has to keep to for goodput, such as 'ttft < 800ms'. Of "
                + Objective.Measure.allCases.map(\.rawValue).joined(separator: ", ") + ". Repeatable.",
            valueName: "expression"
        )
    )
    var objectives: [String] = []

    /// The objectives.
    ///
    /// - Throws: `ConfigurationError` with every mistake.
    func parsed() throws(ConfigurationError) -> [Objective] {
        try ExpressionOption.each(objectives, of: "objective") { text throws(ExpressionError) in
            try Objective.parse(text)
        }
    }
}

/// Expressions of options that may be given several times.
enum ExpressionOption {
    /// Reads all of them.
    ///
    /// - Throws: `ConfigurationError` with every mistake.
    static func each<Item, Result>(
        _ items: [Item],
        of option: String,
        _ body: (Item) throws(ExpressionError) -> Result
    ) throws(ConfigurationError) -> [Result] {
        var results: [Result] = []
        var problems: [String] = []
        for item in items {
            do { results.append(try body(item)) } catch { problems.append("--\(option): \(error)") }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems, of: .option(option)) }
        return results
    }
}
