import CLoad
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// The mock assistant on its loop: it accepts connections and owns all of them.
///
/// `MockLoop+Reading` reads requests, `MockLoop+Replying` plays the script up to `MockLoop+Ending`, or
/// `MockLoop+Dripping` does; `MockLoop+WholeAnswers` answers the rest, `MockLoop+Writing` sends. `MockLoop+Dialects` is what
/// is different for other APIs than `assistant`.
/// - Isolation: loop; `init` before the loop's thread exists
final class MockLoop {
    /// The most connections that are accepted in one iteration of the loop: the streams that are there go on meanwhile.
    private static let acceptsPerTurn = 64
    /// How long no connection is accepted when the descriptors have run out.
    private static let acceptPauseNs = 100 * Nanoseconds.perMillisecond

    let loop: EventLoop
    let script: ScriptPlan
    /// How another API than `assistant` is spoken; nil for that one.
    let dialect: (any Dialect)?
    /// Whether there is none: what each event asks, since looking at a dialect copies it.
    let isAssistant: Bool
    let ids: ServerIDs
    let closesAfterTurn: MockConfiguration.IdleClose
    /// How long a connection without a request stays open, 0 for ever.
    let keepAliveNs: UInt64
    let tally: MockTally
    let log: TurnLog?

    /// What a socket is read into, for all connections.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    /// The text of huge events, sent again and again.
    let filler = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    /// What is about to be sent, and the event in it; their memory is used again.
    var frame = ByteBuffer()
    var payload = ByteBuffer()
    /// How many turns have begun: the number of the next one, for its random numbers.
    var turnsBegun: UInt64 = 0
    /// How many requests before a first turn were answered.
    var setupsAnswered: UInt64 = 0

    private let connections = StableSlab<Connection>()
    /// The free places of the slab.
    private var free: [Int] = []
    private let listener: Int32
    private let listenerWatcher: UnsafeMutablePointer<ev_io>
    private var acceptPause: LoopTimer?
    private var iterationEnd: LoopPrepare?
    private(set) var waker: LoopWaker?
    private var hasComplained = false
    /// The time at libev's own clock in this iteration of the loop, 0 when it was not needed yet.
    private var loopNowNs: UInt64 = 0

    /// Takes over the loop, the listening socket and the log, and closes them in the end.
    init(
        loop: EventLoop,
        listener: Int32,
        configuration: MockConfiguration,
        tally: MockTally,
        log: TurnLog?
    ) {
        self.loop = loop
        self.listener = listener
        script = ScriptPlan(configuration)
        dialect = configuration.api.dialect
        isAssistant = configuration.api == .assistant
        ids = ServerIDs(seed: configuration.script.seed, processNumber: configuration.processNumber)
        closesAfterTurn = configuration.closesAfterTurn
        keepAliveNs = configuration.keepAlive?.nanosecondsClamped ?? 0
        self.tally = tally
        self.log = log
        filler.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
        listenerWatcher = .allocate(capacity: 1)
        listenerWatcher.initialize(to: ev_io())
        let context = contextPointer(of: self)
        cload_io_init(listenerWatcher, MockCallbacks.listenerReady, listener, Int32(EV_READ), context)
        ev_io_start(loop.raw, listenerWatcher)
        acceptPause = LoopTimer(on: loop) { [unowned self] in didEndAcceptPause() }
        iterationEnd = LoopPrepare(on: loop) { [unowned self] in didEndIteration() }
        waker = LoopWaker(on: loop) { [loop] in loop.stop() }
    }

    /// Serves until the waker stops the loop, then frees everything.
    func run() {
        loop.run()
        close()
    }

    /// Ends all connections and frees everything but the object.
    func close() {
        // First: a client whose turn is cut comes back at once, and would be taken in and cut again.
        ev_io_stop(loop.raw, listenerWatcher)
        listenerWatcher.deallocate()
        acceptPause?.close()
        _ = Glibc.close(listener)
        for index in 0..<connections.count {
            let connection = connections[index]
            if connection.pointee.phase != .closed { end(connection) }
            connection.pointee.destroy()
        }
        connections.destroy()
        if let log { tally.logEnded(linesLost: log.close()) }
        iterationEnd?.close()
        waker?.close()
        frame.destroy()
        payload.destroy()
        scratch.deallocate()
        filler.deallocate()
        loop.close()
    }

    func didEndIteration() {
        loopNowNs = 0
        log?.flush()
    }

    // MARK: Accepting

