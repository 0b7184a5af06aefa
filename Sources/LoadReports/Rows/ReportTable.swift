/// The rows of a report and their total, of a result or of a run that goes on.
public struct ReportTable: Sendable {
    /// In the order of their names; those without requests are left out.
    public let rows: [ReportRow]
    /// All rows as one.
    public let total: ReportRow
    /// From the start to the end of the last turn, or to now, in seconds.
    public let durationS: Double
    /// Users that have started and not ended.
    public let activeUsers: UInt64
    /// Whether turns had objectives to keep to.
    public let hasObjectives: Bool
    /// The processes that were lost, and how, the mock assistant among them.
    public let lostProcesses: [String]
    /// How often the numbers had been reset; nil for those of a result.
    let resets: Int?

    /// The table of a run that has not begun.
    public init() {
        rows = []
        total = ReportRow(name: ReportRow.totalName)
        durationS = 0
        activeUsers = 0
        hasObjectives = false
        lostProcesses = []
        resets = 0
    }

    /// The table of a result.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - grouping: What becomes one row.
    public init(_ summary: Summary, by grouping: RowGrouping = .conversation) {
        rows = Self.sorted(summary.rows, by: grouping, endpoint: summary.run.path)
        total = ReportRow.total(of: summary.rows, durations: summary.result.total)
        durationS = summary.run.durationS
        activeUsers = 0
        hasObjectives = summary.result.hasObjectives
        lostProcesses = summary.losses
        resets = nil
    }

    /// The table of a run that goes on, which has to publish its rows.
    ///
    /// - Parameters:
    ///   - snapshot: The state of the run.
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one.
    public init(_ snapshot: RunSnapshot, by grouping: RowGrouping = .conversation, endpoint: String) {
        var maker = ReportTableMaker(by: grouping, endpoint: endpoint)
        self = maker.table(of: snapshot)
    }

    init(_ snapshot: RunSnapshot, rows: [ReportRow], total: ReportRow) {
        self.rows = rows
        self.total = total
        durationS = snapshot.elapsedS
        activeUsers = snapshot.activeUsers
        hasObjectives = snapshot.result.hasObjectives
        lostProcesses = snapshot.generator.losses
        resets = snapshot.resets
    }

    private static func sorted(_ rows: ResultRows, by grouping: RowGrouping, endpoint: String) -> [ReportRow] {
        ReportRow.rows(of: rows, by: grouping, endpoint: endpoint).sorted { $0.name < $1.name }
    }

    /// A count over the time of the run.
    func perS(_ count: UInt64) -> Double { durationS > 0 ? Double(count) / durationS : 0 }
}
