/// The lines of Locust's `PREFIX_stats_history.csv`, from the states of a run in the order of time.
///
/// Rates are those of the last ten seconds. So are the percentiles of a full history; else they are those of the whole run,
/// as Locust has it.
public struct LocustHistory: Sendable {
    /// What a row had counted at a moment.
    private struct Counts {
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        /// The durations since the moment before; only for a full history.
        var new = Distribution()
    }

    private struct Moment {
        var total: Counts
        /// By the row's name.
        var rows: [String: Counts]
    }

    private static let columns =
        ["Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"]
        + LocustNumbers.percentiles.map(\.title)
        + [
            "Total Request Count", "Total Failure Count", "Total Median Response Time",
            "Total Average Response Time", "Total Min Response Time", "Total Max Response Time",
            "Total Average Content Size",
        ]

    /// Whether there is a line for each row besides the total.
    package let isFull: Bool
    private var recent = RecentMoments<Moment>()
    private var lastTotal = Distribution()
    private var lastRows: [String: Distribution] = [:]
    private var lastTimestampS = Int.min

    /// Begins a history.
    ///
    /// - Parameter isFull: Whether there is a line for each row besides the total.
    public init(isFull: Bool) {
        self.isFull = isFull
    }

    /// The first line of the file.
    public static var head: String {
        var csv = CSVText()
        csv.append(columns)
        return csv.text
    }

    /// The lines for a moment of the run.
    ///
    /// - Parameters:
    ///   - table: The rows at the moment.
    ///   - timestampS: The time, in seconds since 1970; one that is not after the last becomes the second after it, so that
    ///     each second is there only once.
    /// - Returns: One line, or one for each row and the total.
    public mutating func lines(of table: ReportTable, timestampS: Int) -> String {
        add(table)
        lastTimestampS = max(timestampS, lastTimestampS &+ 1)
        var csv = CSVText()
        if isFull {
            for row in table.rows {
                csv.append(fields(of: row, in: table, type: LocustNumbers.method) { $0.rows[row.name] ?? Counts() })
            }
        }
        csv.append(fields(of: table.total, in: table, type: "", counts: \.total))
        return csv.text
    }

    private mutating func add(_ table: ReportTable) {
        if recent.begin(after: table.resets) {
            // Everything counts from 0 again.
            lastTotal = Distribution()
            lastRows = [:]
        }
        func counts(_ row: ReportRow, since last: Distribution) -> Counts {
            Counts(
                requests: row.requests,
                failures: row.failures,
                new: isFull ? row.responses.since(last) : Distribution()
            )
        }
        var moment = Moment(
            total: counts(table.total, since: lastTotal),
            rows: [:]
        )
        if isFull {
            for row in table.rows {
                moment.rows[row.name] = counts(row, since: lastRows[row.name] ?? Distribution())
                lastRows[row.name] = row.responses
            }
            lastTotal = table.total.responses
        }
        recent.add(moment, atS: max(table.durationS, recent.last?.elapsedS ?? 0), resets: table.resets)
    }

    private func fields(
        of row: ReportRow,
        in table: ReportTable,
        type: String,
        counts: (Moment) -> Counts
    ) -> [String] {
        let rates = [\Counts.requests, \Counts.failures].map { perS($0, of: counts).fixed(6) }
        var responses = row.responses
        if isFull {
            responses = Distribution()
            // What came before the window is not in it.
            let moments = recent.moments
            for moment in moments.count > 1 ? moments[1...] : moments[...] { responses.add(counts(moment.value).new) }
        }
        return ["\(lastTimestampS)", "\(table.activeUsers)", type, CSVText.field(row.name)] + rates
            + LocustCSV.percentileFields(responses) + ["\(row.requests)", "\(row.failures)"] + LocustCSV.timeFields(row)
    }

    private func perS(_ count: KeyPath<Counts, UInt64>, of counts: (Moment) -> Counts) -> Double {
        recent.perS { Double(counts($0)[keyPath: count]) } ?? 0
    }
}
