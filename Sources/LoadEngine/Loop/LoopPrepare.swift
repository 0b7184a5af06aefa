package import CLoad

/// A hook that the loop calls once per turn, before it waits: the place to do what callbacks only noted.
/// - Isolation: loop
package final class LoopPrepare {
    private let loop: EventLoop
    private let watcher: UnsafeMutablePointer<ev_prepare>

    /// Makes and starts the hook.
    ///
    /// - Parameters:
    ///   - loop: The loop it belongs to.
    ///   - callback: A thunk of a `*Callbacks.swift` file, called with `context` in the watcher's `data`.
    ///   - context: Must outlive the hook.
    package init(on loop: EventLoop, callback: cload_prepare_callback, context: UnsafeMutableRawPointer) {
        self.loop = loop
        watcher = .allocate(capacity: 1)
        watcher.initialize(to: ev_prepare())
        cload_prepare_init(watcher, callback, context)
        ev_prepare_start(loop.raw, watcher)
    }

    /// Stops the hook and frees its memory; it cannot be used afterwards.
    package func close() {
        ev_prepare_stop(loop.raw, watcher)
        watcher.deallocate()
    }
}
