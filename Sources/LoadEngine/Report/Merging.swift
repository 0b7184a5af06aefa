// The parts of a run, played by several processes, as one. Counters and histograms are added; percentiles come from the
// added histograms, never from the parts' percentiles.

extension RunSnapshot {
    /// The state of the whole run.
    ///
    /// - Parameters:
    ///   - parts: The states of its parts, with histograms; at least one, all with the same rows.
    ///   - last: Earlier states of the same parts and their sum, from which rows that have not changed are taken.
    /// - Returns: Their sum.
    package static func merged(
        _ parts: [RunSnapshot],
        since last: (parts: [RunSnapshot], merged: RunSnapshot)? = nil
    ) -> RunSnapshot {
        let conversations = ConversationCounts.sum(of: parts.map(\.conversations))
        let turns = TurnCounts.sum(of: parts.map(\.turns))
        return RunSnapshot(
            phase: phase(of: parts.map(\.phase)),
            elapsedS: parts.map(\.elapsedS).max() ?? 0,
            activeUsers: parts.reduce(0) { $0 + $1.activeUsers },
            peakUsers: parts.reduce(0) { $0 + $1.peakUsers },
            activeTurns: parts.reduce(0) { $0 + $1.activeTurns },
            streamingTurns: parts.reduce(0) { $0 + $1.streamingTurns },
            openConnections: parts.reduce(0) { $0 + $1.openConnections },
            activeConversations: parts.reduce(0) { $0 + $1.activeConversations },
            conversations: conversations,
            turns: turns,
            outcomes: .sum(of: parts.map(\.outcomes)),
            events: parts.reduce(0) { $0 + $1.events },
            bytes: parts.reduce(0) { $0 + $1.bytes },
            metrics: .merged(parts.map(\.metrics)),
            stalls: .merged(parts.map(\.stalls), of: turns),
            answers: .merged(parts.compactMap(\.answers), of: turns),
            goodput: .merged(parts.compactMap(\.goodput), ofConversations: conversations, ofTurns: turns),
            rows: .merged(parts.map(\.rows), since: last.map { ($0.parts.map(\.rows), $0.merged.rows) }) {
                Summary.Row.merged($0)
            },
            byConversation: .merged(
                parts.map(\.byConversation),
                since: last.map { ($0.parts.map(\.byConversation), $0.merged.byConversation) }
            ) {
                ConversationResult.merged($0)
            },
            slowestConversations: SlowConversation.merged(parts.map(\.slowestConversations)),
            outcomeDetails: Summary.OutcomeDetail.merged(parts.map(\.outcomeDetails)),
            generator: .merged(parts.map(\.generator)),
            resets: parts.reduce(0) { $0 + $1.resets }
        )
    }

    private static func phase(of phases: [Phase]) -> Phase {
        let unfinished = phases.filter { $0 != .finished }
        return unfinished.isEmpty ? .finished : unfinished.contains(.running) ? .running : .stopping
    }

    /// Ends the part of a process that was lost, as far as its last report knows it: what was running is cancelled.
    ///
    /// - Parameter why: What has become of the process.
    package mutating func abandon(because why: String) {
        phase = .finished
        conversations.cancelled += activeConversations
        turns.cancelled += activeTurns
        for index in byConversation.indices {
            byConversation[index].counts.cancelled += byConversation[index].running
            byConversation[index].running = 0
        }
        let cancelled = TurnOutcome.cancelled.label
        if activeTurns > 0 {
            outcomes[cancelled, default: 0] += activeTurns
            let detail = Summary.OutcomeDetail(
                beforeFirstToken: activeTurns - streamingTurns,
                afterFirstToken: streamingTurns,
                codes: nil,
                examples: []
            )
            outcomeDetails[cancelled] = outcomeDetails[cancelled]?.adding(detail) ?? detail
        }
        for index in rows.indices where rows[index].activeTurns > 0 {
            rows[index].outcomes[cancelled, default: 0] += rows[index].activeTurns
            rows[index].activeTurns = 0
        }
        activeConversations = 0
        activeTurns = 0
        streamingTurns = 0
        activeUsers = 0
        openConnections = 0
        generator.lostProcesses = [why]
    }
}

