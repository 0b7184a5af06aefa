/// The numbers of a run, of one of its conversations, or of a turn of one.
struct PartOfRun {
    private let snapshot: RunSnapshot
    private let outcomes: [String: UInt64]
    private let events: UInt64
    private let bytes: UInt64
    private let stalls: UInt64
    private let stalledTurns: UInt64
    private let goodTurns: UInt64
    /// Nil in a summary of an older version.
    private let withoutContent: UInt64?
    private let inOnePiece: UInt64?
    /// Nil for a turn.
    private let conversations: ConversationCounts?
    private let goodConversations: UInt64?
    /// The distributions; each has samples of its own.
    private let metrics: [[String: MetricSummary]]

    /// Nil when the run has no such part.
    init?(_ snapshot: RunSnapshot, _ scope: Threshold.Scope?) {
        self.snapshot = snapshot
        guard let scope else {
            outcomes = snapshot.outcomes
            events = snapshot.events
            bytes = snapshot.bytes
            stalls = snapshot.stalls.total
            stalledTurns = snapshot.stalls.turns
            goodTurns = snapshot.goodput?.goodTurns ?? 0
            withoutContent = snapshot.answers?.withoutContent
            inOnePiece = snapshot.answers?.onePiece
            conversations = snapshot.conversations
            goodConversations = snapshot.goodput?.goodConversations
            metrics = [snapshot.metrics]
            return
        }
        let rows = snapshot.rows.filter {
            $0.conversation == scope.conversation && (scope.turn == nil || $0.turn == scope.turn)
        }
        guard !rows.isEmpty else { return nil }
        outcomes = .sum(of: rows.map(\.outcomes))
        events = rows.reduce(0) { $0 + $1.events }
        bytes = rows.reduce(0) { $0 + $1.bytes }
        stalls = rows.reduce(0) { $0 + $1.stalls }
        stalledTurns = rows.reduce(0) { $0 + $1.stalledTurns }
        goodTurns = rows.reduce(0) { $0 + $1.goodTurns }
        withoutContent = rows.reduce(0) { sum, row in sum.flatMap { sum in row.turnsWithoutContent.map { sum + $0 } } }
        inOnePiece = rows.reduce(0) { sum, row in sum.flatMap { sum in row.turnsInOnePiece.map { sum + $0 } } }
        let whole = snapshot.byConversation.first { $0.conversation == scope.conversation && scope.turn == nil }
        conversations = whole?.counts
        goodConversations = whole?.good
        let times = whole?.conversationTime.map { [Metric.conversationTime.label: $0] }
        metrics = rows.map(\.metrics) + [times ?? [:]]
    }

    /// A number; nil when there is nothing to find it from.
    ///
    /// Durations are in milliseconds, shares from 0 to 1.
    func value(of number: RunNumber) -> Double? {
        switch number {
        case .durations(.metric(let metric), let statistic):
            metrics.compactMap { $0[metric.label] }.value(of: statistic)
        case .durations(.canary, let statistic):
            snapshot.generator.canary.flatMap {
                LatenessSummary(count: $0.ticks, p50Ms: $0.p50Ms, p99Ms: $0.p99Ms, maxMs: $0.maxMs, hdr: $0.hdr)
                    .value(of: statistic)
            }
        case .durations(.loopTurn, let statistic):
            snapshot.generator.loopTurn.flatMap {
                LatenessSummary(count: $0.count, p50Ms: nil, p99Ms: $0.p99Ms, maxMs: $0.maxMs, hdr: $0.hdr)
                    .value(of: statistic)
            }
        case .outcomeCount(.cancelled): counted(count(of: .cancelled), in: ended + count(of: .cancelled))
        case .outcomeCount(let outcome): counted(count(of: outcome), in: ended)
        case .outcomeRate(let outcome): share(count(of: outcome), of: ended)
        case .figure(let figure): value(of: figure)
        }
    }

    private func value(of figure: RunNumber.Figure) -> Double? {
        switch figure {
        case .failuresCount, .turnsFailed: counted(failed, in: ended)
        case .failuresRate: share(failed, of: ended)
        case .stallsCount: counted(stalls, in: ended)
        case .stalledTurns: counted(stalledTurns, in: ended)
        case .stallsRate: share(stalledTurns, of: ended)
        case .onePieceCount: inOnePiece.flatMap { counted($0, in: completed) }
        case .onePieceRate: inOnePiece.flatMap { share($0, of: completed) }
        case .withoutContentCount: withoutContent.flatMap { counted($0, in: completed) }
        case .withoutContentRate: withoutContent.flatMap { share($0, of: completed) }
        case .goodput: goodConversations.flatMap { share($0, of: endedConversations) }
        case .turnGoodput: snapshot.goodput.flatMap { _ in share(goodTurns, of: ended) }
        case .eventsCount: Double(events)
        case .eventsPerS: perSecond(events)
        case .bytesCount: Double(bytes)
        case .bytesPerS: perSecond(bytes)
        case .turnsStarted: Double(snapshot.turns.started)
        case .turnsCompleted: Double(completed)
        case .turnsCancelled: Double(count(of: .cancelled))
        case .turnsPeak: Double(snapshot.turns.peakConcurrent)
        case .turnsPerS: perSecond(ended)
        case .conversationsPlanned: conversations.map { Double($0.planned) }
        case .conversationsCompleted: conversations.map { Double($0.completed) }
        case .conversationsFailed: conversations.flatMap { counted($0.failed, in: endedConversations) }
        case .conversationsCancelled: conversations.map { Double($0.cancelled) }
        case .conversationsNotStarted: conversations.map { Double($0.notStarted) }
        case .conversationsPerS: conversations.flatMap { _ in perSecond(endedConversations) }
        case .runDuration: snapshot.elapsedS * 1e3
        case .generatorCPU: snapshot.generator.cpuS * 1e3
        case .generatorMemory: Double(snapshot.generator.peakRssBytes)
        case .connectionsOpened: Double(snapshot.generator.connectionsOpened)
        case .staleReuse: Double(snapshot.generator.staleReuse)
        }
    }

