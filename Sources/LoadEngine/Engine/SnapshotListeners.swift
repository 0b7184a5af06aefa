/// Who wants every state of a run as it is published.
struct SnapshotListeners: Sendable {
    private var listeners: [Int: AsyncStream<RunSnapshot>.Continuation] = [:]
    private var nextID = 0

    var all: [AsyncStream<RunSnapshot>.Continuation] { Array(listeners.values) }

    mutating func add(_ listener: AsyncStream<RunSnapshot>.Continuation) -> Int {
        defer { nextID += 1 }
        listeners[nextID] = listener
        return nextID
    }

    mutating func remove(_ id: Int) { listeners[id] = nil }

    mutating func removeAll() { listeners = [:] }
}
