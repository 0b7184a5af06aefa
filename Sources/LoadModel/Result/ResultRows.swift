/// The rows of a result, each made when it is looked at.
public struct ResultRows: RandomAccessCollection, Sendable {
    package let layout: RunLayout
    package let tallies: PagedArray<Tally>

    init(_ layout: RunLayout, _ tallies: PagedArray<Tally>) {
        self.layout = layout
        self.tallies = tallies
    }

    /// The index of the first row.
    public var startIndex: Int { 0 }
    /// The index after that of the last row.
    public var endIndex: Int { tallies.count }

    /// A row.
    public subscript(index: Int) -> Summary.Row {
        let conversation = layout.conversation(ofRow: index)
        return Summary.Row(
            conversation: layout.scripts[conversation],
            turn: index - layout.rows(ofConversation: conversation).lowerBound + 1,
            tally: tallies[index]
        )
    }

    /// The rows in pages that are not those of an earlier state, as `PagedArray` tells them.
    func changedPages(since earlier: ResultRows) -> [Range<Int>] { tallies.changedPages(since: earlier.tallies) }
}

extension ResultRows: Equatable {
    /// Whether the rows are the same.
    public static func == (left: ResultRows, right: ResultRows) -> Bool {
        left.layout == right.layout && left.tallies == right.tallies
    }
}

/// The conversations of a result, each made when it is looked at.
public struct ResultConversations: RandomAccessCollection, Sendable {
    private let layout: RunLayout
    private let tallies: PagedArray<Tally>
    private let hasObjectives: Bool

    init(_ layout: RunLayout, _ tallies: PagedArray<Tally>, hasObjectives: Bool) {
        self.layout = layout
        self.tallies = tallies
        self.hasObjectives = hasObjectives
    }

    /// The index of the first conversation.
    public var startIndex: Int { 0 }
    /// The index after that of the last conversation.
    public var endIndex: Int { tallies.count }

    /// A conversation.
    public subscript(index: Int) -> ConversationResult {
        let tally = tallies[index]
        return ConversationResult(
            conversation: layout.names[index],
            invocations: layout.invocations.isEmpty ? tally.begunConversations : layout.invocations[index],
            tally: tally,
            hasObjectives: hasObjectives
        )
    }

    /// The conversations in pages that are not those of an earlier state.
    func changedPages(since earlier: ResultConversations) -> [Range<Int>] {
        tallies.changedPages(since: earlier.tallies)
    }
}

extension ResultConversations: Equatable {
    /// Whether the conversations are the same.
    public static func == (left: ResultConversations, right: ResultConversations) -> Bool {
        left.layout == right.layout && left.hasObjectives == right.hasObjectives && left.tallies == right.tallies
    }
}
