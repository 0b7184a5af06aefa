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
    ///   - layout: What the rows stand for.
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one.
    init(_ layout: RunLayout, by grouping: RowGrouping, endpoint: String) {
        var indices: [String: Int] = [:]
        let shown = Shown.withoutSecrets(endpoint)
        groupOfRow.reserveCapacity(layout.rowCount)
        // Names of conversations need not differ.
        for (conversation, script) in layout.scripts.enumerated() {
            for (turn, row) in layout.rows(ofConversation: conversation).enumerated() {
                let name =
                    switch grouping {
                    case .endpoint: shown
                    case .conversation: script
                    case .turn: "\(script) #\(turn + 1)"
                    }
                let group = indices[name] ?? names.count
                if group == names.count {
                    indices[name] = group
                    names.append(name)
                    members.append([])
                }
                members[group].append(Member(row: row, conversation: conversation))
                groupOfRow.append(group)
            }
        }
    }
}
