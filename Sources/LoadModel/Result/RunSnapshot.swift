/// The state of a run at one moment, published once a second while it runs; the last one has its result.
@dynamicMemberLookup
public struct RunSnapshot: Codable, Sendable {
    /// How far a run is.
    public enum Phase: String, Codable, Sendable {
        /// Users play.
        case running
        /// No new turns are sent; the last ones end.
        case stopping
        /// Every user has ended.
        case finished
    }

    /// How far the run is.
    public var phase: Phase
    /// What is as it is now.
    public var gauges = Gauges()
    /// What has been counted so far.
    ///
    /// Durations of rows and conversations are a little older, and are missing unless the run was asked to publish them.
    public var result: RunResult
    /// How often the numbers were reset; each time they start again from 0.
    ///
    /// Of several processes, in all of them together.
    public var resets = 0
    /// Whether the run plays without counting for good: what has been counted is going to be forgotten.
    public var isWarmingUp = false
    /// What has happened since the state before was published; nil when nothing was published yet.
    package var point: TimePoint?

    package init(_ result: RunResult, phase: Phase) {
        self.result = result
        self.phase = phase
    }

    /// What is shown of `result`.
    public subscript<Value>(dynamicMember path: KeyPath<RunResult, Value>) -> Value { result[keyPath: path] }

    /// The durations of a metric in the whole run; nil without any.
    public subscript(metric: Metric) -> Distribution? { result[metric] }
    /// How many turns ended so.
    public subscript(outcome: TurnOutcome) -> UInt64 { result[outcome] }
    /// What a counter has; 0 where it is not known.
    public subscript(counter: Counter) -> UInt64 { result[counter] }

    /// Users that have started and not ended.
    public var activeUsers: UInt64 { gauges.usersActive }
    /// The most of them at the same time so far.
    public var peakUsers: UInt64 { result.total[.usersPeak] }
    /// Turns sent whose outcome is not known yet.
    public var activeTurns: UInt64 { result.total.turnsRunning }
    /// Conversations that have arrived by themselves and wait for a free user.
    public var arrivalsWaiting: UInt64 { gauges.arrivalsWaiting }
    /// Those of the running turns that have had their first content event.
    public var streamingTurns: UInt64 { gauges.turnsStreaming }
    /// Connections that are open, idle ones included.
    public var openConnections: UInt64 { gauges.openConnections }
    /// Conversations that have begun and not ended.
    public var activeConversations: UInt64 { result.total.conversationsRunning }
    /// Events received, end markers not counted.
    public var events: UInt64 { result.total[.events] }
    /// Bytes of the answers' bodies.
    public var bytes: UInt64 { result.total[.bytes] }
}

extension RunSnapshot {
    /// The state of a run that has ended with this result.
    package init(_ summary: Summary) {
        self.init(summary.result, phase: .finished)
        result.elapsedS = summary.run.durationS
    }

    /// The same as the start of the run, when nothing has ended yet: what its first point is counted from, which would
    /// else look at every row.
    package var asOrigin: RunSnapshot {
        var origin = self
        origin.result.elapsedS = 0
        return origin
    }

    /// The state of a whole run.
    ///
    /// - Parameters:
    ///   - parts: The states of its parts; at least one, all with the same rows.
    ///   - last: Earlier states of the same parts and their sum, from which rows that have not changed are taken.
    /// - Returns: Their sum.
    package static func merged(
        _ parts: [RunSnapshot],
        since last: (parts: [RunSnapshot], merged: RunSnapshot)? = nil
    ) -> RunSnapshot {
        let result = RunResult.merged(
            parts.map(\.result),
            since: last.map { ($0.parts.map(\.result), $0.merged.result) }
        )
        var merged = RunSnapshot(result, phase: phase(of: parts.map(\.phase)))
        for part in parts { merged.gauges.add(part.gauges) }
        merged.resets = parts.reduce(0) { $0 + $1.resets }
        merged.isWarmingUp = parts.contains(where: \.isWarmingUp)
        return merged
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
        result.abandon(because: why, streaming: gauges.turnsStreaming)
        gauges = Gauges()
        if isWarmingUp { endWarmUp() }
    }

    /// Forgets what was counted, of a part that has ended: the numbers of the run were reset since.
    package mutating func forget() { result = result.since(result) }

    /// Ends the warm-up of a part that has ended within it: what it counted is kept apart.
    mutating func endWarmUp() {
        isWarmingUp = false
        result.warmUp = RunStretch(startS: 0, endS: result.elapsedS, total: result.total)
        forget()
    }
}

extension TimePoint {
    /// What happened between two moments of a run.
    ///
    /// - Parameters:
    ///   - last: The earlier one, nil for the start of the run.
    ///   - next: The later one.
    package init(from last: RunSnapshot?, to next: RunSnapshot) {
        let before = last?.result.total ?? Tally()
        let after = next.result.total
        let counts = after.counts.since(before.counts)
        self.init(startS: last?.result.elapsedS ?? 0, endS: next.result.elapsedS)
        activeUsers = next.activeUsers
        activeTurns = next.activeTurns
        openConnections = next.openConnections
        conversationsCompleted = counts[.conversationsCompleted]
        conversationsFailed = counts[.conversationsFailed]
        turnsCompleted = counts.outcomes[.completed]
        turnsFailed = counts.outcomes.failed
        events = counts[.events]
        bytes = counts[.bytes]
        stalls = counts[.stalls]
        func new(_ later: Distribution?, _ earlier: Distribution?) -> SmallHistogram {
            SmallHistogram(of: later ?? Distribution(), since: earlier ?? Distribution())
        }
        ttft = new(after[.ttft], before[.ttft])
        responseTime = new(after[.responseTime], before[.responseTime])
        canary = new(next.result.generator.canaryDelays, last?.result.generator.canaryDelays)
        let layout = next.result.layout
        turnsByConversation = CountList(zeros: layout.names.count)
        failuresByConversation = turnsByConversation
        let rows = next.result.rowTallies
        for row in rows.changedPages(since: last?.result.rowTallies).joined() {
            let earlier = last?.result.rowTallies[row].counts.outcomes ?? OutcomeCounts()
            let outcomes = rows[row].counts.outcomes.since(earlier)
            let failures = outcomes.failed
            let turns = failures + outcomes[.completed]
            guard turns > 0 else { continue }
            let conversation = layout.conversation(ofRow: row)
            turnsByConversation.append(UInt32(clamping: turns), at: conversation)
            failuresByConversation.append(UInt32(clamping: failures), at: conversation)
        }
    }
}
