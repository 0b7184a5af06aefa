internal import CZmq

/// The connection to a master: a socket of libzmq, which connects by itself, and again when it was lost.
///
/// What cannot be sent is not kept: whoever sends knows whether it was, and old heartbeats are worth nothing.
/// - Isolation: the thread that has made it
package final class MasterChannel {
    /// What has become of the connection.
    package enum Change: Equatable {
        /// Both sides have greeted each other.
        case connected
        case disconnected
    }

    /// No message of a master is longer; a peer that sends one is no master, and is cut off.
    package static let mostBytes = 16 << 20
    /// How many messages may wait for a connection that is slow.
    private static let mostWaiting: Int32 = 1_000
    /// How long what was sent last may take to leave, in milliseconds.
    private static let lingerMs: Int32 = 1_000
    /// How often a connection is asked whether it is there, and how long the answer may take.
    private static let heartbeatMs: Int32 = 5_000
    private static let heartbeatTimeoutMs: Int32 = 15_000

    private let endpoint: String
    private let context: UnsafeMutableRawPointer
    private var socket: UnsafeMutableRawPointer?
    /// Tells what becomes of the connection.
    private var monitor: UnsafeMutableRawPointer?
    private var opened = 0
    private var hasEnded = false

    /// Prepares a channel that is not open.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The master's port.
    /// - Throws: `EngineError` when the system refuses what libzmq needs.
    package init(host: String, port: UInt16) throws(EngineError) {
        endpoint = "tcp://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host):\(port)"
        guard let context = zmq_ctx_new() else { throw Self.failure("start libzmq") }
        self.context = context
    }

    deinit {
        close()
        if !hasEnded { zmq_ctx_term(context) }
    }

    /// Closes the connection for good, and waits until what was sent last has left: a process that ends before would take it
    /// along.
    package func end() {
        close()
        guard !hasEnded else { return }
        hasEnded = true
        zmq_ctx_term(context)
    }

    /// Opens a new connection instead of the one that there may be.
    ///
    /// - Parameter node: The name by which the master is to know it; two connections of the same name cannot be at the same
    ///   time, and the later one stays deaf.
    /// - Throws: `EngineError` when it cannot even be tried, as with an address that is none.
    package func open(as node: String) throws(EngineError) {
        close()
        guard let socket = zmq_socket(context, ZMQ_DEALER) else { throw Self.failure("open a socket") }
        self.socket = socket
        let name = Array(node.utf8)
        guard zmq_setsockopt(socket, ZMQ_ROUTING_ID, name, name.count) == 0 else {
            throw Self.failure("give a connection the name \(node)")
        }
        for (option, value) in [
            (ZMQ_TCP_KEEPALIVE, 1), (ZMQ_TCP_KEEPALIVE_IDLE, 30), (ZMQ_IPV6, 1), (ZMQ_LINGER, Self.lingerMs),
            (ZMQ_SNDHWM, Self.mostWaiting), (ZMQ_RCVHWM, Self.mostWaiting),
            // Nothing waits for a connection that is not there.
            (ZMQ_IMMEDIATE, 1), (ZMQ_RECONNECT_IVL, 100), (ZMQ_RECONNECT_IVL_MAX, 2_000),
            // A link that is cut says nothing by itself.
            (ZMQ_HEARTBEAT_IVL, Self.heartbeatMs), (ZMQ_HEARTBEAT_TIMEOUT, Self.heartbeatTimeoutMs),
        ] as [(Int32, Int32)] {
            var value = value
            zmq_setsockopt(socket, option, &value, MemoryLayout<Int32>.size)
        }
        var mostBytes = Int64(Self.mostBytes)
        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &mostBytes, MemoryLayout<Int64>.size)
        try watch(socket)
        guard zmq_connect(socket, endpoint) == 0 else { throw Self.failure("connect to \(endpoint)") }
    }

    private func watch(_ socket: UnsafeMutableRawPointer) throws(EngineError) {
        opened += 1
        let place = "inproc://monitor-\(opened)"
        guard zmq_socket_monitor(socket, place, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED) == 0,
            let monitor = zmq_socket(context, ZMQ_PAIR)
        else { throw Self.failure("watch a connection") }
        self.monitor = monitor
        var linger: Int32 = 0
        zmq_setsockopt(monitor, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        guard zmq_connect(monitor, place) == 0 else { throw Self.failure("watch a connection") }
    }

    /// Closes the connection; what was sent last still leaves, if it can.
    package func close() {
        if let socket {
            if monitor != nil { zmq_socket_monitor(socket, nil, 0) }
            zmq_close(socket)
        }
        if let monitor { zmq_close(monitor) }
        socket = nil
        monitor = nil
    }

    /// Sends a message.
    ///
    /// - Returns: Whether it is on its way; false while there is no connection, or too much waits for it.
    package func send(_ bytes: [UInt8]) -> Bool {
        guard let socket else { return false }
        return zmq_send(socket, bytes, bytes.count, ZMQ_DONTWAIT) >= 0
    }

    /// Takes the next message that has come; nil when there is none.
    package func receive() -> [UInt8]? {
        guard let socket else { return nil }
        return Self.frames(of: socket)?.first
    }

    /// Takes the next change of the connection; nil when there is none.
    package func nextChange() -> Change? {
        while let monitor, let frames = Self.frames(of: monitor) {
            // The number of the event, in the byte order of this machine, and what goes with it.
            guard let head = frames.first, head.count >= 2 else { continue }
            switch Int32(UInt16(head[0]) | UInt16(head[1]) << 8) {
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .connected
            case ZMQ_EVENT_DISCONNECTED: return .disconnected
            default: continue
            }
        }
        return nil
    }

    /// All frames of the next message of a socket; masters send one, and what has more is no message of theirs.
    private static func frames(of socket: UnsafeMutableRawPointer) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var message = zmq_msg_t()
        while true {
            zmq_msg_init(&message)
            defer { zmq_msg_close(&message) }
            guard zmq_msg_recv(&message, socket, ZMQ_DONTWAIT) >= 0 else { return nil }
            frames.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
            if zmq_msg_more(&message) == 0 { return frames }
        }
    }

    /// Waits until something has come, or somebody wakes it.
    ///
    /// - Parameters:
    ///   - milliseconds: At most.
    ///   - signal: What wakes it.
    package func wait(milliseconds: Int, orFor signal: WakeSignal) {
        var items = [zmq_pollitem_t(socket: nil, fd: signal.descriptor, events: Int16(ZMQ_POLLIN), revents: 0)]
        for socket in [socket, monitor] {
            guard let socket else { continue }
            items.append(zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        }
        zmq_poll(&items, Int32(items.count), milliseconds)
        if items[0].revents != 0 { signal.clear() }
    }

    private static func failure(_ operation: String) -> EngineError {
        EngineError(operation: operation, reason: String(cString: zmq_strerror(zmq_errno())))
    }
}

@available(*, unavailable)
extension MasterChannel: Sendable {}
