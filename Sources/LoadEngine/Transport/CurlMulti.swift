internal import CLoad

/// One of the multi handles that the transfers are spread over, with its timer on the loop.
///
/// In a single multi every request costs O(handles): it looks through the connections to its host for a free one, and
/// completion looks through all of them.
/// - Isolation: loop
final class CurlMulti {
    /// How many users share a multi.
    ///
    /// Measured at 5,000 users, a turn each 500 ms: 100 costs a tenth less than 250, and 64 no less than 100. Each multi
    /// takes 29 KB and two descriptors.
    static let usersPerMulti = 100

    private let handle: OpaquePointer
    /// Whether it has been told the target's addresses.
    var knowsAddresses = false
    private let sockets: SocketTable
    private let timer: LoopTimer
    /// When libcurl wants to be called, as it said last.
    private var wantedNs = Nanoseconds.never
    /// Called for each transfer that has ended by itself, after libcurl has returned.
    private let transport: UnsafeMutableRawPointer

    /// Makes an empty multi.
    ///
    /// - Parameters:
    ///   - loop: The loop it lives on.
    ///   - sockets: The watchers shared by all multis of the loop.
    ///   - policy: How many connections users have.
    ///   - transport: The context of the owning `CurlTransport`, which outlives the multi.
    /// - Throws: `EngineError` when libcurl cannot make one.
    init(
        on loop: EventLoop,
        sockets: SocketTable,
        policy: ConnectionPolicy,
        transport: UnsafeMutableRawPointer
    ) throws(EngineError) {
        guard let handle = curl_multi_init() else {
            throw EngineError(operation: "create a libcurl multi handle", reason: "out of memory or descriptors")
        }
        self.handle = handle
        self.sockets = sockets
        self.transport = transport
        timer = LoopTimer(on: loop)
        let context = contextPointer(of: self)
        timer.setCallback(CurlCallbacks.timeout, context: context)
        cload_multi_set_socket_callback(handle, CurlCallbacks.socket)
        cload_multi_set_pointer(handle, CURLMOPT_SOCKETDATA, context)
        cload_multi_set_timer_callback(handle, CurlCallbacks.timer)
        cload_multi_set_pointer(handle, CURLMOPT_TIMERDATA, context)
        // The default shrinks with the number of handles added at the moment, and closes warm connections.
        cload_multi_set_long(handle, CURLMOPT_MAXCONNECTS, policy.connections(users: Self.usersPerMulti))
    }

    /// Adds a transfer and lets libcurl begin with it at once; it may even end.
    ///
    /// Left to itself libcurl would ask for a timer that is due at once: one more iteration of the loop for every turn of a
    /// user. Never from within one of libcurl's callbacks.
    func start(_ easy: OpaquePointer) -> CURLMcode {
        let code = curl_multi_add_handle(handle, easy)
        if code == CURLM_OK { actOnTimeout() }
        return code
    }

    /// Takes a transfer out; if it has not ended, its connection is closed.
    ///
    /// Never from within one of libcurl's callbacks.
    func remove(_ easy: OpaquePointer) {
        curl_multi_remove_handle(handle, easy)
        timer.arm(atNs: wantedNs)
    }

    /// Lets a transfer that has paused go on: libcurl delivers what it keeps, and then reads.
    ///
    /// Never from within one of libcurl's callbacks. It calls that of the body before it returns, which may pause again.
    /// - Returns: False when libcurl has no memory.
    func readOn(_ easy: OpaquePointer) -> Bool {
        let code = curl_easy_pause(easy, CURLPAUSE_CONT)
        // Not in the next iteration, as libcurl asks for: what it keeps may be all that it has, and the connection has more.
        actOnTimeout()
        return code == CURLE_OK
    }

    /// Lets libcurl look at all transfers, for one of those that wait for an address to answer.
    ///
    /// Never from within one of libcurl's callbacks.
    func actOnAll() {
        _ = cload_multi_act_on_all(handle)
        reap()
        timer.arm(atNs: wantedNs)
    }

    /// Closes all connections and frees the multi, which must have no transfer any more.
    func close() {
        // libcurl may call the socket callback here: the watchers and the loop must still be there.
        curl_multi_cleanup(handle)
        timer.close()
    }

    // MARK: From the callbacks

    func didAskToWatch(_ fd: Int32, what: Int32) {
        if what == CURL_POLL_REMOVE {
            sockets.release(fd)
        } else {
            sockets.watch(fd, what: what, context: contextPointer(of: self))
        }
    }

    /// Notes the time only: most of these wishes are taken back before libcurl returns.
    func didAskForTimer(afterMs: Int) {
        guard afterMs >= 0 else {
            wantedNs = Nanoseconds.never
            return
        }
        // One more than asked, unless at once: libcurl rounds down, would find nothing due yet, and ask again.
        let delayMs = afterMs > 0 ? UInt64(afterMs) + 1 : 0
        wantedNs = EventLoop.nowNs + delayMs * Nanoseconds.perMillisecond
    }

    func socketReady(_ fd: Int32, events: Int32) {
        var what: Int32 = 0
        if events & Int32(EV_READ) != 0 { what |= CURL_CSELECT_IN }
        if events & Int32(EV_WRITE) != 0 { what |= CURL_CSELECT_OUT }
        act(fd, what)
    }

    func timerFired() {
        actOnTimeout()
        guard wantedNs == Nanoseconds.never else { return }
        // Should the timer have been early by its rounding, libcurl takes its wish for known, and does not repeat it.
        var leftMs = -1
        curl_multi_timeout(handle, &leftMs)
        didAskForTimer(afterMs: leftMs)
        timer.arm(atNs: wantedNs)
    }

    /// Lets libcurl do what is due, by which its last wish is fulfilled; it does not always take it back itself.
    private func actOnTimeout() {
        wantedNs = Nanoseconds.never
        act(CURL_SOCKET_TIMEOUT, 0)
    }

    private func act(_ fd: Int32, _ what: Int32) {
        // Not a property: libcurl calls back into this object while it holds the address.
        var running: Int32 = 0
        curl_multi_socket_action(handle, fd, what, &running)
        reap()
        timer.arm(atNs: wantedNs)
    }

    /// Takes out every transfer that has ended.
    ///
    /// Always, not only when some still run: the last one ends too.
    private func reap() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message dies with the removal.
            let code = cload_message_result(message)
            curl_multi_remove_handle(handle, easy)
            guard let transfer = cload_easy_get_private(easy) else { continue }
            withContext(transport, as: CurlTransport.self) {
                $0.didEnd(transfer.assumingMemoryBound(to: CurlTransfer.self), code: code)
            }
        }
    }
}
