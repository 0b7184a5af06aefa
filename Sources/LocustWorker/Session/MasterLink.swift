/// Whether a master knows this worker, and what to do while it does not: the part of a session that is about the connection.
///
/// A master forgets its workers when it is started anew, and one that it could not hear for a minute. And a connection that
/// began while the master still had another one of the same name stays deaf for ever, which is what a link that was cut
/// leaves behind: then only a new name helps.
struct MasterLink {
    /// What is to be done about it.
    enum Step: Equatable {
        case sayReady
        /// Ask for an echo.
        case beat
        case reopen(asNew: Bool)
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
    /// Whether it was ever known to a master.
    private(set) var wasKnown = false
    /// Whether there is a connection.
    private var isConnected = false
    /// When something came last, or the search began.
    private(set) var heardNs: UInt64
    /// When it says again that it is ready; while it is not known.
    private var readyNs: UInt64
    /// When an echo is due at the latest; nil while none is owed.
    private var echoDueNs: UInt64?
    /// How often it has said over this connection that it is ready, without an answer.
    private var unanswered = 0
    private var triesNewName = false

    init(nowNs: UInt64) {
        heardNs = nowNs
        readyNs = nowNs
    }

    /// When something is due next.
    var nextNs: UInt64 {
        let next = isKnown ? echoDueNs ?? silentNs : readyNs
        return min(next, heardNs + Self.patienceNs)
    }

    private var silentNs: UInt64 { heardNs + Self.silenceNs }

    mutating func heard(nowNs: UInt64) {
        heardNs = nowNs
        echoDueNs = nil
    }

    /// A master knows it.
    mutating func acknowledged(nowNs: UInt64) {
        heard(nowNs: nowNs)
        isKnown = true
        wasKnown = true
        unanswered = 0
        triesNewName = false
    }

    /// It has left the master's list, and says at once that it is ready.
    mutating func leftList(nowNs: UInt64) {
        isKnown = false
        unanswered = 0
        triesNewName = false
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
            if let echoDueNs, nowNs >= echoDueNs {
                self.echoDueNs = nil
                return becomeUnknown(nowNs: nowNs)
            }
            guard nowNs >= silentNs, echoDueNs == nil else { return [] }
            // There may be no connection any more, whatever the system says.
            echoDueNs = nowNs + Self.silenceNs
            isConnected = false
            return [.reopen(asNew: false)]
        }
        guard nowNs >= readyNs else { return [] }
        readyNs = nowNs + Self.joinNs
        // Not known at all, the name is new; and without a connection nobody has heard it.
        guard isConnected, wasKnown, unanswered > 0, !triesNewName else {
            unanswered += 1
            return [.sayReady]
        }
        triesNewName = true
        isConnected = false
        unanswered = 0
        return [.reopen(asNew: true)]
    }

    private mutating func becomeUnknown(nowNs: UInt64) -> [Step] {
        isKnown = false
        triesNewName = false
        unanswered = isConnected ? 1 : 0
        readyNs = nowNs + Self.joinNs
        return isConnected ? [.sayReady] : []
    }
}
