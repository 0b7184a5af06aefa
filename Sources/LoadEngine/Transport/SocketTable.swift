internal import CLoad

/// The watchers of libcurl's sockets, one for each descriptor, at addresses that never change.
/// - Isolation: loop
final class SocketTable {
    private let loop: EventLoop
    private var watchers = StableSlab<ev_io>()

    init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Watches a descriptor for what libcurl asks, in place of what it asked before.
    ///
    /// - Parameters:
    ///   - fd: The descriptor.
    ///   - what: CURL_POLL_IN, CURL_POLL_OUT or both; anything else stops watching.
    ///   - context: The context for `CurlCallbacks.ready`.
    func watch(_ fd: Int32, what: Int32, context: UnsafeMutableRawPointer) {
        var events: Int32 = 0
        if what & CURL_POLL_IN != 0 { events |= Int32(EV_READ) }
        if what & CURL_POLL_OUT != 0 { events |= Int32(EV_WRITE) }
        guard events != 0 else { return stop(fd) }
        let watcher = watcher(of: fd)
        if cload_io_is_active(watcher) != 0 {
            if watcher.pointee.events & Int32(EV_READ | EV_WRITE) == events, watcher.pointee.data == context { return }
            ev_io_stop(loop.raw, watcher)
            watcher.pointee.data = context
            cload_io_modify(watcher, events)
        } else {
            // A descriptor that was not watched may be a new one of the same number: libev must be told.
            cload_io_init(watcher, CurlCallbacks.ready, fd, events, context)
        }
        ev_io_start(loop.raw, watcher)
    }

    /// Stops watching a descriptor.
    ///
    /// A watcher on a closed descriptor would make libev abort the program.
    func stop(_ fd: Int32) {
        guard Int(fd) < watchers.count else { return }
        ev_io_stop(loop.raw, watchers[Int(fd)])
    }

    /// Frees all watchers; no socket may be watched any more.
    func close() {
        for fd in 0..<watchers.count { ev_io_stop(loop.raw, watchers[fd]) }
        watchers.destroy()
    }

    private func watcher(of fd: Int32) -> UnsafeMutablePointer<ev_io> {
        while watchers.count <= Int(fd) { _ = watchers.append(ev_io()) }
        return watchers[Int(fd)]
    }
}
