package import LoadReports

/// Makes a run's reports for a master: what has come since the one before, so that their sum is the run's result.
///
/// A row's requests are counted by their durations, which a run publishes a little later than its counts: a master finds
/// percentiles with both, which must be of the same requests. At the end of the run both are complete.
package struct StatsFeed {
    /// What a report makes of a row, and what it was made of.
    private struct Sent {
        var tally = Tally()
        var requests = SecondCounts()
        var failures = SecondCounts()
        /// As it was seen last, for the counts of seconds.
        var seenRequests: UInt64 = 0
        var seenFailures: UInt64 = 0
    }

    /// The metrics of rows that are rows of their own for a master, which would else show only one time of each turn.
    private static let ownRows: [Metric] = [.ttft, .interEvent, .stallTime]

    private let method: String
    /// `Shape:` [conversation], the invocations that this worker is to play.
    private let planned: [UInt64]
    private var maker: ReportTableMaker
    private var rows: [String: Sent] = [:]
    private var total = Sent()
    /// `Shape:` [conversation], as last reported; nil before the first report.
    private var conversations: PagedArray<Tally>?
    /// From when on the next report counts, in seconds since 1970.
    private var startS: Double
    private var lastS: Double
    private var resets = 0
    /// The state that was seen last, and its rows.
    private var seen: (snapshot: RunSnapshot, rows: [ReportRow])?

    /// Begins with a run that has counted nothing.
    ///
    /// - Parameters:
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one.
    ///   - method: What a master shows as the type of requests.
    ///   - planned: The invocations of each conversation that this worker is to play; none where they have no end.
    ///   - nowS: The present time, in seconds since 1970.
    package init(by grouping: RowGrouping, endpoint: String, method: String, planned: [UInt64] = [], nowS: Double) {
        self.method = method
        self.planned = planned
        maker = ReportTableMaker(by: grouping, endpoint: endpoint)
        startS = nowS
        lastS = nowS
    }

    /// Takes note of a state, of which there is about one a second: in which second turns have ended is known by it alone.
    ///
    /// - Parameters:
    ///   - snapshot: The state of the run, which has to publish its rows.
    ///   - nowS: The present time, in seconds since 1970.
    package mutating func look(at snapshot: RunSnapshot, nowS: Double) {
        if snapshot.resets != resets {
            resets = snapshot.resets
            rows = [:]
            total = Sent()
            conversations = nil
            startS = lastS
        }
        lastS = nowS
        let all = maker.allRows(of: snapshot)
        for row in all {
            Self.see(row.tally, in: &rows[row.name, default: Sent()], atS: nowS)
        }
        Self.see(snapshot.result.total, in: &total, atS: nowS)
        seen = (snapshot, all)
    }

    private static func see(_ tally: Tally, in sent: inout Sent, atS nowS: Double) {
        sent.requests.add(tally.requests - min(sent.seenRequests, tally.requests), in: Int(nowS))
        sent.failures.add(tally.failed - min(sent.seenFailures, tally.failed), in: Int(nowS))
        sent.seenRequests = tally.requests
        sent.seenFailures = tally.failed
    }

    /// What has come since the last report, by the state that was seen last.
    ///
    /// - Parameter classes: The users that there are.
    /// - Returns: The report, and the feed as it is once that is sent; one that could not be sent is made again, with more.
    package func report(_ classes: ClassTable) -> (report: StatsReport, after: StatsFeed) {
        var after = self
        after.startS = lastS
        var report = StatsReport(total: StatsReport.Entry(name: Conversation.nameOfAll, method: "", startS: startS))
        report.classes = classes
        guard let seen else { return (report, after) }
        for row in seen.rows {
            guard let sent = rows[row.name] else { continue }
            let new = row.tally.since(sent.tally)
            append(new, of: row, sent, to: &report)
            after.rows[row.name]?.tally = row.tally
            after.rows[row.name]?.requests = SecondCounts()
            after.rows[row.name]?.failures = SecondCounts()
        }
        let whole = seen.snapshot.result.total
        let new = whole.since(total.tally)
        fill(&report.total, new, total)
        let (layout, tallies) = (seen.snapshot.result.layout, seen.snapshot.result.conversationTallies)
        for conversation in tallies.changedPages(since: conversations).joined() {
            let new = tallies[conversation].since(conversations?[conversation] ?? Tally())
            appendOwnRow(.conversationTime, named: layout.names[conversation], new, to: &report)
        }
        after.conversations = tallies
        after.total.tally = whole
        after.total.requests = SecondCounts()
        after.total.failures = SecondCounts()
        if !planned.isEmpty { report.progress = StatsReport.Progress(seen.snapshot.result, planned: planned) }
        return (report, after)
    }

    private func append(_ new: Tally, of row: ReportRow, _ sent: Sent, to report: inout StatsReport) {
        var entry = StatsReport.Entry(name: row.name, method: method, startS: startS)
        fill(&entry, new, sent)
        if entry.requests > 0 || entry.failures > 0 { report.entries.append(entry) }
        for metric in Self.ownRows { appendOwnRow(metric, named: row.name, new, to: &report) }
        for outcome in TurnOutcome.allCases where outcome.isFailure && new[outcome] > 0 {
            let moments = new.moments.first { $0.outcome == outcome }
            report.failures.append(
                StatsReport.Failure(
                    key: "\(method).\(row.name).\(outcome.label)",
                    name: row.name,
                    method: method,
                    error: outcome.label,
                    count: new[outcome],
                    firstSeenS: moments.map { Nanoseconds.seconds($0.firstNs) },
                    lastSeenS: moments.map { Nanoseconds.seconds($0.lastNs) }
                )
            )
        }
    }

    private func fill(_ entry: inout StatsReport.Entry, _ new: Tally, _ sent: Sent) {
        fill(&entry, new.responses)
        entry.failures = new.failed
        entry.contentBytes = new[.endedBytes]
        entry.requestsPerSecond = sent.requests.list
        entry.failuresPerSecond = sent.failures.list
    }

    private func fill(_ entry: inout StatsReport.Entry, _ durations: Distribution) {
        guard durations.count > 0 else { return }
        entry.lastRequestS = lastS
        entry.requests = durations.count
        entry.totalMs = Nanoseconds.milliseconds(durations.sumNs)
        entry.minimumMs = Nanoseconds.milliseconds(durations.minimumNs)
        entry.maximumMs = Nanoseconds.milliseconds(durations.maximumNs)
        entry.times = LocustBuckets.times(of: durations)
    }

    /// A row of a metric, which is in no sum: Aggregated has requests alone.
    private func appendOwnRow(_ metric: Metric, named name: String, _ new: Tally, to report: inout StatsReport) {
        guard let durations = new[metric], durations.count > 0 else { return }
        var entry = StatsReport.Entry(name: name, method: metric.label, startS: startS)
        fill(&entry, durations)
        entry.requestsPerSecond = SecondCounts.spread(durations.count, from: startS, to: lastS)
        report.entries.append(entry)
    }
}
