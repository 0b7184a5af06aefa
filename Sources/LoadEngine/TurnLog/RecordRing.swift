import Synchronization

/// A bounded queue from one thread to another that neither of them waits for, and neither allocates for.
///
/// A record that was taken stays where it is until the producer has reclaimed it: so the producer gets back what went
/// along with it.
/// - Isolation: `push` and `reclaim` on the producer's thread, `take` on the consumer's
package final class RecordRing<Record: BitwiseCopyable>: Sendable {
    private let records: SharedMemory<Record>
    private let mask: Int
    // How many records have been pushed, taken and reclaimed since the beginning. Each is written by one thread only.
    private let pushed = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let reclaimed = Atomic<Int>(0)

    /// Makes an empty queue.
    ///
    /// - Parameter capacity: How many records it holds at most; a power of two.
    package init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a power of two")
        records = SharedMemory(count: capacity)
        mask = capacity - 1
    }

    /// Adds a record at the end.
    ///
    /// - Returns: Whether there was room for it.
    package func push(_ record: Record) -> Bool {
        let position = pushed.load(ordering: .relaxed)
        guard position - reclaimed.load(ordering: .relaxed) <= mask else { return false }
        (records.start + position & mask).initialize(to: record)
        pushed.store(position + 1, ordering: .releasing)
        return true
    }

    /// Makes room: passes over the records that have been taken since the last call.
    ///
    /// - Parameter body: Called with each of them, in their order.
    package func reclaim(_ body: (borrowing Record) -> Void) {
        let end = taken.load(ordering: .acquiring)
        for position in reclaimed.load(ordering: .relaxed)..<end { body(records.start[position & mask]) }
        reclaimed.store(end, ordering: .relaxed)
    }

    /// Takes the first record.
    ///
    /// - Parameter body: Called with the record.
    /// - Returns: Whether there was one.
    package func take(_ body: (borrowing Record) -> Void) -> Bool {
        let position = taken.load(ordering: .relaxed)
        guard position < pushed.load(ordering: .acquiring) else { return false }
        body(records.start[position & mask])
        taken.store(position + 1, ordering: .releasing)
        return true
    }
}
