internal import CLoad

/// The functions that libcurl and libev call: each recovers its context, calls one method, and returns a code.
enum CurlCallbacks {
    static let body: curl_write_callback = { bytes, _, count, context in
        let transfer = transfer(context)
        withContext(transfer.pointee.transport, as: CurlTransport.self) {
            $0.didReceiveBody(UnsafeRawBufferPointer(start: bytes, count: count), of: transfer)
        }
        return count
    }

    /// Where users may read only a part of what has come.
    static let partOfBody: curl_write_callback = { bytes, _, count, context in
        let transfer = transfer(context)
        let isTaken = withContext(transfer.pointee.transport, as: CurlTransport.self) {
            $0.didReceivePartly(UnsafeRawBufferPointer(start: bytes, count: count), of: transfer)
        }
        return isTaken ? count : Int(CURL_WRITEFUNC_PAUSE)
    }

    static let header: curl_write_callback = { bytes, _, count, context in
        let transfer = transfer(context)
        let goesOn = withContext(transfer.pointee.transport, as: CurlTransport.self) {
            $0.didReceiveHeader(UnsafeRawBufferPointer(start: bytes, count: count), of: transfer)
        }
        // Anything but the count ends the transfer; a line is never empty.
        return goesOn ? count : 0
    }

    static let prerequest: curl_prereq_callback = { context, address, _, _, localPort in
        let transfer = transfer(context)
        let isAllowed = withContext(transfer.pointee.transport, as: CurlTransport.self) {
            $0.willSend(transfer, to: address, localPort: localPort)
        }
        return isAllowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }

    static let openSocket: curl_opensocket_callback = { context, _, address in
        guard let address else { return CURL_SOCKET_BAD }
        let transfer = transfer(context)
        return withContext(transfer.pointee.transport, as: CurlTransport.self) {
            $0.openSocket(for: transfer, at: address)
        }
    }

    static let closeSocket: curl_closesocket_callback = { context, descriptor in
        withContext(context, as: CurlTransport.self) { $0.closeSocket(descriptor) }
        return 0
    }

    // 0 always: -1 from either of these two makes libcurl fail every transfer of the multi.
    static let socket: curl_socket_callback = { _, fd, what, context, _ in
        withContext(context, as: CurlMulti.self) { $0.didAskToWatch(fd, what: what) }
        return 0
    }

    static let timer: curl_multi_timer_callback = { _, timeoutMs, context in
        withContext(context, as: CurlMulti.self) { $0.didAskForTimer(afterMs: timeoutMs) }
        return 0
    }

    static let ready: cload_io_callback = { _, watcher, events in
        guard let watcher else { return }
        withContext(watcher.pointee.data, as: CurlMulti.self) { $0.socketReady(watcher.pointee.fd, events: events) }
    }

    static let timeout: cload_timer_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: CurlMulti.self) { $0.timerFired() }
    }

    @inline(__always)
    private static func transfer(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<CurlTransfer> {
        // Safety: every easy handle is given its transfer's address, which stays the same as long as the transport.
        context.unsafelyUnwrapped.assumingMemoryBound(to: CurlTransfer.self)
    }
}
