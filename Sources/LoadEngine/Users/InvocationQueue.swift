/// The invocations of all conversations in one queue, in an order that keeps the mix constant to the end.
///
/// The k-th of n copies of a conversation has the key (k + 0.5) / n; the smallest key comes first, ties by the order of
/// the conversations. Only a cursor per conversation is kept, so a queue of 10⁹ invocations takes no more memory than
/// one of ten. The queue of one of N processes has every N-th invocation of the whole queue: together they have each
/// invocation once, in the same mix.
package struct InvocationQueue {
    /// One planned execution of a conversation.
    package struct Invocation: Equatable {
        /// The index of the conversation.
        package let conversation: Int
        /// Its place in the whole queue, from 0.
        package let number: UInt64
    }

    private struct Cursor {
        let conversation: Int32
        let count: UInt64
        var taken: UInt64 = 0

        /// Whether this cursor's next key is smaller: (2k + 1) / 2n compared without rounding.
        ///
        /// Both products stay below 2⁶² for counts up to 10⁹.
        func precedes(_ other: Cursor) -> Bool {
            let mine = (2 * taken + 1) * other.count
            let others = (2 * other.taken + 1) * count
            return mine == others ? conversation < other.conversation : mine < others
        }
    }

    /// A binary heap, smallest key first.
    private var heap: [Cursor] = []
    private let share: RunShare
    /// How many invocations of the whole queue come before this one's next.
    private var skipped: Int
    /// The place in the whole queue of this one's next.
    private var nextNumber: UInt64
    /// How many invocations are still in the queue.
    package private(set) var remaining: UInt64

    /// Makes a full queue.
    ///
    /// - Parameters:
    ///   - invocations: How many invocations each conversation has in the whole queue, in the order that breaks ties.
    ///   - share: Which of them are in this queue.
    package init(invocations: [Int], share: RunShare = .whole) {
        self.share = share
        skipped = share.index
        nextNumber = UInt64(share.index)
        remaining = share.part(of: invocations.reduce(0) { $0 + UInt64($1) })
        for (conversation, count) in invocations.enumerated() where count > 0 {
            heap.append(Cursor(conversation: Int32(conversation), count: UInt64(count)))
        }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
    }

    /// Takes the next invocation.
    ///
    /// - Returns: The invocation, or nil when the queue is empty.
    /// - Complexity: O(log of the number of conversations), for each of N processes N times that.
    package mutating func take() -> Invocation? {
        guard remaining > 0 else { return nil }
        for _ in 0..<skipped { _ = takeFromWhole() }
        skipped = share.count - 1
        remaining -= 1
        let number = nextNumber
        nextNumber += UInt64(share.count)
        return takeFromWhole().map { Invocation(conversation: $0, number: number) }
    }

    private mutating func takeFromWhole() -> Int? {
        guard var cursor = heap.first else { return nil }
        cursor.taken += 1
        if cursor.taken < cursor.count {
            heap[0] = cursor
        } else {
            let last = heap.removeLast()
            if !heap.isEmpty { heap[0] = last }
        }
        siftDown(from: 0)
        return Int(cursor.conversation)
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < heap.count {
                if heap[child].precedes(heap[smallest]) { smallest = child }
            }
            guard smallest != parent else { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
