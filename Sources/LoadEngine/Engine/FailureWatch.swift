/// Ends a run in which too many turns have failed lately: it has become pointless.
/// - Isolation: any thread
public struct FailureWatch: Sendable {
    private let task: Task<ThresholdResult, Never>

    /// Looks no more.
    ///
    /// - Returns: The limit as a threshold of the run: what was found is the share when it ended the run, otherwise the
    ///   greatest one that there was.
    public func end() async -> ThresholdResult {
        task.cancel()
        return await task.value
    }

    fileprivate init(_ task: Task<ThresholdResult, Never>) {
        self.task = task
    }
}

extension LoadRun {
    /// Ends the run, as who has seen enough, when too many of the turns that ended lately have failed.
    ///
    /// - Parameters:
    ///   - limit: How many are too many, and what lately means.
    ///   - onExceeded: Called once, when the run has been told to end, with what was found and with the state of the run; on no
    ///     thread in particular.
    /// - Returns: What looks at the run until it is ended, or the run is.
    public func abort(
        onFailures limit: FailureLimit,
        onExceeded: @escaping @Sendable (ThresholdResult, RunSnapshot) -> Void = { _, _ in }
    ) -> FailureWatch {
        FailureWatch(
            Task { [self] in
                var judge = FailureJudge(limit)
                for await snapshot in snapshots {
                    guard snapshot.phase == .running else { break }
                    guard let share = judge.look(atS: snapshot.elapsedS, snapshot.turns) else { continue }
                    stop(.seenEnough)
                    let result = ThresholdResult(
                        expr: limit.expr,
                        observed: share,
                        ok: false,
                        endedRunAfterS: snapshot.elapsedS
                    )
                    onExceeded(result, snapshot)
                    return result
                }
                return ThresholdResult(expr: limit.expr, observed: judge.worst, ok: true)
            }
        )
    }
}
