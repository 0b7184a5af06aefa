import Dispatch

/// The loop's end of the event log: takes what is known of each turn that has ended, and never waits.
///
/// Nothing is allocated for a turn or an event: turns go through a ring of fixed size to the thread that writes them, the
/// times of content events along with them. A turn that finds the ring full is counted, and forgotten.
/// - Isolation: loop
final class EventLog {
    /// For seconds of turns as fast as one loop can play them: 8 MB.
    static let capacity = 1 << 15

    private let ring: RecordRing<TurnLine>
    private let stamps: EventStamps?
    private let sessions: SessionStore?
    private let writer: EventLogWriter
    /// Turns that were handed over, and turns for which there was no room.
    private var takenCount: UInt64 = 0
    private var droppedCount: UInt64 = 0
    private var cutCount: UInt64 = 0

    /// Starts to write.
    ///
    /// - Parameters:
    ///   - file: What is written; it is closed in the end.
    ///   - stamps: Where the times of content events are kept; nil for lines without them.
    ///   - facts: The run.
    ///   - sessions: What is told of turns besides their text; nil for a run whose API tells nothing.
    ///   - finishReasons: Why answers end.
    ///   - capacity: How many turns may wait to be written.
    /// - Throws: `EngineError` when the system gives no thread.
    init(
        to file: EventLogFile,
        stamps: EventStamps?,
        facts: RunFacts,
        sessions: SessionStore? = nil,
        finishReasons: FinishReasonList = FinishReasonList(),
        capacity: Int = capacity
    ) throws(EngineError) {
        ring = RecordRing(capacity: capacity)
        self.stamps = stamps
        self.sessions = sessions
        writer = try EventLogWriter(ring, stamps: stamps, facts: facts, finishReasons: finishReasons, file: file)
    }

    /// Takes a turn whose transfer is over.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - slot: Its slot; the times of its content events are taken over.
    ///   - nowNs: When the transfer was over.
    func turnEnded(user: Int, _ slot: UnsafePointer<UserSlot>, nowNs: UInt64) {
        reclaim()
        var line = TurnLine(slot.pointee, endedNs: nowNs)
        if let sessions { (line.usage, line.answerNs) = sessions.turn(ofUser: user) }
        guard ring.push(line) else {
            droppedCount += 1
            stamps?.release(slot.pointee.stamps)
            return
        }
        takenCount += 1
        if slot.pointee.stamps.isCut { cutCount += 1 }
    }

    /// Takes back what written turns have used; to be called now and then, should no turn end.
    func reclaim() {
        ring.reclaim { turn in stamps?.release(turn.stamps) }
    }

    /// What has become of the turns so far.
    var usage: EventLogUsage {
        // Turns that are on their way are not lost, unless there is no way any more.
        let lostCount = writer.error == nil ? 0 : takenCount - writer.writtenLines
        return EventLogUsage(
            lines: writer.writtenLines,
            dropped: droppedCount + lostCount,
            cut: cutCount,
            error: writer.error
        )
    }

    /// Waits until everything is written, as far as the file takes it; no turn may be given afterwards.
    ///
    /// - Parameter patience: How long the file may take nothing.
    func finish(patience: DispatchTimeInterval = .seconds(5)) { writer.finish(patience: patience) }
}

extension TurnLine {
    fileprivate init(_ slot: UserSlot, endedNs: UInt64) {
        self.init()
        invocation = slot.invocation
        session = slot.session
        conversation = slot.conversation
        turn = slot.turn
        outcome = slot.outcome
        hasFirstToken = slot.hasFirstToken
        hasConnected = slot.hasConnected
        hasDrained = slot.hasDrained
        rejectedStatus = slot.rejectedStatus
        intendedNs = slot.intendedNs
        sentNs = slot.sentNs
        requestedNs = slot.connectedNs
        firstByteNs = slot.firstByteNs
        firstTokenNs = slot.firstTokenNs
        lastContentNs = slot.lastContentNs
        decidedNs = slot.decidedNs
        self.endedNs = endedNs
        connectNs = slot.connectNs
        tlsNs = slot.tlsNs
        maxGapNs = slot.maxGapNs
        stallNs = slot.stallNs
        stalls = UInt64(slot.stalls)
        events = slot.events
        bytes = slot.bytes
        stamps = slot.stamps
    }
}

@available(*, unavailable)
extension EventLog: Sendable {}
