/// The users that wait by themselves, before a turn or between two conversations, by the time at which they go on.
///
/// A binary heap instead of a timer for each: 20,000 users that think cost the loop one timer. Who is taken out early stays
/// in it until its time, where its user is asked whether it still waits.
/// - Isolation: loop
struct RestingUsers {
    private struct Entry {
        let dueNs: UInt64
        let user: Int32
    }

    private var heap: [Entry] = []

    /// When the first of them goes on; `Nanoseconds.never` for none.
    var nextNs: UInt64 { heap.first?.dueNs ?? Nanoseconds.never }

    /// Adds a user.
    mutating func add(_ user: Int, dueNs: UInt64) {
        heap.append(Entry(dueNs: dueNs, user: Int32(truncatingIfNeeded: user)))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].dueNs < heap[parent].dueNs else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the first user whose time has come.
    mutating func take(nowNs: UInt64) -> (user: Int, dueNs: UInt64)? {
        guard let first = heap.first, first.dueNs <= nowNs else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (Int(first.user), first.dueNs) }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < heap.count {
                if heap[child].dueNs < heap[smallest].dueNs { smallest = child }
            }
            guard smallest != parent else { break }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
        return (Int(first.user), first.dueNs)
    }
}
