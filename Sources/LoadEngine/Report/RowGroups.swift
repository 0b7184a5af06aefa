/// Which rows of a result become one in a report.
struct RowGroups {
    /// One of the rows, and its conversation, by their places in the order of the files.
    struct Member {
        let row: Int
        let conversation: Int
    }

    /// `Shape:` [group], in the order in which they come first.
    private(set) var names: [String] = []
    private(set) var members: [[Member]] = []
    /// `Shape:` [row], its group.
    private(set) var groupOfRow: [Int] = []

    /// Finds the groups.
    ///
    /// - Parameters:
    ///   - rows: The rows of a summary or a snapshot.
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one.
    init(_ rows: PagedArray<Summary.Row>, by grouping: RowGrouping, endpoint: String) {
        var indices: [String: Int] = [:]
        var conversation = -1
        let shown = Shown.withoutSecrets(endpoint)
        groupOfRow.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            // Names of conversations need not differ: a new one begins with its first turn.
            if row.turn == 1 { conversation += 1 }
            let name =
                switch grouping {
                case .endpoint: shown
                case .conversation: row.conversation
                case .turn: "\(row.conversation) #\(row.turn)"
                }
            let group = indices[name] ?? names.count
            if group == names.count {
                indices[name] = group
                names.append(name)
                members.append([])
            }
            members[group].append(Member(row: index, conversation: conversation))
            groupOfRow.append(group)
        }
    }
}
