internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// A libev loop, confined to the thread that runs it.
///
/// It only wraps what more than one client needs; sockets are watched by the clients' own watchers on `raw`.
/// - Isolation: loop, except where said otherwise
package final class EventLoop {
    /// libev's loop, for the clients' own watchers.
    package let raw: OpaquePointer

    /// Makes a loop on epoll.
    ///
    /// - Throws: `EngineError` when the system has no epoll or no descriptor for it.
    package init() throws(EngineError) {
        // NOENV: the environment must not be able to switch the backend. Collect intervals stay 0: they would delay
        // every reading.
        guard let loop = ev_loop_new(UInt32(EVBACKEND_EPOLL | EVFLAG_NOENV)) else {
            throw EngineError(operation: "create the event loop", reason: SystemError.text(of: errno))
        }
        raw = loop
    }

    /// The monotonic clock, in nanoseconds.
    ///
    /// Never libev's own: that stands still during an iteration of the loop.
    package static var nowNs: UInt64 { cload_monotonic_ns() }

    /// Runs until `stop` is called or nothing is watched any more.
    package func run() {
        ev_run(raw, 0)
    }

    /// Makes `run` return after the present iteration of the loop.
    package func stop() {
        ev_break(raw, Int32(EVBREAK_ALL))
    }

    /// Frees the loop; all watchers must have been stopped.
    package func close() {
        ev_loop_destroy(raw)
    }
}

@available(*, unavailable)
extension EventLoop: Sendable {}
