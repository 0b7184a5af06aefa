/// A first-in-first-out queue that keeps its memory.
package struct IndexQueue {
    private var items: [Int32] = []
    private var head = 0

    package init() {}

    package var isEmpty: Bool { head == items.count }

    package mutating func append(_ item: Int32) { items.append(item) }

    package mutating func take() -> Int32? {
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
