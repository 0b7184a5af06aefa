import LoadEngine

/// Ends a run when one of its thresholds is violated while it goes on.
struct ThresholdWatch {
    private let task: Task<[ThresholdResult?], Never>

    /// Begins to look at a run once a second.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - thresholds: Its thresholds.
    ///   - grace: How long after the start violations end nothing.
    ///   - say: Tells why it ends the run.
    /// - Returns: What looks at the run.
    static func start(
        _ run: LoadRun,
        _ thresholds: [Threshold],
        after grace: Duration,
        saying say: @escaping @Sendable (String) -> Void
    ) -> ThresholdWatch {
        ThresholdWatch(
            task: Task {
                while !Task.isCancelled {
                    let snapshot = run.snapshot()
                    guard snapshot.phase == .running else { break }
                    if .seconds(snapshot.elapsedS) >= grace {
                        let violations = thresholds.map { $0.violation(in: snapshot) }
                        if violations.contains(where: { $0 != nil }) {
                            run.end()
                            say(text(of: violations.compactMap { $0 }, afterS: snapshot.elapsedS))
                            return violations
                        }
                    }
                    try? await Task.sleep(for: .seconds(1))
                }
                return []
            }
        )
    }

    /// Looks no more.
    ///
    /// - Returns: For each threshold, its violation when it ended the run; empty when none did.
    func end() async -> [ThresholdResult?] {
        task.cancel()
        return await task.value
    }

    private static func text(of violations: [ThresholdResult], afterS: Double) -> String {
        let reasons = violations.map { "\($0.expr) is violated, observed \($0.observedText)" }
        return "the run is ended after \(afterS.fixed(1)) s: " + reasons.joined(separator: "; ")
    }
}
