internal import CLoad
import Synchronization

/// Wakes a loop from another thread.
/// - Isolation: `init` and `close` on the loop's thread, `wake` on any
package final class LoopWaker: Sendable {
    // Safety: the members are used on the loop's thread, and by ev_async_send, which libev allows on any; both only
    // under the lock.
    private struct Watcher: @unchecked Sendable {
        let loop: OpaquePointer
        let address: UnsafeMutablePointer<ev_async>
        let action: LoopAction
    }

    /// Nil once closed: a waker may be held longer than its loop lives.
    private let watcher: Mutex<Watcher?>

    /// Makes and starts the waker.
    ///
    /// - Parameters:
    ///   - loop: The loop to wake.
    ///   - action: Called on the loop.
    package init(on loop: EventLoop, action: @escaping () -> Void) {
        let address = UnsafeMutablePointer<ev_async>.allocate(capacity: 1)
        address.initialize(to: ev_async())
        let action = LoopAction(action)
        cload_async_init(address, LoopCallbacks.wake, contextPointer(of: action))
        ev_async_start(loop.raw, address)
        watcher = Mutex(Watcher(loop: loop.raw, address: address, action: action))
    }

    /// Makes the loop call the action soon; several calls before that are one.
    ///
    /// Does nothing once closed.
    package func wake() {
        watcher.withLock { watcher in
            guard let watcher else { return }
            ev_async_send(watcher.loop, watcher.address)
        }
    }

    /// Stops the waker.
    package func close() {
        watcher.withLock { watcher in
            guard let open = watcher else { return }
            ev_async_stop(open.loop, open.address)
            open.address.deallocate()
            watcher = nil
        }
    }
}
