/// What the rows and conversations of a result stand for, in the order of the files: it is the same for a whole run.
package struct RunLayout: Sendable, Equatable, Codable {
    /// `Shape:` [conversation], for its turns.
    package private(set) var scripts: [String] = []
    /// `Shape:` [conversation], the row of its first turn.
    private var firstRows: [Int] = []
    package private(set) var rowCount = 0
    /// `Shape:` [conversation], the conversations of the table of them; a file may have others in its rows.
    package var names: [String] = []
    /// `Shape:` [conversation], how many of it the run has planned, or the part of it that the result is of; empty for a run whose conversations begin again when
    /// all are played.
    package var invocations: [UInt64] = []

    /// Nothing.
    init() {}

    /// The layout of a run, of which nothing else need be known than its conversations.
    init(_ conversations: [Conversation], isEndless: Bool = false, invocations: [UInt64]? = nil) {
        for conversation in conversations { append(conversation.name, turns: conversation.turns.count) }
        names = scripts
        guard !isEndless else { return }
        self.invocations = invocations ?? conversations.map { UInt64($0.invocations) }
    }

    /// Adds the rows of a conversation.
    package mutating func append(_ name: String, turns: Int) {
        scripts.append(name)
        firstRows.append(rowCount)
        rowCount += turns
    }

    /// Adds a row to the last conversation.
    mutating func appendRow() { rowCount += 1 }

    /// The conversation that a row is of.
    func conversation(ofRow row: Int) -> Int {
        // The last one that begins at it or before: halving, since there may be 100,000.
        var (low, high) = (0, firstRows.count)
        while low + 1 < high {
            let middle = (low + high) / 2
            if firstRows[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// Which turn of its conversation a row is, from 1.
    func turn(ofRow row: Int) -> Int { row - firstRows[conversation(ofRow: row)] + 1 }

    /// The rows of a conversation.
    package func rows(ofConversation conversation: Int) -> Range<Int> {
        firstRows[conversation]..<(conversation + 1 < firstRows.count ? firstRows[conversation + 1] : rowCount)
    }
}
