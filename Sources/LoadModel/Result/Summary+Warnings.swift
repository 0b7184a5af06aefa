extension Summary {
    /// What a reader could overlook in the result of a run that has ended, in a sentence each.
    package var warnings: [String] {
        var warnings: [String] = []
        if let unreachable { warnings.append(unreachable) }
        if result.turns.started > 0, result.turns.completed == 0 { warnings.append("no turn was completed") }
        return warnings
            + [
                ConversationRules.warning(of: result.byConversation.lazy.map(\.conversation)),
                run.lateShares,
                endOfWarmUp ?? missingUsers,
                endedEarly, delayedArrivals, nobodyLeft,
                turnsInOnePiece,
                turnsOfOneEvent, unknownEvents ?? turnsWithoutContent, unreadableEvents, silentTurns,
                endlessPercentiles,
            ]
            .compactMap { $0 }
    }

    /// The share of completed turns from which on it is said that they came in one piece: a late loop makes a few.
    private static let leastShareInOnePiece = 0.01
    /// The share from which on all of them are likely to go the way that holds them back; a pause hits fewer.
    private static let shareOfBuffering = 0.5
    /// The share of completed turns with content from which on it is said that they had a single event.
    private static let leastShareOfOneEvent = 0.99

    /// The run ended within its warm-up, so that nothing was counted.
    private var endOfWarmUp: String? {
        guard let warmUp = result.warmUp, result.turns.started == 0 else { return nil }
        return
            "the run ended within its warm-up, after \(warmUp.durationS.fixed(1)) s and \(counted(warmUp.total.requests, "turn")): "
            + "nothing was counted; make --warm-up shorter, or the run longer"
    }

    /// The users asked for were never at work together: what was measured is a smaller load.
    ///
    /// Turns that fail at once end their users: when all do, there is nothing to be changed about the users.
    private var missingUsers: String? {
        guard run.arrivalRate == nil, let peak = peakUsers, peak < run.users,
            result.turns.completed > 0 || result.turns.failed == 0
        else {
            return nil
        }
        var reasons: [String] = []
        // Those that had ended before a reset were there, too.
        let invocations = result.conversations.planned + result.total[.conversationsForgotten]
        let starts = min(run.users, Int(clamping: invocations))
        if invocations < run.users {
            reasons.append(
                "there were only \(counted(invocations, "invocation")): raise \"invocations\" in the data files"
            )
        }
        let ramp = ramp(of: starts)
        if result.conversations.notStarted > 0 || result.isEndless {
            let tooSlow = ramp.flatMap { $0.seconds > run.durationS ? ", and \($0.text)" : nil } ?? ""
            reasons.append(
                "the run \(run.verdict == .interrupted ? "was stopped" : "ended") after \(run.durationS.fixed(1)) s\(tooSlow): "
                    + "raise --spawn-rate or --run-time"
            )
        } else if peak < starts {
            reasons.append(
                "the first had played every conversation before the last had started\(ramp.map { ": " + $0.text } ?? ""); "
                    + "raise --spawn-rate or \"invocations\""
            )
        }
        return
            "at most \(peak) of \(counted(run.users, "user")) \(plural(peak, "was", "were")) at work at the same time: "
            + reasons.joined(separator: "; ")
    }

    /// The conversations were over long before the run was to be.
    private var endedEarly: String? {
        guard let asked = configuration["run-time"], let runTime = try? DurationText.parse(asked), !result.isEndless,
            run.verdict != .interrupted, result.conversations.notStarted == 0, result.turns.completed > 0,
            run.durationS < Nanoseconds.seconds(runTime.nanosecondsClamped) / 2
        else { return nil }
        return
            "every conversation was played after \(run.durationS.fixed(1)) s of --run-time \(asked): --repeat begins them again"
    }

    /// Conversations arrived that found no free user: what was sent is a smaller load than was asked for.
    private var delayedArrivals: String? {
        let delayed = result.total[.conversationsDelayed]
        guard delayed > 0 else { return nil }
        return
            "\(counted(delayed, "conversation")) found no free user when \(plural(delayed, "it", "they")) arrived: all "
            + "\(counted(run.users, "user")) of --max-users were at work. The wait is in queue_delay and in every intended_ number; "
            + "those that still waited at the end are not started"
    }

    /// Users were to leave, and no turn was long enough.
    private var nobodyLeft: String? {
        guard let asked = configuration["abandon"], result.turns.abandoned == 0, result.turns.completed >= 100 else {
            return nil
        }
        return
            "no turn was abandoned: --abandon \(asked) leaves turns that are longer than that; response_time and events.count say how "
            + "long they are"
    }

    /// From the start of the first of so many users to that of the last, in seconds and in words; nil when it is not known.
    private func ramp(of users: Int) -> (seconds: Double, text: String)? {
        guard let rate = run.spawnRate else { return nil }
        let seconds = Double(max(users - 1, 0)) / rate
        return (
            seconds,
            "--spawn-rate \(rate.fixed(rate == rate.rounded() ? 0 : 2)) takes \(seconds.fixed(seconds < 1 ? 3 : 1)) s to "
                + "start \(users < run.users ? "\(users)" : "all")"
        )
    }

    private var turnsInOnePiece: String? {
        guard let answers = result.answers, answers.onePiece > 0, answers.onePieceRate >= Self.leastShareInOnePiece
        else { return nil }
        return
            "the text of \(shown(answers.onePiece, answers.onePieceRate)) came in one piece: their ttft is all of their "
            + "response_time, and their gaps say nothing; "
            + (answers.onePieceRate < Self.shareOfBuffering
                ? "did the server stand still for a moment, or is a proxy that buffers before a part of it?"
                : "look for a proxy that buffers (proxy_buffering, X-Accel-Buffering: no), and for a server that does not "
                    + "stream")
    }

    /// Answers of one event each are no stream, and have no gap that a threshold could judge.
    private var turnsOfOneEvent: String? {
        guard let answers = result.answers, result.turns.completed > answers.withoutContent else { return nil }
        let withContent = result.turns.completed - answers.withoutContent
        // Every further event of a turn is a gap more, so that no more turns than gaps can have had several.
        let gaps = result[.interEvent]?.count ?? 0
        let atLeast = withContent - min(gaps, withContent)
        guard Share.of(atLeast, in: withContent) >= Self.leastShareOfOneEvent else { return nil }
        return
            "\(gaps == 0 ? "" : "at least ")\(shown(atLeast, Share.of(atLeast, in: result.turns.completed))) had a single content "
            + "event: nothing streams, and there are no gaps to judge; look at such an answer with curl -N"
    }

    private var turnsWithoutContent: String? {
        guard let answers = result.answers, answers.withoutContent > 0 else { return nil }
        return
            "\(shown(answers.withoutContent, answers.withoutContentRate)) had no content event: they are in no ttft, and "
            + "nobody has read anything; look at such an answer with curl -N"
    }

    /// None of the events was text by the rules of the API's profile, and there were others: it is not the server's.
    private var unknownEvents: String? {
        guard let others = result.otherEvents else { return nil }
        let (events, completed) = (result.total[.events], result.turns.completed)
        let hasText = completed > 0 && result.answers.map { $0.withoutContent < completed } ?? false
        guard others.count >= events || completed > 0 && !hasText else { return nil }
        return
            "\(others.count) of \(counted(events, "event")) matched no rule of the API's profile"
            + (completed > 0 ? ", and no completed turn had any text" : "")
            + ": the profile does not fit the server; compare its rules with an answer (curl -N), or choose another with --api"
    }

    private var unreadableEvents: String? {
        guard let others = result.otherEvents, others.unreadable > 0 else { return nil }
        return
            "\(others.unreadable) of \(counted(result.total[.events], "event")) had data that is not JSON, though the API's "
            + "profile reads them as JSON: whatever was in them is neither text nor an end; look at such an answer with curl -N"
    }

    private func shown(_ count: UInt64, _ share: Double) -> String {
        "\(count) of \(counted(result.turns.completed, "completed turn")) (\((share * 100).fixed(2))%)"
    }

    private var silentTurns: String? {
        guard let cancelled = result.outcomeDetails[TurnOutcome.cancelled.label], let silent = cancelled.silent else {
            return nil
        }
        let early = cancelled.silentBeforeFirstToken ?? 0
        // Those two cannot have been set and short enough: the turns would have ended by them.
        let options = [(early, "--first-token-timeout"), (silent - min(early, silent), "--stall-timeout")]
            .filter { $0.0 > 0 }.map {
                "a \($0.1) shorter than that counts \($0.0) of them as \(plural($0.0, "a failure", "failures"))"
            }
        return "\(counted(silent, "turn")) had been silent for up to "
            + "\(((cancelled.longestSilenceMs ?? 0) / 1e3).fixed(1)) s when the end of the run cut them: neither a failure nor "
            + "a stall; " + options.joined(separator: ", ")
    }

    /// Percentiles that stand at the end of the histograms: what was longer is counted there.
    private var endlessPercentiles: String? {
        let endMs = Nanoseconds.milliseconds(HistogramBuckets.highestNs)
        let metrics = result.metrics
        let names = Metric.allCases.compactMap { metric -> String? in
            guard let values = metrics[metric.label], values.maxMs > values.p50Ms else { return nil }
            let percentiles = [
                ("p50", values.p50Ms), ("p90", values.p90Ms), ("p95", values.p95Ms), ("p99", values.p99Ms),
                ("p99.9", values.p999Ms),
            ]
            return percentiles.first { $0.1 >= endMs && values.maxMs > $0.1 }.map { "\(metric.label) from \($0.0) on" }
        }
        guard !names.isEmpty else { return nil }
        return
            "percentiles know no duration over 1h and say 1h for all that were longer: \(names.joined(separator: ", ")); "
            + "its mean and maximum are exact"
    }
}
