internal import CLoad

/// A hook that the loop calls once nothing else is there to do: every socket has been read, and no timer is due.
///
/// While it is started the loop never waits.
/// - Isolation: loop
package final class LoopIdle {
    private let loop: EventLoop
    private let watcher: UnsafeMutablePointer<ev_idle>
    private var action: LoopAction?

    /// Makes a hook that is not started.
    ///
    /// - Parameters:
    ///   - loop: The loop it belongs to.
    ///   - action: Called on the loop in each iteration that has nothing else to do, until `stop`.
    package init(on loop: EventLoop, action: @escaping () -> Void) {
        self.loop = loop
        let action = LoopAction(action)
        self.action = action
        watcher = .allocate(capacity: 1)
        watcher.initialize(to: ev_idle())
        cload_idle_init(watcher, LoopCallbacks.idle, contextPointer(of: action))
    }

    /// Begins to call; does nothing when it has begun.
    package func start() { ev_idle_start(loop.raw, watcher) }

    /// Calls no more.
    package func stop() { ev_idle_stop(loop.raw, watcher) }

    /// Stops the hook and frees its memory; it cannot be used afterwards.
    package func close() {
        stop()
        watcher.deallocate()
        // The closure may hold the hook's owner.
        action = nil
    }
}
