extension Summary {
    /// What a reader could overlook in the result of a run that has ended, in a sentence each.
    package var warnings: [String] {
        var warnings: [String] = []
        if turns.started > 0, turns.completed == 0 { warnings.append("no turn was completed") }
        if let cancelled = outcomeDetails[TurnOutcome.cancelled.label], let silent = cancelled.silent {
            let longestS = (cancelled.longestSilenceMs ?? 0) / 1e3
            warnings.append(
                "\(silent) turn\(silent == 1 ? "" : "s") had been silent for up to \(longestS.fixed(1)) s when the end of the "
                    + "run cut them: neither a failure nor a stall; a --first-token-timeout and --idle-timeout below the run "
                    + "time make them one"
            )
        }
        return warnings
    }
}
