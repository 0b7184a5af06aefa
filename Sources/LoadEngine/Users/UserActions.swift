/// What the core asks for, in the order of asking.
///
/// The run's driver takes as many at a time as one iteration of the loop bears.
/// - Isolation: loop
package struct UserActions {
    private var sends = IndexQueue()
    private var freshSends = IndexQueue()
    private var closes = IndexQueue()
    private var reads = IndexQueue()

    package init() {}

    package var isEmpty: Bool { sends.isEmpty && closes.isEmpty && freshSends.isEmpty && reads.isEmpty }

    package mutating func requestSend(user: Int) { sends.append(Int32(truncatingIfNeeded: user)) }
    /// A turn that could not be sent on the connection that it was given, and is to be sent on a fresh one.
    package mutating func requestFreshSend(user: Int) { freshSends.append(Int32(truncatingIfNeeded: user)) }
    /// A turn whose user has read slowly enough.
    package mutating func requestRead(user: Int) { reads.append(Int32(truncatingIfNeeded: user)) }
    package mutating func requestClose(user: Int) { closes.append(Int32(truncatingIfNeeded: user)) }

    /// The next user whose turn is to be handed over; it may have been withdrawn meanwhile.
    package mutating func takeSend() -> Int? { sends.take().map { Int($0) } }

    /// The next user whose turn is to be handed over once more; it may have been withdrawn meanwhile.
    package mutating func takeFreshSend() -> Int? { freshSends.take().map { Int($0) } }

    /// The next user that is to read on; its turn may have ended meanwhile.
    package mutating func takeRead() -> Int? { reads.take().map { Int($0) } }

    /// The next user whose transfer is to be removed; it may have ended meanwhile.
    package mutating func takeClose() -> Int? { closes.take().map { Int($0) } }
}

/// A first-in-first-out queue that keeps its memory.
private struct IndexQueue {
    private var items: [Int32] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }

    mutating func append(_ item: Int32) { items.append(item) }

    mutating func take() -> Int32? {
        guard head < items.count else { return nil }
        let item = items[head]
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 4096, head * 2 >= items.count {
            // A queue that is never quite empty must not grow for ever.
            items.removeFirst(head)
            head = 0
        }
        return item
    }
}
