/// What the users of a run keep of their sessions: what was said, what was captured, and the rows of data they have.
/// - Isolation: loop
package final class SessionStore: SessionKeeper {
    private let states = StableSlab<SessionState>()
    private var pickers: [RowPicker] = []
    /// Whose rows a conversation has; -1 for none.
    ///
    /// `Shape:` [conversation]
    private let pickerOf: [Int]
    /// How many values are captured in a session.
    ///
    /// `Shape:` [conversation]
    private let captureCounts: [Int]
    /// How many numbers the check of an answer keeps, at most.
    private let checkCount: Int
    /// Told when a row has been given back.
    package weak var population: Population?

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - conversations: What is played.
    ///   - captureCounts: How many values are captured in a session of each conversation.
    ///   - checkCount: How many numbers the check of an answer keeps, at most.
    ///   - share: The part of the run that is played here.
    ///   - seed: What random rows are made from.
    package init(
        _ conversations: [Conversation],
        captureCounts: [Int],
        checkCount: Int,
        share: RunShare,
        seed: UInt64
    ) {
        self.captureCounts = captureCounts
        self.checkCount = checkCount
        var places: [String: Int] = [:]
        var pickers: [RowPicker] = []
        pickerOf = conversations.map { conversation in
            guard let data = conversation.data else { return -1 }
            if let place = places[data.file] { return place }
            places[data.file] = pickers.count
            pickers.append(RowPicker(data, share: share, seed: seed &+ UInt64(pickers.count)))
            return pickers.count - 1
        }
        self.pickers = pickers
    }

    deinit {
        for user in 0..<states.count { states[user].pointee.destroy() }
        states.destroy()
    }

    /// What a user keeps.
    subscript(user: Int) -> UnsafeMutablePointer<SessionState> {
        while states.count <= user { _ = states.append(SessionState(checkCount: checkCount)) }
        return states[user]
    }

    /// What the present turn of a user has been told besides its text, and when its answer began.
    func turn(ofUser user: Int) -> (usage: TurnUsage, answerNs: UInt64) {
        let state = self[user]
        return (state.pointee.usage, state.pointee.answerNs)
    }

    package func sessionBegins(user: Int, conversation: Int) -> SessionStart {
        let state = self[user]
        state.pointee.reset()
        let picker = pickerOf[conversation]
        if picker >= 0 {
            guard let row = pickers[picker].take() else { return pickers[picker].isOut ? .never : .waits }
            state.pointee.dataRow = Int32(truncatingIfNeeded: row)
        }
        state.pointee.conversation = Int32(truncatingIfNeeded: conversation)
        state.pointee.reserveCaptures(captureCounts[conversation])
        return .begins
    }

    package func sessionEnded(user: Int) {
        let state = self[user]
        guard state.pointee.conversation >= 0 else { return }
        let picker = pickerOf[Int(state.pointee.conversation)]
        let row = Int(state.pointee.dataRow)
        state.pointee.reset()
        guard picker >= 0, row >= 0 else { return }
        pickers[picker].giveBack(row)
        population?.sessionFreed(nowNs: EventLoop.nowNs)
    }
}

@available(*, unavailable)
extension SessionStore: Sendable {}
