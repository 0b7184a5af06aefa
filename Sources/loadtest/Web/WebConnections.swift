import Synchronization

/// The connections of the web page's server: who takes too long is closed, and who is the least loss when there are too
/// many.
///
/// Nobody can be told from anybody else before a request has come, and behind a proxy all have one address. So a further
/// connection always gets a place, and what is closed for it is what waits: a request that comes at once is answered
/// before it could be the oldest. That is how a run can be stopped while others hold every place they can get.
///
/// Who has sent a whole request and waits for its answer is never closed for who has sent nothing: a further connection
/// then has one of a few places to spare, and somebody else is closed once its request is whole.
/// - Isolation: any thread
final class WebConnections: Sendable {
    /// How far a connection is, in the order in which connections are closed.
    enum Stage: Int {
        /// No whole request has come since the last answer.
        case waiting
        /// Its answer is being read.
        case writing
        /// Its request is whole, and the answer being made.
        case handling
        /// It listens to `/live`.
        case listening
        /// Its request changes something, as `/stop` does: whoever sent it waits for the answer.
        case steering

        /// Whether a connection may be closed for one that has sent nothing yet.
        fileprivate var yieldsToNew: Bool { self == .waiting || self == .writing }
    }

    private struct Connection {
        let close: @Sendable () -> Void
        var stage = Stage.waiting
        /// Whether the first byte of a request has come.
        var isReading = false
        /// When it came so far.
        var since: ContinuousClock.Instant
    }

    /// How long a whole request may take from its first byte, however it comes, and an idle connection stay.
    static let longestRequest = Duration.seconds(30)
    /// How long an answer may take to be read.
    static let longestAnswer = Duration.seconds(60)
    /// Younger ones stay if there are others: their requests may be on their way.
    private static let youth = Duration.seconds(1)

    private let places: Int
    private let spare: Int
    private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

    /// - Parameters:
    ///   - places: How many connections there may be.
    ///   - spare: How many more there may be for a moment, of which no whole request has come.
    init(places: Int, spare: Int = 0) {
        self.places = places
        self.spare = spare
    }

    /// Takes a new connection, and closes another one if there are too many.
    ///
    /// - Parameters:
    ///   - id: The connection.
    ///   - now: The present time.
    ///   - close: Closes it.
    func opened(_ id: ObjectIdentifier, at now: ContinuousClock.Instant = .now, close: @escaping @Sendable () -> Void) {
        let closed = connections.withLock { connections -> Connection? in
            let victim = victimOfNew(among: connections, at: now)
            connections[id] = Connection(close: close, since: now)
            return victim.flatMap { connections.removeValue(forKey: $0) }
        }
        closed?.close()
    }

    func closed(_ id: ObjectIdentifier) {
        connections.withLock { $0[id] = nil }
    }

    /// Bytes have come.
    func received(_ id: ObjectIdentifier, at now: ContinuousClock.Instant = .now) {
        connections.withLock { connections in
            guard let connection = connections[id], connection.stage == .waiting, !connection.isReading else { return }
            connections[id]?.isReading = true
            connections[id]?.since = now
        }
    }

    /// A connection has got so far; if it is one too many and its request is whole, another one is closed.
    func entered(_ stage: Stage, _ id: ObjectIdentifier, at now: ContinuousClock.Instant = .now) {
        let closed = connections.withLock { connections -> Connection? in
            guard let connection = connections[id] else { return nil }
            connections[id] = Connection(close: connection.close, stage: stage, since: now)
            let whole = connections.filter { !$0.value.stage.yieldsToNew }
            guard whole.count > places, !stage.yieldsToNew else { return nil }
            let victim = Self.leastLoss(of: whole.filter { $0.key != id })
            return victim.flatMap { connections.removeValue(forKey: $0) }
        }
        closed?.close()
    }

    /// Closes those that take too long.
    func closeOverdue(at now: ContinuousClock.Instant = .now) {
        let overdue = connections.withLock { connections in
            connections.values.filter { connection in
                switch connection.stage {
                case .waiting: now - connection.since >= Self.longestRequest
                case .writing: now - connection.since >= Self.longestAnswer
                case .handling, .listening, .steering: false
                }
            }
        }
        for connection in overdue { connection.close() }
    }

    /// What is closed for one that has sent nothing yet.
    private func victimOfNew(
        among connections: [ObjectIdentifier: Connection],
        at now: ContinuousClock.Instant
    ) -> ObjectIdentifier? {
        guard connections.count >= places else { return nil }
        let idle = connections.filter { $0.value.stage.yieldsToNew }
        if let old = Self.leastLoss(of: idle.filter { now - $0.value.since >= Self.youth }) { return old }
        return connections.count < places + spare ? nil : Self.leastLoss(of: idle)
    }

    private static func leastLoss(of connections: [ObjectIdentifier: Connection]) -> ObjectIdentifier? {
        connections.min { first, second in
            (first.value.stage.rawValue, first.value.since) < (second.value.stage.rawValue, second.value.since)
        }?.key
    }
}
