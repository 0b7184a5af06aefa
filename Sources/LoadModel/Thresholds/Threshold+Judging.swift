extension Threshold {
    /// Judges a run that has ended.
    ///
    /// - Parameter summary: The result of the run.
    /// - Returns: What was found, and whether the threshold was kept; it was not when there was nothing to find, unless
    ///   that is because turns were completed and none has stalled, or failed.
    public func result(of summary: Summary) -> ThresholdResult {
        let part = PartOfRun(part, of: summary.result, durationS: summary.run.durationS)
        let observed = part?.value(of: number)
        let isKept = observed.map { comparison.holds($0, limit) } ?? part?.isFlawless(by: number) ?? false
        var result = ThresholdResult(expr: text, observed: observed, ok: isKept)
        // At the edges of a stretch first tokens and ends are of other turns.
        result.turns = needsSteadyStretch ? nil : part?.judgedTurns(by: number)
        return result
    }

    /// Judges a run that goes on.
    ///
    /// What only rises or falls is violated when no way leads back: a run in which few conversations have been completed
    /// so far may still complete enough. Everything else is judged as if the run ended now. In a warm-up nothing is, and the
    /// steady stretch is known at the end only.
    /// - Parameter snapshot: The state of the run; with the distributions of rows where the threshold needs them.
    /// - Returns: Nil unless it is violated.
    public func violation(in snapshot: RunSnapshot) -> ThresholdResult? {
        guard !snapshot.isWarmingUp, !needsSteadyStretch else { return nil }
        let part = PartOfRun(part, of: snapshot.result, durationS: snapshot.elapsedS)
        guard let observed = part?.value(of: number), !comparison.holds(observed, limit), !canRecover(from: observed)
        else { return nil }
        var result = ThresholdResult(expr: text, observed: observed, ok: false, endedRunAfterS: snapshot.elapsedS)
        result.turns = part?.judgedTurns(by: number)
        return result
    }

    private func canRecover(from observed: Double) -> Bool {
        switch (number.course, comparison) {
        case (.varies, _): false
        case (.rises, .less), (.rises, .atMost): false
        case (.rises, .equal): observed < limit
        case (.rises, _): true
        case (.falls, .more), (.falls, .atLeast): false
        case (.falls, .equal): observed > limit
        case (.falls, _): true
        }
    }
}

extension [Threshold] {
    /// Judges a run that has ended.
    ///
    /// - Parameters:
    ///   - summary: The result of the run.
    ///   - violations: For each threshold, its violation if that ended the run; it stays violated. Empty when none did.
    /// - Returns: One result for each threshold, in the same order.
    public func results(of summary: Summary, endedBy violations: [ThresholdResult?] = []) -> [ThresholdResult] {
        enumerated().map { index, threshold in
            var result = threshold.result(of: summary)
            guard index < violations.count, let violation = violations[index] else { return result }
            // It may have recovered while the last turns ended.
            if result.ok { return violation }
            result.endedRunAfterS = violation.endedRunAfterS
            return result
        }
    }
}
