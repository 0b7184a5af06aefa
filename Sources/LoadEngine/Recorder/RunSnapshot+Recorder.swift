extension RunSnapshot {
    /// The state of a run, as its loop publishes it.
    ///
    /// - Parameters:
    ///   - facts: What is the same for the whole run.
    ///   - phase: How far it is.
    ///   - elapsedNs: The time since its start.
    ///   - plannedInvocations: How many it has to play.
    ///   - openConnections: How many connections are open.
    ///   - recorder: What it has counted.
    ///   - rows: What has been copied of the rows; nil to copy all of them, which takes long.
    ///   - slowest: The slowest conversations as they were shown last, if they are the same; nil to show them anew.
    ///   - generator: What the generator has used, but for its lateness.
    package init(
        _ facts: RunFacts,
        phase: Phase,
        elapsedNs: UInt64,
        plannedInvocations: UInt64,
        openConnections: UInt64 = 0,
        recorder: MetricsRecorder,
        rows: PublishedRows? = nil,
        slowest: [SlowConversation]? = nil,
        generator: GeneratorUsage
    ) {
        var result = facts.nothing
        result.elapsedS = Nanoseconds.seconds(elapsedNs)
        result.total = recorder.total
        result.total[.conversationsPlanned] = plannedInvocations
        result.rowTallies = rows?.rows ?? recorder.rowTallies
        result.conversationTallies = rows?.conversations ?? recorder.conversationTallies
        result.slowestConversations = slowest ?? recorder.slowest.entries.map { SlowConversation($0, facts) }
        result.notes = recorder.notes
        result.generator = generator
        result.generator.canaryDelays = recorder.canaryDelays
        result.generator.loopIterations = recorder.loopIterations
        self.init(result, phase: phase)
        gauges = recorder.counters.pointee.gauges
        gauges.openConnections = openConnections
    }

    /// The result of a run that has ended so.
    ///
    /// - Parameters:
    ///   - run: What was run, and when; its verdict is put in.
    ///   - maxError: What the canary's 99th percentile may be at most, nil for the default.
    /// - Returns: Everything that reports are made from.
    package func summary(run: Summary.Run, maxError: Duration?) -> Summary {
        var summary = Summary(run: run, last: self, series: result.series)
        summary.judge(maxError: maxError)
        return summary
    }
}
