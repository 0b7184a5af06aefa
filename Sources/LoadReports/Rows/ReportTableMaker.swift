/// Makes the tables of a run that goes on, one after another, each at the cost of what has changed since the one before.
///
/// The run has to publish its rows.
public struct ReportTableMaker: Sendable {
    /// What does not change while a run goes on: which rows become one, and the order of the names.
    private struct Layout: Sendable {
        let groups: RowGroups
        /// `Shape:` [place], the group that stands there.
        let order: [Int]
        /// `Shape:` [group], where it stands.
        let places: [Int]

        init(_ rows: RunLayout, by grouping: RowGrouping, endpoint: String) {
            let groups = RowGroups(rows, by: grouping, endpoint: endpoint)
            let order = groups.names.indices.sorted { groups.names[$0] < groups.names[$1] }
            var places = [Int](repeating: 0, count: order.count)
            for (place, group) in order.enumerated() { places[group] = place }
            self.groups = groups
            self.order = order
            self.places = places
        }
    }

    /// How many rows are added up in one part of the total.
    private static let partSize = 256

    private let grouping: RowGrouping
    private let endpoint: String
    private var layout: Layout?
    /// What the last table was made of.
    private var last: PagedArray<Tally>?
    /// In the order of their names; none when all turns are one row, which has the numbers of the total.
    private var rows: [ReportRow] = []
    /// The counts of all rows, so many at a time.
    private var parts: [Tally] = []

    /// Makes no table yet.
    ///
    /// - Parameters:
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one.
    public init(by grouping: RowGrouping = .conversation, endpoint: String) {
        self.grouping = grouping
        self.endpoint = Shown.withoutSecrets(endpoint)
    }

    /// The table of a state.
    ///
    /// - Parameter snapshot: The state; of the same run as those before.
    /// - Returns: The table.
    public mutating func table(of snapshot: RunSnapshot) -> ReportTable {
        update(snapshot.result.rowTallies, snapshot.result.layout)
        let total = ReportRow.total(ofParts: parts, durations: snapshot.result.total)
        let shown = grouping == .endpoint ? [total.renamed(endpoint)] : rows
        return ReportTable(snapshot, rows: shown.filter { $0.requests > 0 }, total: total)
    }

    /// The rows of a state, also those without requests.
    ///
    /// - Parameter snapshot: The state; of the same run as those before.
    /// - Returns: The rows.
    package mutating func allRows(of snapshot: RunSnapshot) -> [ReportRow] {
        update(snapshot.result.rowTallies, snapshot.result.layout)
        guard grouping == .endpoint else { return rows }
        return [ReportRow.total(ofParts: parts, durations: snapshot.result.total).renamed(endpoint)]
    }

    private mutating func update(_ now: PagedArray<Tally>, _ names: RunLayout) {
        let changed = now.changedPages(since: last)
        if last?.count != now.count { begin(names) }
        last = now
        for part in Set(changed.map { $0.lowerBound / Self.partSize }) {
            let first = part * Self.partSize
            parts[part] = Tally()
            for row in first..<min(first + Self.partSize, now.count) { parts[part].addCounts(of: now[row]) }
        }
        guard let layout else { return }
        for group in Set(changed.joined().map { layout.groups.groupOfRow[$0] }) {
            let place = layout.places[group]
            rows[place] = ReportRow(name: rows[place].name, layout.groups.members[group], of: now)
        }
    }

    private mutating func begin(_ names: RunLayout) {
        parts = Array(repeating: Tally(), count: (names.rowCount + Self.partSize - 1) / Self.partSize)
        guard grouping != .endpoint else { return }
        let layout = Layout(names, by: grouping, endpoint: endpoint)
        rows = layout.order.map { ReportRow(name: layout.groups.names[$0]) }
        self.layout = layout
    }
}
