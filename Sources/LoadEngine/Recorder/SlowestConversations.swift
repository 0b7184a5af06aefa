/// The conversations that took longest, of those that were completed.
package struct SlowestConversations: Sendable {
    package struct Entry: Sendable {
        package let timeNs: UInt64
        package let conversation: Int
        package let session: SessionID
        /// The first send, in nanoseconds of the monotonic clock.
        package let sentNs: UInt64
    }

    /// The slowest first.
    package private(set) var entries: [Entry] = []
    /// How often they have changed.
    package private(set) var changes = 0

    package init() { entries.reserveCapacity(SlowConversation.mostKept + 1) }

    /// Whether a conversation that took so long would be kept.
    package func wants(timeNs: UInt64) -> Bool {
        entries.count < SlowConversation.mostKept || timeNs > entries[entries.count - 1].timeNs
    }

    package mutating func add(_ entry: Entry) {
        changes += 1
        let index = entries.firstIndex { $0.timeNs < entry.timeNs } ?? entries.count
        entries.insert(entry, at: index)
        if entries.count > SlowConversation.mostKept { entries.removeLast() }
    }
}

extension SlowConversation {
    init(_ entry: SlowestConversations.Entry, _ facts: RunFacts) {
        self.init(
            conversation: facts.conversations[entry.conversation].name,
            session: entry.session.description,
            timeMs: Nanoseconds.milliseconds(entry.timeNs),
            startS: Nanoseconds.seconds(entry.sentNs - min(facts.startedNs, entry.sentNs))
        )
    }
}
