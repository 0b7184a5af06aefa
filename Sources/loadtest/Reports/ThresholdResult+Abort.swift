import LoadEngine

extension [ThresholdResult] {
    /// Why the violated thresholds have ended a run, in words.
    var reasonOfAbort: String {
        let afterS = compactMap(\.endedRunAfterS).first ?? 0
        let reasons = map { "\($0.expr) is violated, observed \($0.observedText)" }
        return "the run is ended after \(afterS.fixed(1)) s: " + reasons.joined(separator: "; ")
    }
}
