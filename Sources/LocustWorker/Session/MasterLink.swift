import LoadEngine

/// Whether a master knows this worker, and what to do while it does not: the part of a session that is about the connection.
///
/// A master forgets its workers when it is started anew, and one that it could not hear for a minute. And a connection that
/// began while the master still had another one of the same name stays deaf for ever, which is what a link that was cut
/// leaves behind. A new name helps against all of that.
struct MasterLink {
    /// What is to be done about it.
    enum Step: Equatable {
        case sayReady
        /// Ask for an echo.
        case beat
        /// Open another connection, under a new name.
        case takeNewName
        case giveUp(Duration)
    }

    /// How often a worker says that it is ready until it is known.
    static let joinNs = 5 * Nanoseconds.perSecond
    /// How long a master may take for an echo after a connection was lost and found again.
    static let echoNs = 3 * Nanoseconds.perSecond
    /// How long nothing may come over a connection that seems to be there.
    static let silenceNs = 15 * Nanoseconds.perSecond
    /// How long a worker looks for a master, as Locust's own do.
    static let patienceNs = 305 * Nanoseconds.perSecond

    /// Whether it is known, as far as can be told.
    private(set) var isKnown = false
    /// When something came last, or the search began.
    private(set) var heardNs: UInt64
    private var isConnected = false
    /// When it says again that it is ready; while it is not known.
    private var readyNs: UInt64
    /// When an echo is due at the latest; nil while none is owed.
    private var echoDueNs: UInt64?
    /// How often it has said over this connection, under a name that a master had known, that it is ready.
    private var unanswered = 0
    /// Whether the name was never known to a master: it cannot be in another connection's way.
    private var isNameNew = true

    init(nowNs: UInt64) {
        heardNs = nowNs
        readyNs = nowNs
    }

    /// Whether what is sent now is heard, as far as can be told: a connection that is deaf takes everything.
    var isHeard: Bool { isKnown && isConnected && echoDueNs == nil }

    /// When something is due next.
    var nextNs: UInt64 {
        min(isKnown ? echoDueNs ?? (heardNs + Self.silenceNs) : readyNs, heardNs + Self.patienceNs)
    }

    mutating func heard(nowNs: UInt64) {
        heardNs = nowNs
        echoDueNs = nil
    }

    /// A master knows it.
    mutating func acknowledged(nowNs: UInt64) {
        heard(nowNs: nowNs)
        isKnown = true
        isNameNew = false
        unanswered = 0
    }

    /// It has left the master's list, and says at once that it is ready.
    mutating func leftList(nowNs: UInt64) {
        isKnown = false
        unanswered = 1
        readyNs = nowNs + Self.joinNs
    }

    mutating func connected(nowNs: UInt64) -> [Step] {
        isConnected = true
        guard isKnown else {
            readyNs = nowNs + Self.joinNs
            unanswered = 1
            return [.sayReady]
        }
        // It may still be known: who says then that he is ready gets his share of users twice.
        echoDueNs = nowNs + Self.echoNs
        return [.beat]
    }

    mutating func disconnected() {
        isConnected = false
        unanswered = 0
    }

    mutating func expire(nowNs: UInt64) -> [Step] {
        if nowNs >= heardNs + Self.patienceNs { return [.giveUp(.nanoseconds(Int64(Self.patienceNs)))] }
        if isKnown {
            guard nowNs >= echoDueNs ?? (heardNs + Self.silenceNs) else { return [] }
            return takeNewName(nowNs: nowNs)
        }
        guard nowNs >= readyNs else { return [] }
        // Twice under a name that was known, over a connection that is there.
        if isConnected, !isNameNew, unanswered > 1 { return takeNewName(nowNs: nowNs) }
        readyNs = nowNs + Self.joinNs
        unanswered += isConnected ? 1 : 0
        return [.sayReady]
    }

    private mutating func takeNewName(nowNs: UInt64) -> [Step] {
        isKnown = false
        isConnected = false
        isNameNew = true
        echoDueNs = nil
        unanswered = 0
        readyNs = nowNs + Self.joinNs
        return [.takeNewName]
    }
}
