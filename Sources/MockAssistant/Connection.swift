import CLoad
import LoadEngine

/// One connection of a client, in a slab: its place stays the same, and is used again after the connection's end.
/// - Isolation: loop
struct Connection {
    typealias Pointer = UnsafeMutablePointer<Connection>

    /// What the connection waits for.
    enum Phase: UInt8 {
        /// The place is free.
        case closed
        /// A request, or the rest of one. The timer may be armed to close the idle connection.
        case reading
        /// The time for late headers.
        case headersDue
        /// The time for the next event.
        case streaming
        /// The time for the end of the body, after the end marker.
        case terminatorDue
        /// The time for the next bytes of an answer that comes byte by byte.
        case dripping
        /// The time for the reset.
        case resetDue
        /// The time for the next sign of life, of which there is no end; what the client sends is thrown away.
        case beating
        /// The client's close: nothing more is sent.
        case silent
        /// The client's reading of the last bytes of an answer.
        case draining
        /// The client's close after ours; what it still sends is thrown away.
        case lingering
    }

    let ready: UnsafeMutablePointer<ev_io>
    let timer: UnsafeMutablePointer<ev_timer>
    /// The place in the slab.
    let index: Int
    /// The `MockLoop`, for the callbacks.
    let context: UnsafeMutableRawPointer

    // MARK: The connection

    var descriptor: Int32 = -1
    var phase = Phase.closed
    /// The events the descriptor is watched for.
    var interest: Int32 = 0
    /// What has come and belongs to no answered request yet.
    var input = ByteBuffer()
    /// How many bytes of input make up the next request, 0 while its head has not come.
    var inputNeeded = 0
    /// What the client has not taken yet.
    var output = ByteBuffer()
    /// How much of a huge event's text is to be sent after `output`.
    var fillerLeft = 0
    var acceptedNs: UInt64 = 0
    /// Whether the connection stays open after the present answer.
    var keepsAlive = true
    /// Whether the present answer is in chunks; HTTP/1.0 has none.
    var isChunked = true

    // MARK: The turn

    var isInTurn = false
    var fault: Fault?
    var hasSentHeaders = false
    /// Whether the end marker was handed to the kernel, or is in `output`.
    var hasSentMarker = false
    var eventsSent = 0
    /// The events after which the answer ends.
    var eventsPlanned = 0
    /// The number of the event at which the fault happens, 0 when there is none: an event is spoilt, or follows no more.
    var halfWay = 0
    /// After how many events a fault ends the course of the stream, -1 for none.
    var endsAfter = -1
    /// How many pieces of reasoning come before the next event.
    var reasoningLeft = 0
    /// When the next event would be due without jitter.
    var gridNs: UInt64 = 0
    /// When the next step is due.
    var dueNs: UInt64 = 0
    var requestNs: UInt64 = 0
    var firstEventNs: UInt64 = 0
    var random = SeededRandom(seed: 0)
    /// How many bytes are sent at a time when the answer comes byte by byte.
    var bytesPerTick = 0
    /// The request's path, kept for the log; the session is its end.
    var path = ByteBuffer()
    var sessionStart = 0
    /// The turn of another API than `assistant`; nil before the first one.
    var turn: UnsafeMutablePointer<DialectTurn>?
    /// When its events were sent, empty unless the log wants to know.
    var sendTimes = SendTimes()

    init(index: Int, context: UnsafeMutableRawPointer) {
        self.index = index
        self.context = context
        ready = .allocate(capacity: 1)
        ready.initialize(to: ev_io())
        timer = .allocate(capacity: 1)
        timer.initialize(to: ev_timer())
    }

    /// Forgets the connection and the turn, keeps the place's watchers.
    mutating func clear() {
        input.destroy()
        output.destroy()
        path.destroy()
        sendTimes.destroy()
        if let turn {
            turn.pointee.destroy()
            turn.deallocate()
        }
        turn = nil
        descriptor = -1
        phase = .closed
        interest = 0
        inputNeeded = 0
        fillerLeft = 0
    }

    /// Gives the place's memory back; the watchers must have been stopped.
    mutating func destroy() {
        clear()
        ready.deallocate()
        timer.deallocate()
    }
}
