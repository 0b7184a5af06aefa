/// The indices of what has changed since somebody looked, each once.
///
/// A plain struct of pointers, for memory of its own; its owner calls `destroy`.
/// - Isolation: loop
package struct ChangeList {
    private let isListed: UnsafeMutablePointer<Bool>
    private let list: UnsafeMutablePointer<Int32>
    private let capacity: Int
    package private(set) var count = 0

    /// Makes an empty list.
    ///
    /// - Parameter capacity: Indices are below it.
    package init(capacity: Int) {
        self.capacity = capacity
        isListed = .allocate(capacity: max(capacity, 1))
        isListed.initialize(repeating: false, count: capacity)
        list = .allocate(capacity: max(capacity, 1))
    }

    package func destroy() {
        isListed.deallocate()
        list.deallocate()
    }

    /// Adds an index, unless it is listed.
    package mutating func insert(_ index: Int) {
        precondition(index < capacity, "an index below the capacity")
        guard !isListed[index] else { return }
        isListed[index] = true
        list[count] = Int32(truncatingIfNeeded: index)
        count += 1
    }

    /// Takes one out; nil when there is none.
    package mutating func takeLast() -> Int? {
        guard count > 0 else { return nil }
        count -= 1
        let index = Int(list[count])
        isListed[index] = false
        return index
    }

    /// Calls the body for each, and takes out those of which it returns false.
    package mutating func visit(_ staysListed: (Int) -> Bool) {
        var kept = 0
        for place in 0..<count {
            let index = Int(list[place])
            if staysListed(index) {
                list[kept] = list[place]
                kept += 1
            } else {
                isListed[index] = false
            }
        }
        count = kept
    }
}
