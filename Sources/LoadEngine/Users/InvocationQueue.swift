/// The invocations of all conversations in one queue, in an order that keeps the mix constant to the end.
///
/// The k-th of n copies of a conversation has the key (k + 0.5) / n; the smallest key comes first, ties by the order of
/// the conversations. Only a cursor per conversation is kept, so a queue of 10⁹ invocations takes no more memory than
/// one of ten. The queue of one of N processes has every N-th invocation of the whole queue: together they have each
/// invocation once, in the same mix. An endless queue begins again when it is empty.
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
    /// What an endless queue begins again with; empty for another.
    private var nextRound: [Cursor] = []
    package let isEndless: Bool
    /// How many invocations have been taken.
    package private(set) var taken: UInt64 = 0
    private let share: RunShare
    /// How many invocations of the whole queue come before this one's next.
    private var skipped: Int
    /// The place in the whole queue of this one's next.
    private var nextNumber: UInt64
    /// How many invocations are still in the queue; more than can ever be taken in one that is endless.
    package private(set) var remaining: UInt64

    /// Makes a full queue.
    ///
    /// - Parameters:
    ///   - invocations: How many invocations each conversation has in the whole queue, in the order that breaks ties.
    ///   - share: Which of them are in this queue.
    ///   - isEndless: Whether it begins again when it is empty.
    package init(invocations: [Int], share: RunShare = .whole, isEndless: Bool = false) {
        self.share = share
        self.isEndless = isEndless
        skipped = share.index
        nextNumber = UInt64(share.index)
        remaining = share.part(of: invocations.reduce(0) { $0 + UInt64($1) })
        for (conversation, count) in invocations.enumerated() where count > 0 {
            heap.append(Cursor(conversation: Int32(conversation), count: UInt64(count)))
        }
        makeHeap()
        guard isEndless else { return }
        nextRound = heap
        remaining = heap.isEmpty ? 0 : .max
    }

    /// How many of each conversation a part of the queue has.
    ///
    /// - Parameters:
    ///   - invocations: How many each has in the whole queue.
    ///   - share: The part.
    /// - Returns: As many for each.
    /// - Complexity: O(what is left of the whole queue divided by what all their numbers can be divided by, as often as it takes
    ///   until the parts begin alike again).
    package static func counts(of invocations: [Int], in share: RunShare) -> [UInt64] {
        guard share != .whole else { return invocations.map(UInt64.init) }
        // A queue of ten times as much of each is ten times the same queue: the keys are the same.
        let rounds = invocations.reduce(0, Self.greatestDivisor)
        guard rounds > 0 else { return invocations.map { _ in 0 } }
        let round = invocations.map { $0 / rounds }
        let roundLength = round.reduce(0, +)
        // After so many rounds a round begins at the same place of the turns of the shares.
        let period = share.count / greatestDivisor(share.count, roundLength)
        func counts(rounds: Int) -> [UInt64] {
            guard rounds > 0 else { return round.map { _ in 0 } }
            var counts = [UInt64](repeating: 0, count: round.count)
            var queue = InvocationQueue(invocations: round.map { $0 * rounds }, share: share)
            while let invocation = queue.take() { counts[invocation.conversation] += 1 }
            return counts
        }
        let (periods, rest) = rounds.quotientAndRemainder(dividingBy: period)
        let ofPeriod = periods > 0 ? counts(rounds: period) : round.map { _ in 0 }
        return zip(ofPeriod, counts(rounds: rest)).map { $0 * UInt64(periods) + $1 }
    }

    private static func greatestDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// Takes the next invocation.
    ///
    /// - Returns: The invocation, or nil when the queue is empty.
    /// - Complexity: O(log of the number of conversations), for each of N processes N times that.
    package mutating func take() -> Invocation? {
        guard remaining > 0 else { return nil }
        for _ in 0..<skipped { _ = takeFromWhole() }
        skipped = share.count - 1
        if !isEndless { remaining -= 1 }
        taken += 1
        let number = nextNumber
        nextNumber += UInt64(share.count)
        return takeFromWhole().map { Invocation(conversation: $0, number: number) }
    }

    /// Takes all that is left of a conversation out of the queue: none of it can be played.
    ///
    /// Only of the whole queue: the parts of several processes stay parts of one, and each skips what it cannot play. In
    /// endless ones only their mix matters.
    /// - Returns: How many invocations that were; of an endless queue 0.
    /// - Complexity: O(number of conversations)
    package mutating func drop(conversation: Int) -> UInt64 {
        guard !isEndless else {
            nextRound.removeAll { $0.conversation == Int32(conversation) }
            heap.removeAll { $0.conversation == Int32(conversation) }
            makeHeap()
            if nextRound.isEmpty { remaining = 0 }
            return 0
        }
        guard share == .whole, let index = heap.firstIndex(where: { $0.conversation == Int32(conversation) }) else {
            return 0
        }
        let dropped = heap[index].count - heap[index].taken
        heap.remove(at: index)
        makeHeap()
        remaining -= dropped
        return dropped
    }

    private mutating func takeFromWhole() -> Int? {
        if heap.isEmpty {
            heap = nextRound
            makeHeap()
        }
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

    private mutating func makeHeap() {
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
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
