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
/// A turn counts as a request once it is completed or failed; abandoned and cancelled ones are left out, as Locust leaves out the
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
    /// What was counted of its turns.
    public private(set) var tally = Tally()
    /// The conversations that the row has turns of, by their index in the order of the files.
    package private(set) var conversations: [Int] = []
    /// The durations of completed and failed turns together, as Locust's tables show them.
    package private(set) var responses = Distribution()

    /// Locust's name of the row that has all turns.
    static let totalName = Conversation.nameOfAll

    /// Nothing yet.
    init(name: String) {
        self.name = name
    }

    init(name: String, _ tally: Tally) {
        self.name = name
        self.tally = tally
        // What a file of an older version has instead of histograms cannot be added up.
        self.tally.keepOnlyBuckets()
        responses = self.tally.responses
    }

    /// The sum of a group of rows.
    init(name: String, _ members: [RowGroups.Member], of rows: PagedArray<Tally>) {
        var sum = Tally()
        var conversations: [Int] = []
        for member in members {
            if conversations.last != member.conversation { conversations.append(member.conversation) }
            sum.add(rows[member.row])
        }
        self.init(name: name, sum)
        self.conversations = conversations
    }

    /// Turns that were completed or failed.
    public var requests: UInt64 { tally.requests }
    /// Those of them that failed.
    public var failures: UInt64 { tally.failed }
    /// Events received, end markers not counted.
    public var events: UInt64 { tally[.events] }
    /// Bytes of the answers' bodies.
    public var bytes: UInt64 { tally[.bytes] }
    /// Gaps that were stalls.
    public var stalls: UInt64 { tally[.stalls] }
    /// Turns that had a stall.
    public var stalledTurns: UInt64 { tally[.stalledTurns] }
    /// Completed turns that met every objective.
    public var goodTurns: UInt64 { tally[.goodTurns] }
    /// The kinds of failures, in the order of `TurnOutcome`.
    public var failuresByKind: [Failure] {
        guard tally.failed > 0 else { return [] }
        return TurnOutcome.allCases.filter { $0.isFailure && tally[$0] > 0 }.map { outcome in
            let moments = tally.moments.first { $0.outcome == outcome }
            return Failure(label: outcome.label, count: tally[outcome], times: moments.map { FailureTimes($0) })
        }
    }

    /// The bytes of the bodies of completed and failed turns.
    var contentBytes: UInt64 { requests > 0 ? tally[.endedBytes] : 0 }

    /// The mean size of a body, of completed and failed turns, in bytes; 0 without any.
    var averageBytes: Double { requests > 0 ? Double(tally[.endedBytes]) / Double(requests) : 0 }

    /// The response times as all tables show them.
    var times: RowTimes { RowTimes(responses) }

    /// The same numbers under another name.
    func renamed(_ name: String) -> ReportRow {
        var row = ReportRow(name: name)
        row.tally = tally
        row.responses = responses
        return row
    }

    /// The distribution of a metric; nil without samples, and for metrics that rows do not have.
    public func metric(_ metric: Metric) -> MetricSummary? {
        guard metric.isOfRows else { return nil }
        return tally[metric].flatMap { MetricSummary($0) }
    }

    /// The rows of a result, in the order of the files; rows without requests are left out.
    ///
    /// - Parameters:
    ///   - rows: The rows of a summary or a snapshot.
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one.
    /// - Returns: The rows.
    public static func rows(of rows: ResultRows, by grouping: RowGrouping, endpoint: String) -> [ReportRow] {
        let groups = RowGroups(rows.layout, by: grouping, endpoint: endpoint)
        return zip(groups.names, groups.members).map { ReportRow(name: $0, $1, of: rows.tallies) }
            .filter { $0.requests > 0 }
    }

    /// All rows as one.
    ///
    /// - Parameters:
    ///   - rows: The rows of a summary or a snapshot.
    ///   - whole: The whole run, whose durations in a snapshot are newer than those of the rows; nil to add up those of the
    ///     rows.
    /// - Returns: Locust's row "Aggregated", also when there was no request.
    public static func total(of rows: ResultRows, durations whole: Tally? = nil) -> ReportRow {
        total(ofParts: rows.tallies, durations: whole)
    }

    static func total(ofParts parts: some Sequence<Tally>, durations whole: Tally?) -> ReportRow {
        var sum = Tally()
        for part in parts {
            sum.addCounts(of: part)
            if whole == nil { sum.addSamples(of: part) }
        }
        if let whole { for metric in Metric.ofRows { sum[metric] = whole[metric] } }
        return ReportRow(name: totalName, sum)
    }
}
