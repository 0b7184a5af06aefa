/// All that is counted of a run, of one of its conversations, or of a row: counters, outcomes and distributions.
///
/// Parts of a run are added up by `add`; what has come since a moment is `since`. Everything that is shown is computed from
/// it, by whoever shows it.
public struct Tally: Sendable, Equatable {
    /// The samples of one metric.
    private struct Samples: Sendable, Equatable {
        let metric: Metric
        var distribution: Distribution
    }

    package var counts = TallyCounts()
    /// When failures came first and last, in the order of `TurnOutcome`; of rows only.
    package var moments: [OutcomeMoments] = []
    /// Why completed turns' answers ended, in the words of servers.
    public package(set) var finishReasons = CountsByName()
    /// Those that have any, in the order of `Metric`.
    private var samples: [Samples] = []
    /// The counters, by their raw values, that a file of an older version does not have.
    private var missing: UInt64 = 0

    /// Nothing.
    public init() {}

    package init(_ counts: TallyCounts, moments: [OutcomeMoments] = []) {
        self.counts = counts
        self.moments = moments
    }

    /// What a counter has; 0 where it is not known.
    public subscript(counter: Counter) -> UInt64 {
        get { counts[counter] }
        set { counts[counter] = newValue }
    }

    /// How many turns ended so.
    public subscript(outcome: TurnOutcome) -> UInt64 {
        get { counts.outcomes[outcome] }
        set { counts.outcomes[outcome] = newValue }
    }