extension Summary {
    /// The result of a whole run.
    ///
    /// - Parameters:
    ///   - run: What was run, and when; its duration, processes and verdict are put in.
    ///   - parts: The results of its parts.
    ///   - lost: The last states of the parts whose processes were lost, already abandoned, and their time until then; all
    ///     parts have the same rows, and there is at least one.
    ///   - maxError: What the canary's 99th percentile may be at most, nil for the default; in each part.
    /// - Returns: Their sum; interrupted when a process was lost.
    package static func merged(
        _ run: Run,
        of parts: [Summary],
        lost: [(last: RunSnapshot, series: TimeSeries)],
        maxError: Duration?
    ) -> Summary {
        var run = run
        let all =
            parts
            + lost.map { last, series in
                run.durationS = last.elapsedS
                return Summary(run: run, last: last, series: series)
            }
        run.durationS = all.map(\.run.durationS).max() ?? 0
        run.processes = all.count
        let isInterrupted = !lost.isEmpty || parts.contains { $0.run.verdict == .interrupted }
        run.verdict = isInterrupted ? .interrupted : .valid
        var summary = Summary(run: run, merging: all)
        summary.judge(maxError: maxError)
        // One late process among many hardly shows in the percentiles of all.
        let limitMs = summary.generator.maxErrorMs ?? .infinity
        let isAnyLate = all.contains {
            $0.generator.canary?.ticks ?? 0 >= ErrorBar.leastTicks
                && ErrorBar.isExceeded(by: $0.generator.canary, limitMs: limitMs)
        }
        if summary.run.verdict == .valid, isAnyLate { summary.run.verdict = .generatorBound }
        return summary
    }

    private init(run: Run, merging parts: [Summary]) {
        self.run = run
        self.run.peakUsers = parts.reduce(0) { $0 + ($1.run.peakUsers ?? 0) }
        conversations = .sum(of: parts.map(\.conversations))
        turns = .sum(of: parts.map(\.turns))
        outcomes = .sum(of: parts.map(\.outcomes))
        outcomeDetails = OutcomeDetail.merged(parts.map(\.outcomeDetails))
        events = Events(
            total: parts.reduce(0) { $0 + $1.events.total },
            bytes: parts.reduce(0) { $0 + $1.events.bytes },
            durationS: run.durationS
        )
        metrics = .merged(parts.map(\.metrics))
        stalls = .merged(parts.map(\.stalls), of: turns)
        answers = .merged(parts.compactMap(\.answers), of: turns)
        goodput = .merged(parts.compactMap(\.goodput), ofConversations: conversations, ofTurns: turns)
        rows = .merged(parts.map(\.rows)) { Row.merged($0) }
        byConversation = .merged(parts.map(\.byConversation)) { ConversationResult.merged($0) }
        slowestConversations = SlowConversation.merged(parts.map(\.slowestConversations))
        series = .merged(parts.map(\.series))
        // Thresholds are for the whole, and looked at by who has it.
        thresholds = []
        configuration = [:]
        generator = .merged(parts.map(\.generator))
    }
}

extension Summary.OutcomeDetail {
    fileprivate static func merged(_ parts: [[String: Summary.OutcomeDetail]]) -> [String: Summary.OutcomeDetail] {
        parts.reduce(into: [:]) { $0.merge($1) { $0.adding($1) } }
    }

    fileprivate func adding(_ other: Summary.OutcomeDetail) -> Summary.OutcomeDetail {
        var all = self
        all.beforeFirstToken += other.beforeFirstToken
        all.afterFirstToken += other.afterFirstToken
        if codes != nil || other.codes != nil { all.codes = .sum(of: [codes ?? [:], other.codes ?? [:]]) }
        if silent != nil || other.silent != nil {
            all.silent = (silent ?? 0) + (other.silent ?? 0)
            let early = (silentBeforeFirstToken ?? 0) + (other.silentBeforeFirstToken ?? 0)
            all.silentBeforeFirstToken = early > 0 ? early : nil
            all.longestSilenceMs = max(longestSilenceMs ?? 0, other.longestSilenceMs ?? 0)
        }
        let new = other.examples.filter { !examples.contains($0) }
        all.examples = Array((examples + new).prefix(OutcomeDetails.maximumExamples))
        return all
    }
}

extension PagedArray {
    /// The sums of the parts of a run, element by element.
    ///
    /// - Parameters:
    ///   - parts: All of the same length.
    ///   - last: Earlier states of the same parts and their sums; elements in pages that have not changed are taken from it.
    ///   - sum: Adds up what the parts have in one place.
    /// - Returns: The sums.
    fileprivate static func merged(
        _ parts: [PagedArray],
        since last: (parts: [PagedArray], merged: PagedArray)? = nil,
        sum: ([Element]) -> Element
    ) -> PagedArray {
        guard let first = parts.first else { return [] }
        func element(_ index: Int) -> Element { sum(parts.compactMap { index < $0.count ? $0[index] : nil }) }
        guard let last, last.parts.count == parts.count, last.merged.count == first.count else {
            return PagedArray(first.indices.map(element))
        }
        var merged = last.merged
        let changed = zip(parts, last.parts).flatMap { $0.changedPages(since: $1) }
        for index in Set(changed).joined() where index < first.count { merged[index] = element(index) }
        return merged
    }
}

