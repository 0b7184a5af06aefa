/// The numbers of a run, of one of its conversations, or of a turn of one.
struct PartOfRun {
    let result: RunResult
    private let durationS: Double
    let tally: Tally
    /// Nil for a turn.
    private let conversations: ConversationCounts?

    /// Nil when the run has no such part.
    init?(_ part: Threshold.Part, of result: RunResult, durationS: Double) {
        self.result = result
        let scope: Threshold.Scope
        switch part {
        case .wholeRun:
            self.durationS = durationS
            tally = result.total
            conversations = result.conversations
            return
        case .steadyStretch:
            guard let steady = result.steady else { return nil }
            self.durationS = steady.durationS
            tally = steady.total
            conversations = ConversationCounts(steady.total, planned: 0)
            return
        case .conversation(let conversation):
            scope = conversation
        }
        self.durationS = durationS
        let layout = result.layout
        // Names of conversations need not differ.
        let rows = layout.scripts.indices.filter { layout.scripts[$0] == scope.conversation }.flatMap { script in
            layout.rows(ofConversation: script).filter { scope.turn == nil || layout.turn(ofRow: $0) == scope.turn }
        }
        guard !rows.isEmpty else { return nil }
        var sum = Tally()
        for row in rows where row < result.rowTallies.count { sum.add(result.rowTallies[row]) }
        let whole = scope.turn == nil ? layout.names.firstIndex(of: scope.conversation) : nil
        if let whole { sum.add(result.conversationTallies[whole]) }
        conversations = whole.map { result.byConversation[$0].counts }
        tally = sum
    }

    /// A number; nil when there is nothing to find it from.
    ///
    /// Durations are in milliseconds, shares from 0 to 1.
    func value(of number: RunNumber) -> Double? {
        switch number {
        case .durations(let durations, let statistic): distribution(of: durations)?.value(of: statistic)
        case .outcomeCount(.cancelled): counted(tally[.cancelled], in: tally.ended + tally[.cancelled])
        case .outcomeCount(let outcome): counted(tally[outcome], in: tally.ended)
        case .outcomeRate(let outcome): share(tally[outcome], of: tally.requests)
        case .figure(let figure): value(of: figure)
        }
    }

    /// Of the generator nil before its first tick.
    private func distribution(of durations: RunNumber.Durations) -> Distribution? {
        let lateness: Distribution
        switch durations {
        case .metric(let metric): return tally[metric] ?? Distribution()
        case .canary: lateness = result.generator.canaryDelays
        case .loopIteration: lateness = result.generator.loopIterations
        }
        return lateness.count > 0 ? lateness : nil
    }

