extension Summary {
    /// What a reader could overlook in the result of a run that has ended, in a sentence each.
    package var warnings: [String] {
        var warnings: [String] = []
        if let unreachable { warnings.append(unreachable) }
        if turns.started > 0, turns.completed == 0 { warnings.append("no turn was completed") }
        return warnings + [missingUsers, turnsInOnePiece, turnsWithoutContent, silentTurns].compactMap { $0 }
    }

    /// The share of completed turns from which on it is said that they came in one piece: a late loop makes a few.
    private static let leastShareInOnePiece = 0.01

    /// The users asked for were never at work together: what was measured is a smaller load.
    private var missingUsers: String? {
        guard let peak = run.peakUsers, peak < run.users else { return nil }
        var reasons: [String] = []
        // Those that had ended before a reset were there, too.
        let invocations = conversations.planned + byConversation.reduce(0) { $0 + ($1.forgotten ?? 0) }
        if invocations < run.users {
            reasons.append(
                "there were only \(counted(invocations, "invocation")): raise \"invocations\" in the data files"
            )
        }
        if conversations.notStarted > 0 {
            let ramp = rampS.flatMap { $0 > run.durationS ? ", and \(rampText)" : nil } ?? ""
            reasons.append(
                "the run \(run.verdict == .interrupted ? "was stopped" : "ended") after \(run.durationS.fixed(1)) s\(ramp): "
                    + "raise --spawn-rate or --run-time"
            )
        }
        if reasons.isEmpty {
            reasons.append(
                "the first had played every conversation before the last had started\(rampS == nil ? "" : ": " + rampText); "
                    + "raise --spawn-rate or \"invocations\""
            )
        }
        return
            "at most \(peak) of \(counted(run.users, "user")) \(plural(peak, "was", "were")) at work at the same time: "
            + reasons.joined(separator: "; ")
    }

    /// From the start of the first user to that of the last, in seconds; nil when it is not known.
    private var rampS: Double? { run.spawnRate.map { Double(run.users - 1) / $0 } }

    private var rampText: String {
        let rate = run.spawnRate ?? 0
        let seconds = rampS ?? 0
        return
            "--spawn-rate \(rate.fixed(rate == rate.rounded() ? 0 : 2)) takes \(seconds.fixed(seconds < 1 ? 3 : 1)) s to "
            + "start all"
    }

    private var turnsInOnePiece: String? {
        guard let answers, answers.onePiece > 0, answers.onePieceRate >= Self.leastShareInOnePiece else { return nil }
        return
            "the text of \(shown(answers.onePiece, answers.onePieceRate)) came in one piece: their ttft is all of their "
            + "response_time, and their gaps say nothing; look for a proxy that buffers (proxy_buffering, "
            + "X-Accel-Buffering: no), and for a server that does not stream"
    }

    private var turnsWithoutContent: String? {
        guard let answers, answers.withoutContent > 0 else { return nil }
        return
            "\(shown(answers.withoutContent, answers.withoutContentRate)) had no content event: they are in no ttft, and "
            + "nobody has read anything; look at such an answer with curl -N"
    }

    private func shown(_ count: UInt64, _ share: Double) -> String {
        "\(count) of \(counted(turns.completed, "completed turn")) (\((share * 100).fixed(2))%)"
    }

    private var silentTurns: String? {
        guard let cancelled = outcomeDetails[TurnOutcome.cancelled.label], let silent = cancelled.silent else {
            return nil
        }
        let early = cancelled.silentBeforeFirstToken ?? 0
        // Those two cannot have been set and short enough: the turns would have ended by them.
        let options = [(early, "--first-token-timeout"), (silent - min(early, silent), "--stall-timeout")]
            .filter { $0.0 > 0 }.map { "a \($0.1) shorter than that makes \($0.0) of them a failure" }
        return "\(counted(silent, "turn")) had been silent for up to "
            + "\(((cancelled.longestSilenceMs ?? 0) / 1e3).fixed(1)) s when the end of the run cut them: neither a failure nor "
            + "a stall; " + options.joined(separator: ", ")
    }
}
