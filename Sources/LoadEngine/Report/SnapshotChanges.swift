/// A snapshot without the rows and conversations that are as its reader knows them: what a process of several sends once a
/// second.
package struct SnapshotChanges: Codable, Sendable {
    private struct Change<Element: Codable & Sendable>: Codable, Sendable {
        let index: Int
        let element: Element
    }

    private let snapshot: RunSnapshot
    private let rows: [Change<Summary.Row>]
    private let conversations: [Change<ConversationResult>]

    /// How many rows and conversations it has.
    package var count: Int { rows.count + conversations.count }

    /// Finds what has changed.
    ///
    /// - Parameters:
    ///   - snapshot: The present state.
    ///   - known: What the reader knows: the last state that it was told, at first that before the start.
    package init(of snapshot: RunSnapshot, since known: RunSnapshot) {
        rows = Self.changes(of: snapshot.rows, since: known.rows)
        conversations = Self.changes(of: snapshot.byConversation, since: known.byConversation)
        var rest = snapshot
        rest.rows = []
        rest.byConversation = []
        self.snapshot = rest
    }

    /// The whole present state.
    ///
    /// - Parameter known: What the reader knows.
    /// - Returns: The state; nil when the changes are none of a run with so many rows.
    package func applied(to known: RunSnapshot) -> RunSnapshot? {
        var whole = snapshot
        whole.rows = known.rows
        whole.byConversation = known.byConversation
        let isOfRun =
            rows.allSatisfy { whole.rows.indices.contains($0.index) }
            && conversations.allSatisfy { whole.byConversation.indices.contains($0.index) }
        guard isOfRun else { return nil }
        for change in rows { whole.rows[change.index] = change.element }
        for change in conversations { whole.byConversation[change.index] = change.element }
        return whole
    }

    private static func changes<Element: Equatable>(
        of now: PagedArray<Element>,
        since known: PagedArray<Element>
    ) -> [Change<Element>] {
        now.changedPages(since: known).joined().compactMap { index in
            let isKnown = index < known.count && known[index] == now[index]
            return isKnown ? nil : Change(index: index, element: now[index])
        }
    }
}