    private func value(of figure: RunNumber.Figure) -> Double? {
        let (ended, requests, completed, failed) = (tally.ended, tally.requests, tally[.completed], tally.failed)
        let (inOnePiece, withoutContent) = (tally.known(.turnsInOnePiece), tally.known(.turnsWithoutContent))
        return switch figure {
        case .failuresCount, .turnsFailed: counted(failed, in: ended)
        case .failuresRate: share(failed, of: requests)
        case .stallsCount: counted(tally[.stalls], in: ended)
        case .stalledTurns: counted(tally[.stalledTurns], in: ended)
        case .stallsRate: share(tally[.stalledTurns], of: ended)
        case .onePieceCount: inOnePiece.flatMap { counted($0, in: completed) }
        case .onePieceRate: inOnePiece.flatMap { share($0, of: completed) }
        case .withoutContentCount: withoutContent.flatMap { counted($0, in: completed) }
        case .withoutContentRate: withoutContent.flatMap { share($0, of: completed) }
        case .goodput: result.hasObjectives ? share(tally[.goodConversations], of: endedConversations) : nil
        case .turnGoodput: result.hasObjectives ? share(tally[.goodTurns], of: requests) : nil
        case .eventsCount: Double(tally[.events])
        case .eventsPerS: perSecond(tally[.events])
        case .otherEvents: tally.known(.otherEvents).flatMap { counted($0, in: ended) }
        case .unreadableEvents: tally.known(.unreadableEvents).flatMap { counted($0, in: ended) }
        case .inputTokens: tally.tokens.map { Double($0.input) }
        case .inputTokensPerS: tally.tokens.flatMap { perSecond($0.input) }
        case .outputTokens: tally.tokens.map { Double($0.output) }
        case .outputTokensPerS: tally.tokens.flatMap { perSecond($0.output) }
        case .reasoningTokens: tally.tokens.map { Double($0.reasoning) }
        case .reasoningTokensPerS: tally.tokens.flatMap { perSecond($0.reasoning) }
        case .cachedTokens: tally.tokens.map { Double($0.cached) }
        case .cachedTokensPerS: tally.tokens.flatMap { perSecond($0.cached) }
        case .bytesCount: Double(tally[.bytes])
        case .bytesPerS: perSecond(tally[.bytes])
        case .turnsStarted: Double(result.total[.turnsStarted])
        case .turnsCompleted: Double(completed)
        case .turnsAbandoned: Double(tally[.abandoned])
        case .turnsCancelled: Double(tally[.cancelled])
        case .turnsPeak: Double(result.total[.turnsPeak])
        case .turnsPerS: perSecond(requests)
        case .conversationsPlanned: conversations.map { Double($0.planned) }
        case .conversationsCompleted: conversations.map { Double($0.completed) }
        case .conversationsFailed: conversations.flatMap { counted($0.failed, in: endedConversations) }
        case .conversationsCancelled: conversations.map { Double($0.cancelled) }
        case .conversationsNotStarted: conversations.map { Double($0.notStarted) }
        case .conversationsDelayed: Double(tally[.conversationsDelayed])
        case .conversationsPerS: conversations.flatMap { _ in perSecond(endedConversations) }
        case .runDuration: durationS * 1e3
        case .generatorCPU: result.generator.cpuS * 1e3
        case .generatorMemory: Double(result.generator.peakRssBytes)
        case .connectionsOpened: Double(result.generator.connectionsOpened)
        case .staleReuse: Double(result.total[.staleReuse])
        }
    }

    /// Whether a duration that nothing was measured of says by that that nothing was wrong: no turn has stalled, or failed.
    func isFlawless(by number: RunNumber) -> Bool {
        switch number {
        case .durations(.metric(.stallTime), _), .durations(.metric(.failedTime), _): tally[.completed] > 0
        default: false
        }
    }

    /// Of how many turns a number is that not every turn has, when there were completed ones that have none; nil otherwise.
    ///
    /// Such are those of `ttft`, `answer_ttft` and `tpot`.
    func judgedTurns(by number: RunNumber) -> ThresholdResult.JudgedTurns? {
        guard case .durations(.metric(let metric), let statistic) = number, statistic != .count,
            [.ttft, .answerTTFT, .tpot].contains(metric)
        else { return nil }
        let judged = tally[metric]?.count ?? 0
        let completed = tally[.completed]
        guard judged > 0, judged < completed || tally.known(.turnsWithoutContent) ?? 0 > 0 else { return nil }
        return ThresholdResult.JudgedTurns(judged: judged, completed: completed)
    }

    private var endedConversations: UInt64 { conversations.map { $0.completed + $0.failed } ?? 0 }

    private func share(_ part: UInt64, of whole: UInt64) -> Double? {
        whole == 0 ? nil : Double(part) / Double(whole)
    }

    /// A count of what went wrong, which says nothing while nothing has ended.
    private func counted(_ count: UInt64, in ended: UInt64) -> Double? { ended == 0 ? nil : Double(count) }

    private func perSecond(_ count: UInt64) -> Double? { durationS > 0 ? Double(count) / durationS : nil }
}

extension Distribution {
    /// A number of all durations together, in milliseconds unless it is their count; nil without any.
    fileprivate func value(of statistic: RunNumber.Statistic) -> Double? {
        switch statistic {
        case .count: Double(count)
        case .least: count == 0 ? nil : Nanoseconds.milliseconds(minimumNs)
        case .greatest: count == 0 ? nil : Nanoseconds.milliseconds(maximumNs)
        case .mean: count == 0 ? nil : meanNs / 1e6
        case .percentile(let percentile): knownPercentileNs(percentile).map(Nanoseconds.milliseconds)
        }
    }
}
