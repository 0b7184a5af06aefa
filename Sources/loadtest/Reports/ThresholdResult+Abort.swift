import LoadEngine

extension [ThresholdResult] {
    /// Why the violated thresholds have ended a run, in words.
    var reasonOfAbort: String {
        let afterS = compactMap(\.endedRunAfterS).first ?? 0
        let reasons = map { "\($0.expr) is violated, observed \($0.observedText)" }
        return "the run is ended after \(afterS.fixed(1)) s: " + reasons.joined(separator: "; ")
    }
}

extension ThresholdResult {
    /// Why too many failed turns have ended a run, in words, with how most of them failed.
    ///
    /// - Parameters:
    ///   - limit: What was too much.
    ///   - snapshot: The run when it was told to end.
    ///   - host: What it plays against.
    /// - Returns: A line for the user.
    func reasonOfAbort(by limit: FailureLimit, _ snapshot: RunSnapshot, host: String) -> String {
        let failures = TurnOutcome.allCases.filter(\.isFailure)
            .map { (outcome: $0, count: snapshot.result[$0]) }
            .filter { $0.count > 0 }
            .sorted { $0.count > $1.count }
        let shown = failures.prefix(3).map { "\($0.outcome.label) \($0.count)" }.joined(separator: ", ")
        return
            "the run is ended after \((endedRunAfterS ?? 0).fixed(1)) s: \(observedText) of the turns that ended in the last "
            + "\(DurationText.text(of: limit.window)) against \(Shown.url(host)) failed (--abort-on-failures); in all: \(shown)"
    }
}