extension Summary.Row {
    /// A row of all parts.
    fileprivate static func merged(_ rows: [Summary.Row]) -> Summary.Row {
        var row = rows[0]
        row.outcomes = .sum(of: rows.map(\.outcomes))
        row.activeTurns = rows.reduce(0) { $0 + $1.activeTurns }
        row.events = rows.reduce(0) { $0 + $1.events }
        row.bytes = rows.reduce(0) { $0 + $1.bytes }
        row.endedBytes = rows.reduce(0) { $0 + ($1.endedBytes ?? 0) }
        row.turnsWithoutContent = rows.reduce(0) { $0 + ($1.turnsWithoutContent ?? 0) }
        row.turnsInOnePiece = rows.reduce(0) { $0 + ($1.turnsInOnePiece ?? 0) }
        row.stalls = rows.reduce(0) { $0 + $1.stalls }
        row.stalledTurns = rows.reduce(0) { $0 + $1.stalledTurns }
        row.goodTurns = rows.reduce(0) { $0 + $1.goodTurns }
        row.failureTimes = rows.reduce(into: [:]) { $0.merge($1.failureTimes) { $0.joined($1) } }
        row.metrics = .merged(rows.map(\.metrics))
        return row
    }
}

extension FailureTimes {
    /// The earlier first and the later last; times in one format and zone are in the order of their texts.
    func joined(_ other: FailureTimes) -> FailureTimes {
        FailureTimes(firstSeen: min(firstSeen, other.firstSeen), lastSeen: max(lastSeen, other.lastSeen))
    }
}

extension StallCounts {
    fileprivate static func merged(_ parts: [StallCounts], of turns: TurnCounts) -> StallCounts {
        StallCounts(
            afterMs: parts.first?.afterMs ?? 0,
            total: parts.reduce(0) { $0 + $1.total },
            turns: parts.reduce(0) { $0 + $1.turns },
            of: turns.completed + turns.failed
        )
    }
}

extension AnswerCounts? {
    fileprivate static func merged(_ parts: [AnswerCounts], of turns: TurnCounts) -> AnswerCounts? {
        AnswerCounts(
            withoutContent: parts.reduce(0) { $0 + $1.withoutContent },
            onePiece: parts.reduce(0) { $0 + $1.onePiece },
            of: turns.completed
        )
    }
}

extension Goodput? {
    fileprivate static func merged(
        _ parts: [Goodput],
        ofConversations conversations: ConversationCounts,
        ofTurns turns: TurnCounts
    ) -> Goodput? {
        parts.first.map { first in
            Goodput(
                objectives: first.objectives,
                goodConversations: parts.reduce(0) { $0 + $1.goodConversations },
                ofConversations: conversations,
                goodTurns: parts.reduce(0) { $0 + $1.goodTurns },
                ofTurns: turns
            )
        }
    }
}

extension ConversationResult {
    /// A conversation of all parts; each part knows how many are planned in all.
    fileprivate static func merged(_ all: [ConversationResult]) -> ConversationResult {
        var result = all[0]
        result.running = all.reduce(0) { $0 + $1.running }
        result.counts = .sum(of: all.map(\.counts))
        let forgotten = all.reduce(0) { $0 + ($1.forgotten ?? 0) }
        result.forgotten = forgotten > 0 ? forgotten : nil
        result.counts.planned = all[0].counts.planned + (all[0].forgotten ?? 0) - forgotten
        result.counts = result.counts.withRest(running: result.running)
        if all[0].good != nil { result.good = all.reduce(0) { $0 + ($1.good ?? 0) } }
        result.conversationTime = MetricSummary.merged(all.compactMap(\.conversationTime))
        return result
    }
}

extension SlowConversation {
    fileprivate static func merged(_ parts: [[SlowConversation]]) -> [SlowConversation] {
        let all = parts.flatMap { $0 }.sorted { $0.timeMs > $1.timeMs }
        return Array(all.prefix(SlowestConversations.mostEntries))
    }
}
