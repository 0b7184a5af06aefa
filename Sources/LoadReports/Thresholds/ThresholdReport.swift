/// The thresholds of a run, what was found, and which of them were not kept.
public struct ThresholdReport {
    private let results: [ThresholdResult]

    /// Prepares the report of a result.
    ///
    /// - Parameter summary: The result.
    public init(_ summary: Summary) {
        results = summary.thresholds
    }

    /// The report, each line ended; empty without thresholds.
    public var text: String {
        guard !results.isEmpty else { return "" }
        let width = max(results.map(\.expr.count).max() ?? 0, 20) + 2
        let observed = results.map(\.observedText)
        let observedWidth = (observed.map(\.count).max() ?? 0) + 2
        let head = "Threshold".padded(8 + width) + "observed".leading(observedWidth)
        let rows = zip(results, observed).map { result, observed in
            (result.ok ? "ok" : "FAILED").padded(8) + result.expr.padded(width) + observed.leading(observedWidth)
                + (result.endedRunAfterS.map { "  ended the run after \($0.fixed(1)) s" } ?? "")
        }
        return ([head, String(repeating: "-", count: head.count)] + rows).joined(separator: "\n") + "\n"
    }
}
