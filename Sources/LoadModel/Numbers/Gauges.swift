/// What is as it is at a moment, and has no sum over time: of a whole run.
public struct Gauges: Sendable, Equatable, Codable {
    /// Users that have started and not ended.
    public package(set) var usersActive: UInt64 = 0
    /// Invocations taken from the queue of which no turn has been sent yet.
    public package(set) var conversationsWaiting: UInt64 = 0
    /// Users whose next conversation waits for a row of data that others have.
    public package(set) var usersWithoutRow: UInt64 = 0
    /// Conversations that have arrived by themselves and wait for a free user.
    public package(set) var arrivalsWaiting: UInt64 = 0
    /// Those of the running turns that have had their first content event.
    public package(set) var turnsStreaming: UInt64 = 0
    /// Connections that are open, idle ones included.
    public package(set) var openConnections: UInt64 = 0

    package init() {}

    /// Adds those of another part of the run.
    mutating func add(_ other: Gauges) {
        usersActive += other.usersActive
        conversationsWaiting += other.conversationsWaiting
        usersWithoutRow += other.usersWithoutRow
        arrivalsWaiting += other.arrivalsWaiting
        turnsStreaming += other.turnsStreaming
        openConnections += other.openConnections
    }
}
