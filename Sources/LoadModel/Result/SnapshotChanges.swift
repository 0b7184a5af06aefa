/// A state of a run without the rows and conversations that are as its reader knows them: what a process of several sends
/// once a second.
package struct SnapshotChanges: Codable, Sendable {
    private struct Change: Codable, Sendable {
        let index: Int
        let tally: Tally
    }

    private let snapshot: RunSnapshot
    private let rows: [Change]
    private let conversations: [Change]

    /// How many rows and conversations it has.
    package var count: Int { rows.count + conversations.count }

    /// Finds what has changed.
    ///
    /// - Parameters:
    ///   - snapshot: The present state.
    ///   - known: What the reader knows: the last state that it was told, at first that before the start.
    package init(of snapshot: RunSnapshot, since known: RunSnapshot) {
        rows = Self.changes(of: snapshot.result.rowTallies, since: known.result.rowTallies)
        conversations = Self.changes(of: snapshot.result.conversationTallies, since: known.result.conversationTallies)
        var rest = snapshot
        rest.result.layout = RunLayout()
        rest.result.rowTallies = []
        rest.result.conversationTallies = []
        // Its reader knows it from the points that it was told.
        rest.result.series = TimeSeries()
        rest.point = nil
        self.snapshot = rest
    }

    /// The whole present state, but for the run over time.
    ///
    /// - Parameter known: What the reader knows.
    /// - Returns: The state; nil when the changes are none of a run with so many rows.
    package func applied(to known: RunSnapshot) -> RunSnapshot? {
        var whole = snapshot
        whole.result.layout = known.result.layout
        whole.result.rowTallies = known.result.rowTallies
        whole.result.conversationTallies = known.result.conversationTallies
        let isOfRun =
            rows.allSatisfy { whole.result.rowTallies.indices.contains($0.index) }
            && conversations.allSatisfy { whole.result.conversationTallies.indices.contains($0.index) }
        guard isOfRun else { return nil }
        for change in rows { whole.result.rowTallies[change.index] = change.tally }
        for change in conversations { whole.result.conversationTallies[change.index] = change.tally }
        return whole
    }

    private static func changes(of now: PagedArray<Tally>, since known: PagedArray<Tally>) -> [Change] {
        now.changedPages(since: known).joined().compactMap { index in
            let isKnown = index < known.count && known[index] == now[index]
            return isKnown ? nil : Change(index: index, tally: now[index])
        }
    }
}
