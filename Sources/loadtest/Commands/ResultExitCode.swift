import ArgumentParser
import LoadEngine

/// What a result says to whoever started the program: the exit code of the first rule that applies.
struct ResultExitCode {
    /// The code of failed turns; 0 to overlook them.
    let failedTurns: Int32
    /// Whether a threshold says how many turns may fail, instead of that code.
    let limitsFailures: Bool
    /// Whether it was played against a mock on the same processors, where the generator's lateness is only shown.
    let hasMock: Bool

    /// The exit code of a result that was written.
    func code(of summary: Summary) -> ExitCode {
        if !summary.losses.isEmpty { return .engineFailure }
        if summary.run.verdict == .interrupted { return .interrupted }
        // Nothing was measured, and no option asks to overlook that; a threshold that ended the run says why.
        if summary.turns.completed == 0, summary.turns.failed == 0,
            !summary.thresholds.contains(where: { $0.endedRunAfterS != nil })
        {
            return .failure
        }
        if summary.turns.failed > 0, failedTurns != 0, !limitsFailures { return ExitCode(failedTurns) }
        if summary.run.verdict == .generatorBound, !hasMock, ErrorBar.isJudged(summary) { return .notValid }
        return summary.thresholds.allSatisfy(\.ok) ? .success : .thresholdFailed
    }
}

extension ResultExitCode {
    /// As the options of the run said, by what its result has kept of them.
    init(as summary: Summary) {
        let options = summary.configuration
        self.init(
            failedTurns: options["exit-code-on-error"].flatMap { Int32($0) } ?? 1,
            limitsFailures: summary.thresholds.contains { (try? Threshold.parse($0.expr))?.limitsFailureRate == true },
            hasMock: options["mock"] == "true"
        )
    }
}