    /// Whether a duration that nothing was measured of says by that that nothing was wrong: no turn has stalled, or failed.
    func isFlawless(by number: RunNumber) -> Bool {
        switch number {
        case .durations(.metric(.stallTime), _), .durations(.metric(.failedTime), _): completed > 0
        default: false
        }
    }

    /// Of how many turns a number of `ttft` is, when there were completed ones that have none; nil otherwise.
    func judgedTurns(by number: RunNumber) -> ThresholdResult.JudgedTurns? {
        guard case .durations(.metric(.ttft), let statistic) = number, statistic != .count else { return nil }
        let judged = metrics.reduce(0) { $0 + ($1[Metric.ttft.label]?.count ?? 0) }
        guard judged > 0, judged < completed || withoutContent ?? 0 > 0 else { return nil }
        return ThresholdResult.JudgedTurns(judged: judged, completed: completed)
    }

    private func count(of outcome: TurnOutcome) -> UInt64 { outcomes[outcome.label] ?? 0 }

    private var failed: UInt64 { TurnOutcome.allCases.reduce(0) { $1.isFailure ? $0 + count(of: $1) : $0 } }
    private var completed: UInt64 { count(of: .completed) }
    private var ended: UInt64 { completed + failed }
    private var endedConversations: UInt64 { conversations.map { $0.completed + $0.failed } ?? 0 }

    private func share(_ part: UInt64, of whole: UInt64) -> Double? {
        whole == 0 ? nil : Double(part) / Double(whole)
    }

    /// A count of what went wrong, which says nothing while nothing has ended.
    private func counted(_ count: UInt64, in ended: UInt64) -> Double? { ended == 0 ? nil : Double(count) }

    private func perSecond(_ count: UInt64) -> Double? {
        snapshot.elapsedS > 0 ? Double(count) / snapshot.elapsedS : nil
    }
}

/// What is kept of the generator's lateness.
private struct LatenessSummary {
    let count: UInt64
    let p50Ms: Double?
    let p99Ms: Double
    let maxMs: Double
    let hdr: String?

    func value(of statistic: RunNumber.Statistic) -> Double? {
        switch statistic {
        case .count: Double(count)
        case .greatest: maxMs
        case .percentile(99): p99Ms
        case .percentile(50) where p50Ms != nil: p50Ms
        case .percentile(let percentile):
            hdr.flatMap {
                let maximumNs = Nanoseconds.ofMilliseconds(maxMs)
                return RecordedDurations(text: $0, sumNs: 0, minimumNs: 0, maximumNs: maximumNs)
                    .map { Nanoseconds.milliseconds($0.percentileNs(percentile)) }
            }
        case .least, .mean: nil
        }
    }
}

extension MetricSummary {
    fileprivate func percentileMs(_ percentile: Double) -> Double? {
        switch percentile {
        case 50: p50Ms
        case 90: p90Ms
        case 95: p95Ms
        case 99: p99Ms
        case 99.9: p999Ms
        default: durations.map { Nanoseconds.milliseconds($0.percentileNs(percentile)) }
        }
    }
}

extension [MetricSummary] {
    /// A number of all durations together, in milliseconds unless it is their count; nil without any.
    fileprivate func value(of statistic: RunNumber.Statistic) -> Double? {
        let count = reduce(0) { $0 + $1.count }
        return switch statistic {
        case .count: Double(count)
        case .least: map(\.minMs).min()
        case .greatest: map(\.maxMs).max()
        case .mean: self.count == 1 ? self[0].meanMs : count == 0 ? nil : sumMs / Double(count)
        case .percentile(let percentile): self.count == 1 ? self[0].percentileMs(percentile) : merged(percentile)
        }
    }

    private var sumMs: Double { reduce(0) { $0 + $1.meanMs * Double($1.count) } }

    /// Nil when the histogram of one is missing: the others alone would not be true.
    private func merged(_ percentile: Double) -> Double? {
        var all = RecordedDurations()
        for part in self {
            guard let durations = part.durations else { return nil }
            all.add(durations)
        }
        return all.count == 0 ? nil : Nanoseconds.milliseconds(all.percentileNs(percentile))
    }
}
