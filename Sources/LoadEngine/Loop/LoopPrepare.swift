internal import CLoad

/// A hook that the loop calls once per iteration, before it waits: the place to do what callbacks only noted.
/// - Isolation: loop
package final class LoopPrepare {
    private let loop: EventLoop
    private let watcher: UnsafeMutablePointer<ev_prepare>
    private var action: LoopAction?

    /// Makes and starts the hook.
    ///
    /// - Parameters:
    ///   - loop: The loop it belongs to.
    ///   - action: Called on the loop before each wait.
    package init(on loop: EventLoop, action: @escaping () -> Void) {
        self.loop = loop
        let action = LoopAction(action)
        self.action = action
        watcher = .allocate(capacity: 1)
        watcher.initialize(to: ev_prepare())
        cload_prepare_init(watcher, LoopCallbacks.willWait, contextPointer(of: action))
        ev_prepare_start(loop.raw, watcher)
    }

    /// Stops the hook and frees its memory; it cannot be used afterwards.
    package func close() {
        ev_prepare_stop(loop.raw, watcher)
        watcher.deallocate()
        // The closure may hold the hook's owner.
        action = nil
    }
}