    func didReceiveConnections() {
        for _ in 0..<Self.acceptsPerTurn {
            let descriptor = accept(listener, nil, nil)
            if descriptor >= 0 {
                open(descriptor)
                continue
            }
            switch errno {
            case EAGAIN: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return pauseAccepting(because: errno)
            // The connection is gone already (accept(2): Linux passes such errors on); the next one may be fine.
            default: continue
            }
        }
    }

    /// The connections stay in the backlog, so that the listener would be ready again at once and for ever.
    private func pauseAccepting(because code: Int32) {
        ev_io_stop(loop.raw, listenerWatcher)
        acceptPause?.arm(atNs: EventLoop.nowNs + Self.acceptPauseNs)
        guard !hasComplained else { return }
        hasComplained = true
        Complaint.write(
            "cannot accept more than \(counted(tally.snapshot.openConnections, "connection")): "
                + "\(SystemError.text(of: code)); raise the limit (ulimit -n), or use fewer users"
        )
    }

    func didEndAcceptPause() {
        ev_io_start(loop.raw, listenerWatcher)
    }

    private func open(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let connection: Connection.Pointer
        if let index = free.popLast() {
            connection = connections[index]
        } else {
            connection = connections.append(Connection(index: connections.count, context: contextPointer(of: self)))
        }
        connection.pointee.descriptor = descriptor
        connection.pointee.phase = .reading
        connection.pointee.keepsAlive = true
        connection.pointee.acceptedNs = EventLoop.nowNs
        connection.pointee.interest = Int32(EV_READ)
        cload_io_init(
            connection.pointee.ready,
            MockCallbacks.connectionReady,
            descriptor,
            Int32(EV_READ),
            UnsafeMutableRawPointer(connection)
        )
        ev_io_start(loop.raw, connection.pointee.ready)
        cload_timer_init(
            connection.pointee.timer,
            MockCallbacks.connectionTimer,
            UnsafeMutableRawPointer(connection)
        )
        tally.connectionBegan()
        closeWhenIdle(connection)
    }

    // MARK: Ending

    /// Closes a connection, and with it the turn on it; its place is free afterwards.
    func end(_ connection: Connection.Pointer) {
        endTurn(connection)
        ev_io_stop(loop.raw, connection.pointee.ready)
        ev_timer_stop(loop.raw, connection.pointee.timer)
        _ = Glibc.close(connection.pointee.descriptor)
        connection.pointee.clear()
        free.append(connection.pointee.index)
        tally.connectionEnded()
    }

    /// Closes a connection with RST: what the client sent meanwhile, and what it has not read, is gone.
    func reset(_ connection: Connection.Pointer) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            connection.pointee.descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &option,
            socklen_t(MemoryLayout<linger>.size)
        )
        end(connection)
    }

    // MARK: Watching

    /// Watches for other events than before.
    func watch(_ connection: Connection.Pointer, for events: Int) {
        let interest = Int32(events)
        guard connection.pointee.interest != interest else { return }
        connection.pointee.interest = interest
        ev_io_stop(loop.raw, connection.pointee.ready)
        cload_io_modify(connection.pointee.ready, interest)
        ev_io_start(loop.raw, connection.pointee.ready)
    }

    /// Arms the connection's timer for its due time.
    func armTimer(_ connection: Connection.Pointer) {
        ev_timer_stop(loop.raw, connection.pointee.timer)
        // A timer counts from ev_now, which is stale after other callbacks: brought up to date once per turn of the
        // loop, its time and ours are known together.
        if loopNowNs == 0 {
            ev_now_update(loop.raw)
            loopNowNs = EventLoop.nowNs
        }
        let dueNs = connection.pointee.dueNs
        cload_timer_set(connection.pointee.timer, dueNs > loopNowNs ? Nanoseconds.seconds(dueNs - loopNowNs) : 0)
        ev_timer_start(loop.raw, connection.pointee.timer)
    }

    /// Arms the timer of a connection that waits for a request, if it is not to wait for ever.
    func closeWhenIdle(_ connection: Connection.Pointer) {
        guard keepAliveNs > 0 else { return }
        connection.pointee.dueNs = EventLoop.nowNs &+ keepAliveNs
        armTimer(connection)
    }

    func disarmTimer(_ connection: Connection.Pointer) {
        ev_timer_stop(loop.raw, connection.pointee.timer)
    }
}

@available(*, unavailable)
extension MockLoop: Sendable {}
