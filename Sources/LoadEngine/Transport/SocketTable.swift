internal import CLoad

/// The watchers of libcurl's sockets, one for each descriptor, at addresses that never change.
///
/// libcurl stops watching a connection at the end of each turn and watches it again with the next, which mostly comes
/// within the same iteration of the loop. So a watcher is stopped only when the loop is about to wait: two system calls less
/// for every turn of a user.
/// - Isolation: loop
final class SocketTable {
    private let loop: EventLoop
    private let watchers = StableSlab<Watcher>()
    /// Descriptors that libcurl has stopped watching and whose watchers still run.
    private var released: [Int32] = []

    private struct Watcher {
        var io = ev_io()
        /// Whether libcurl has stopped watching since the loop waited.
        var isReleased = false
    }

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
        guard events != 0 else { return release(fd) }
        let watcher = watcher(of: fd)
        watcher.pointee.isReleased = false
        let io = io(of: watcher)
        if cload_io_is_active(io) != 0 {
            io.pointee.data = context
            guard io.pointee.events & Int32(EV_READ | EV_WRITE) != events else { return }
            ev_io_stop(loop.raw, io)
            cload_io_modify(io, events)
        } else {
            // A descriptor that was not watched may be a new one of the same number: libev must be told.
            cload_io_init(io, CurlCallbacks.ready, fd, events, context)
        }
        ev_io_start(loop.raw, io)
    }

    /// Stops watching a descriptor before the loop waits again, unless it is watched anew by then.
    func release(_ fd: Int32) {
        guard Int(fd) < watchers.count else { return }
        let watcher = watchers[Int(fd)]
        guard cload_io_is_active(io(of: watcher)) != 0, !watcher.pointee.isReleased else { return }
        watcher.pointee.isReleased = true
        released.append(fd)
    }

    /// A new socket has this descriptor: whatever watched an old one of the same number is gone with it.
    func didOpen(_ fd: Int32) {
        guard Int(fd) < watchers.count else { return }
        ev_io_stop(loop.raw, io(of: watchers[Int(fd)]))
    }

    /// Stops the released watchers; to be called before the loop waits.
    ///
    /// A watcher on a closed descriptor would make libev abort the program.
    func settle() {
        for fd in released {
            let watcher = watchers[Int(fd)]
            guard watcher.pointee.isReleased else { continue }
            watcher.pointee.isReleased = false
            ev_io_stop(loop.raw, io(of: watcher))
        }
        released.removeAll(keepingCapacity: true)
    }

    /// Frees all watchers; no socket may be watched any more.
    func close() {
        for fd in 0..<watchers.count { ev_io_stop(loop.raw, io(of: watchers[fd])) }
        watchers.destroy()
    }

    private func watcher(of fd: Int32) -> UnsafeMutablePointer<Watcher> {
        while watchers.count <= Int(fd) { _ = watchers.append(Watcher()) }
        return watchers[Int(fd)]
    }

    private func io(of watcher: UnsafeMutablePointer<Watcher>) -> UnsafeMutablePointer<ev_io> {
        // Safety: the first member lies where its struct does.
        UnsafeMutableRawPointer(watcher).assumingMemoryBound(to: ev_io.self)
    }
}
