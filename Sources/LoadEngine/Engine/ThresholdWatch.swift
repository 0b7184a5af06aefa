/// Ends a run when one of its thresholds is violated while it goes on.
/// - Isolation: any thread
public struct ThresholdWatch: Sendable {
    private let task: Task<[ThresholdResult?], Never>

    /// Looks no more.
    ///
    /// - Returns: For each threshold, its violation when that ended the run, as `[Threshold].results(of:endedBy:)` takes
    ///   them; empty when none did.
    public func end() async -> [ThresholdResult?] {
        task.cancel()
        return await task.value
    }

    fileprivate init(_ task: Task<[ThresholdResult?], Never>) {
        self.task = task
    }
}

extension LoadRun {
    /// Ends the run, as who has seen enough, when a threshold is violated and no way leads back.
    ///
    /// The run is looked at with every state that it publishes. A threshold with `needsRows` is judged only when the run was
    /// configured with `publishesRows`.
    /// - Parameters:
    ///   - thresholds: The thresholds.
    ///   - grace: How long after the start violations end nothing.
    ///   - onViolation: Called once, when the run has been told to end, with what is violated; on no thread in particular.
    /// - Returns: What looks at the run until it is ended, or the run is.
    public func abort(
        onViolationOf thresholds: [Threshold],
        after grace: Duration = .zero,
        onViolation: @escaping @Sendable ([ThresholdResult]) -> Void = { _ in }
    ) -> ThresholdWatch {
        ThresholdWatch(
            Task { [self] in
                for await snapshot in snapshots {
                    guard snapshot.phase == .running else { break }
                    guard .seconds(snapshot.elapsedS) >= grace else { continue }
                    let violations = thresholds.map { $0.violation(in: snapshot) }
                    guard violations.contains(where: { $0 != nil }) else { continue }
                    stop(.seenEnough)
                    onViolation(violations.compactMap(\.self))
                    return violations
                }
                return []
            }
        )
    }
}
