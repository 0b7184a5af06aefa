// The parts of a run, played by several processes, as one. Counters and histograms are added; percentiles come from the
// added histograms, never from the parts' percentiles.

extension RunSnapshot {
    /// The state of the whole run.
    ///
    /// - Parameter parts: The states of its parts, with histograms; at least one, all with the same rows.
    /// - Returns: Their sum.
    package static func merged(_ parts: [RunSnapshot]) -> RunSnapshot {
        RunSnapshot(
            phase: phase(of: parts.map(\.phase)),
            elapsedS: parts.map(\.elapsedS).max() ?? 0,
            activeUsers: parts.reduce(0) { $0 + $1.activeUsers },
            activeTurns: parts.reduce(0) { $0 + $1.activeTurns },
            activeConversations: parts.reduce(0) { $0 + $1.activeConversations },
            conversations: .sum(of: parts.map(\.conversations)),
            turns: .sum(of: parts.map(\.turns)),
            outcomes: .sum(of: parts.map(\.outcomes)),
            events: parts.reduce(0) { $0 + $1.events },
            bytes: parts.reduce(0) { $0 + $1.bytes },
            metrics: .merged(parts.map(\.metrics)),
            rows: Summary.Row.merged(parts.map(\.rows)),
            outcomeDetails: Summary.OutcomeDetail.merged(parts.map(\.outcomeDetails)),
            generator: .merged(parts.map(\.generator))
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
        if activeTurns > 0 { outcomes[TurnOutcome.cancelled.label, default: 0] += activeTurns }
        activeConversations = 0
        activeTurns = 0
        activeUsers = 0
        generator.lostProcesses = [why]
    }
}

extension Summary {
    /// The result of a whole run.
    ///
    /// - Parameters:
    ///   - parts: The results of its parts; all with the same rows.
    ///   - lost: The last states of the parts whose processes were lost, already abandoned.
    ///   - maxError: What the canary's 99th percentile may be at most, nil for the default; in each part.
    /// - Returns: Their sum; nil without any part.
    package static func merged(_ parts: [Summary], lost: [RunSnapshot], maxError: Duration?) -> Summary? {
        let lostParts = lost.map { last in
            let run = Run(
                host: parts.first?.run.host ?? "",
                startedAt: parts.first?.run.startedAt ?? "",
                durationS: last.elapsedS,
                users: parts.first?.run.users ?? 0,
                processes: 1,
                verdict: .valid
            )
            return Summary(run: run, last: last)
        }
        let all = parts + lostParts
        guard var run = all.first?.run else { return nil }
        run.durationS = all.map(\.run.durationS).max() ?? 0
        run.processes = all.reduce(0) { $0 + $1.run.processes }
        run.verdict = all.contains { $0.run.verdict == .interrupted } ? .interrupted : .valid
        var summary = Summary(run: run, merging: all)
        summary.judge(maxError: maxError)
        // One late process among many hardly shows in the percentiles of all.
        let isAnyLate = all.contains {
            ErrorBar.isExceeded(by: $0.generator.canary, limitMs: summary.generator.maxErrorMs ?? .infinity)
        }
        if summary.run.verdict == .valid, isAnyLate { summary.run.verdict = .generatorBound }
        return summary
    }

    private init(run: Run, merging parts: [Summary]) {
        let total = parts.reduce(0) { $0 + $1.events.total }
        self.run = run
        conversations = .sum(of: parts.map(\.conversations))
        turns = .sum(of: parts.map(\.turns))
        outcomes = .sum(of: parts.map(\.outcomes))
        outcomeDetails = OutcomeDetail.merged(parts.map(\.outcomeDetails))
        events = Events(
            total: total,
            bytes: parts.reduce(0) { $0 + $1.events.bytes },
            perS: run.durationS > 0 ? Double(total) / run.durationS : 0
        )
        metrics = .merged(parts.map(\.metrics))
        rows = Row.merged(parts.map(\.rows))
        generator = .merged(parts.map(\.generator))
    }
}

extension Summary.OutcomeDetail {
    fileprivate static func merged(_ parts: [[String: Summary.OutcomeDetail]]) -> [String: Summary.OutcomeDetail] {
        parts.reduce(into: [:]) { $0.merge($1) { $0.adding($1) } }
    }

    private func adding(_ other: Summary.OutcomeDetail) -> Summary.OutcomeDetail {
        var all = self
        all.beforeFirstToken += other.beforeFirstToken
        all.afterFirstToken += other.afterFirstToken
        if codes != nil || other.codes != nil { all.codes = .sum(of: [codes ?? [:], other.codes ?? [:]]) }
        let new = other.examples.filter { !examples.contains($0) }
        all.examples = Array((examples + new).prefix(OutcomeDetails.maximumExamples))
        return all
    }
}

extension Summary.Row {
    /// The rows of all parts, which are the same in each.
    fileprivate static func merged(_ parts: [[Summary.Row]]) -> [Summary.Row] {
        guard let first = parts.first else { return [] }
        return first.indices.map { index in
            let rows = parts.compactMap { index < $0.count ? $0[index] : nil }
            var row = first[index]
            row.outcomes = .sum(of: rows.map(\.outcomes))
            row.events = rows.reduce(0) { $0 + $1.events }
            row.bytes = rows.reduce(0) { $0 + $1.bytes }
            row.metrics = .merged(rows.map(\.metrics))
            return row
        }
    }
}