    /// The durations of a metric; nil without any, and for metrics that this part of a run does not have.
    public subscript(metric: Metric) -> Distribution? {
        get { samples.first { $0.metric == metric }?.distribution }
        set {
            let place = samples.firstIndex { $0.metric.rawValue >= metric.rawValue } ?? samples.count
            let isThere = place < samples.count && samples[place].metric == metric
            switch (newValue.flatMap { $0.count > 0 ? $0 : nil }, isThere) {
            case (let new?, true): samples[place].distribution = new
            case (let new?, false): samples.insert(Samples(metric: metric, distribution: new), at: place)
            case (nil, true): samples.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// Replaces all durations; of metrics without any there are none.
    package mutating func setSamples(of metrics: some Collection<Metric>, _ distribution: (Metric) -> Distribution) {
        samples = []
        samples.reserveCapacity(metrics.count)
        for metric in metrics {
            let new = distribution(metric)
            if new.count > 0 { samples.append(Samples(metric: metric, distribution: new)) }
        }
    }

    /// What a counter has; nil where a file of an older version, or a part from one, does not tell.
    public func known(_ counter: Counter) -> UInt64? { isMissing(counter) ? nil : counts[counter] }

    private func isMissing(_ counter: Counter) -> Bool { missing & (1 << UInt64(counter.rawValue)) != 0 }

    /// Notes that a counter is not known; what it has is what is known best.
    package mutating func setMissing(_ counter: Counter) { missing |= 1 << UInt64(counter.rawValue) }

    /// Conversations that have begun and not ended.
    public var conversationsRunning: UInt64 { counts.conversationsRunning }
    /// Conversations that have begun, whatever became of them.
    var begunConversations: UInt64 {
        conversationsRunning &+ self[.conversationsCompleted] &+ self[.conversationsFailed]
            &+ self[.conversationsCancelled] &+ self[.conversationsForgotten]
    }
    /// Turns sent whose outcome is not known yet.
    public var turnsRunning: UInt64 { counts.turnsRunning }
    /// Turns that failed.
    public var failed: UInt64 { counts.outcomes.failed }
    /// Turns that were completed or failed: requests, as Locust counts them.
    public var requests: UInt64 { self[.completed] + failed }
    /// Turns whose user has felt them to their end: all that were completed, failed or abandoned.
    public var ended: UInt64 { requests + self[.abandoned] }
    /// Whether there are no durations.
    package var hasNoSamples: Bool { samples.isEmpty }
    /// The metrics that have durations.
    package var metrics: [Metric] { samples.map(\.metric) }
    /// The durations of completed and failed turns together, as Locust's tables show them.
    package var responses: Distribution {
        var all = self[.responseTime] ?? Distribution()
        if let failed = self[.failedTime] { all.add(failed) }
        return all
    }

    // MARK: Sums and differences

    /// Adds what another part of the run has.
    ///
    /// - Parameter other: The other part.
    public mutating func add(_ other: Tally) {
        addCounts(of: other)
        addSamples(of: other)
    }

    /// Adds everything but the durations, which take some ten times as long.
    package mutating func addCounts(of other: Tally) {
        counts.add(other.counts)
        missing |= other.missing
        finishReasons.add(other.finishReasons)
        for new in other.moments {
            let place = moments.firstIndex { $0.outcome.rawValue >= new.outcome.rawValue } ?? moments.count
            if place < moments.count, moments[place].outcome == new.outcome {
                moments[place].firstNs = min(moments[place].firstNs, new.firstNs)
                moments[place].lastNs = max(moments[place].lastNs, new.lastNs)
            } else {
                moments.insert(new, at: place)
            }
        }
    }

    /// Adds the durations.
    package mutating func addSamples(of other: Tally) {
        for new in other.samples { self[new.metric, default: Distribution()].add(new.distribution) }
    }

    private subscript(metric: Metric, default none: Distribution) -> Distribution {
        get { self[metric] ?? none }
        set { self[metric] = newValue }
    }

    /// Leaves out the metrics whose buckets are not known, as in a file of an older version: they cannot be added up.
    package mutating func keepOnlyBuckets() { samples.removeAll { !$0.distribution.hasBuckets } }

    /// What has come since an earlier moment.
    ///
    /// - Parameter earlier: The same part of the run at the earlier moment.
    /// - Returns: The difference; conversations that had ended then are forgotten, and what runs is as it is.
    public func since(_ earlier: Tally) -> Tally {
        var new = self
        new.counts = counts.since(earlier.counts)
        new.finishReasons = finishReasons.since(earlier.finishReasons)
        new.moments = moments.compactMap { moment in
            guard let old = earlier.moments.first(where: { $0.outcome == moment.outcome }) else { return moment }
            // Of the first one since then only a bound is known.
            return moment.lastNs > old.lastNs
                ? OutcomeMoments(outcome: moment.outcome, firstNs: old.lastNs, lastNs: moment.lastNs) : nil
        }
        for metric in metrics { new[metric] = self[metric]?.since(earlier[metric] ?? Distribution()) }
        return new
    }

    /// Ends what runs, whose process was lost: it is cancelled.
    mutating func abandon() {
        self[.conversationsCancelled] += counts.conversationsRunning
        self[.cancelled] += counts.turnsRunning
        counts.conversationsRunning = 0
        counts.turnsRunning = 0
    }
}

extension Tally: PackedCodable {
    func pack() -> PackedBytes {
        var packed = PackedBytes()
        counts.pack(into: &packed)
        packed.append(missing)
        packed.append(UInt64(moments.count))
        for moment in moments {
            for number in [UInt64(moment.outcome.rawValue), moment.firstNs, moment.lastNs] { packed.append(number) }
        }
        packed.append(UInt64(finishReasons.entries.count))
        for entry in finishReasons.entries {
            packed.append(Array(entry.name.utf8))
            packed.append(entry.count)
        }
        packed.append(UInt64(samples.count))
        for one in samples {
            packed.append(UInt64(one.metric.rawValue))
            one.distribution.pack(into: &packed)
        }
        return packed
    }

    init(unpacking reader: inout PackedBytes.Reader) throws(PackedBytes.Mistake) {
        counts = try TallyCounts(unpacking: &reader)
        missing = try reader.number()
        for _ in 0..<(try reader.count()) {
            guard let outcome = TurnOutcome(rawValue: UInt8(clamping: try reader.number())) else {
                throw PackedBytes.Mistake()
            }
            moments.append(
                OutcomeMoments(outcome: outcome, firstNs: try reader.number(), lastNs: try reader.number())
            )
        }
        for _ in 0..<(try reader.count()) {
            let name = String(decoding: try reader.list(), as: UTF8.self)
            finishReasons.add(name, try reader.number())
        }
        for _ in 0..<(try reader.count()) {
            guard let metric = Metric(rawValue: Int(clamping: try reader.number())) else { throw PackedBytes.Mistake() }
            self[metric] = try Distribution(unpacking: &reader)
        }
    }
}
