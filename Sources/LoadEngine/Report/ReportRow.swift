/// What a row of the tables stands for.
public enum RowGrouping: String, CaseIterable, Codable, Sendable {
    /// All turns are one row, named after the path they go to.
    case endpoint
    /// A row for each conversation.
    case conversation
    /// A row for each turn of each conversation.
    case turn
}

/// One row of a report: the turns of a conversation, one of its turns, or all of them.
///
/// A turn counts as a request once it is completed or failed; cancelled ones are left out, as Locust leaves out the
/// requests that it kills.
public struct ReportRow: Sendable {
    /// One kind of failure in a row.
    public struct Failure: Sendable {
        /// The outcome's label.
        public var label: String
        /// How often it came.
        public var count: UInt64
        /// When it came first and last.
        public var times: FailureTimes?
    }

    /// The name of the row.
    public let name: String
    /// Turns that were completed or failed.
    public private(set) var requests: UInt64 = 0
    /// Those of them that failed.
    public private(set) var failures: UInt64 = 0
    /// Events received, end markers not counted.
    public private(set) var events: UInt64 = 0
    /// Bytes of the answers' bodies.
    public private(set) var bytes: UInt64 = 0
    /// Those of the turns that were completed or failed.
    private var endedBytes: UInt64 = 0
    /// Gaps that were stalls, and the turns that had any.
    public private(set) var stalls: UInt64 = 0
    /// Turns that had a stall.
    public private(set) var stalledTurns: UInt64 = 0
    /// Completed turns that met every objective.
    public private(set) var goodTurns: UInt64 = 0
    /// The kinds of failures, in the order of `TurnOutcome`.
    public private(set) var failuresByKind: [Failure] = []
    /// The conversations that the row has turns of, by their index in the order of the files.
    package private(set) var conversations: [Int] = []
    /// The durations of completed and failed turns together, as Locust's tables show them.
    package private(set) var responses = RecordedDurations()
    /// `Shape:` one for each metric that rows have, or none while there are no samples.
    private var distributions: [RecordedDurations] = []

    /// Locust's name of the row that has all turns.
    static let totalName = Conversation.nameOfAll

    /// Nothing yet.
    init(name: String) {
        self.name = name
    }

    /// The bytes of the bodies of completed and failed turns.
    var contentBytes: UInt64 { requests > 0 ? endedBytes : 0 }

    /// The mean size of a body, of completed and failed turns, in bytes; 0 without any.
    var averageBytes: Double { requests > 0 ? Double(endedBytes) / Double(requests) : 0 }

    /// The sum of a group of rows.
    init(name: String, _ members: [RowGroups.Member], of rows: PagedArray<Summary.Row>) {
        self.name = name
        for member in members {
            if conversations.last != member.conversation { conversations.append(member.conversation) }
            addCounts(of: rows[member.row])
            addDurations(rows[member.row].metrics)
        }
    }

    /// The same numbers under another name.
    func renamed(_ name: String) -> ReportRow {
        var row = ReportRow(name: name)
        row.addCounts(of: self)
        row.distributions = distributions
        row.responses = responses
        return row
    }

    /// The distribution of a metric; nil without samples, and for metrics that rows do not have.
    public func metric(_ metric: Metric) -> MetricSummary? {
        metric.rawValue < distributions.count ? MetricSummary(distributions[metric.rawValue]) : nil
    }

    /// The rows of a result, in the order of the files; rows without requests are left out.
    ///
    /// - Parameters:
    ///   - rows: The rows of a summary or a snapshot, with their distributions.
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one.
    /// - Returns: The rows.
    public static func rows(of rows: PagedArray<Summary.Row>, by grouping: RowGrouping, endpoint: String) -> [ReportRow]
    {
        let groups = RowGroups(rows, by: grouping, endpoint: endpoint)
        return zip(groups.names, groups.members).map { ReportRow(name: $0, $1, of: rows) }.filter { $0.requests > 0 }
    }

    /// All rows as one.
    ///
    /// - Parameters:
    ///   - rows: The rows of a summary or a snapshot, with their distributions.
    ///   - metrics: The distributions of the whole run, by the metric's label, which in a snapshot are newer than those of
    ///     the rows; nil to add up those of the rows.
    /// - Returns: Locust's row "Aggregated", also when there was no request.
    public static func total(of rows: PagedArray<Summary.Row>, metrics: [String: MetricSummary]? = nil) -> ReportRow {
        var total = ReportRow(name: totalName)
        for row in rows {
            total.addCounts(of: row)
            if metrics == nil { total.addDurations(row.metrics) }
        }
        if let metrics { total.addDurations(metrics) }
        return total
    }

    mutating func addDurations(_ metrics: [String: MetricSummary]) {
        guard !metrics.isEmpty else { return }
        if distributions.isEmpty {
            distributions = Array(repeating: RecordedDurations(), count: Metric.perRowCount)
        }
        for metric in Metric.allCases.prefix(Metric.perRowCount) {
            guard let new = metrics[metric.label]?.durations else { continue }
            distributions[metric.rawValue].add(new)
            if metric == .responseTime || metric == .failedTime { responses.add(new) }
        }
    }

    mutating func addCounts(of other: ReportRow) {
        requests += other.requests
        failures += other.failures
        events += other.events
        bytes += other.bytes
        endedBytes += other.endedBytes
        stalls += other.stalls
        stalledTurns += other.stalledTurns
        goodTurns += other.goodTurns
        for failure in other.failuresByKind { addFailure(failure.label, failure.count, failure.times) }
    }

    mutating func addCounts(of row: Summary.Row) {
        events += row.events
        bytes += row.bytes
        // Older summaries know only those of all turns.
        endedBytes += row.endedBytes ?? row.bytes
        stalls += row.stalls
        stalledTurns += row.stalledTurns
        goodTurns += row.goodTurns
        guard !row.outcomes.isEmpty else { return }
        for outcome in TurnOutcome.allCases where outcome != .cancelled {
            guard let count = row.outcomes[outcome.label], count > 0 else { continue }
            requests += count
            guard outcome.isFailure else { continue }
            failures += count
            addFailure(outcome.label, count, row.failureTimes[outcome.label])
        }
    }

    private mutating func addFailure(_ label: String, _ count: UInt64, _ times: FailureTimes?) {
        guard let index = failuresByKind.firstIndex(where: { $0.label == label }) else {
            failuresByKind.append(Failure(label: label, count: count, times: times))
            return
        }
        failuresByKind[index].count += count
        failuresByKind[index].times = failuresByKind[index].times.map { old in
            times.map { old.joined($0) } ?? old
        }
    }
}
