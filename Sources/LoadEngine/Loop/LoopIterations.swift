internal import CLoad

/// Measures how long the loop is busy between two waits.
///
/// Whatever is in such a turn waits for all the rest of it.
/// - Isolation: loop
package final class LoopIterations {
    private let loop: EventLoop
    private let record: (UInt64) -> Void
    private let check: UnsafeMutablePointer<ev_check>
    private let prepare: UnsafeMutablePointer<ev_prepare>
    private var beganNs = Nanoseconds.never

    /// Begins to measure.
    ///
    /// - Parameters:
    ///   - loop: The loop.
    ///   - record: Called on the loop, once a turn, with its length in nanoseconds.
    package init(of loop: EventLoop, record: @escaping (UInt64) -> Void) {
        self.loop = loop
        self.record = record
        check = .allocate(capacity: 1)
        check.initialize(to: ev_check())
        prepare = .allocate(capacity: 1)
        prepare.initialize(to: ev_prepare())
        let context = contextPointer(of: self)
        cload_check_init_first(check, LoopCallbacks.waitEnded, context)
        cload_prepare_init_last(prepare, LoopCallbacks.waitBegins, context)
        ev_check_start(loop.raw, check)
        ev_prepare_start(loop.raw, prepare)
    }

    /// Stops and frees the watchers; the object cannot be used afterwards.
    package func close() {
        ev_check_stop(loop.raw, check)
        ev_prepare_stop(loop.raw, prepare)
        check.deallocate()
        prepare.deallocate()
    }

    func didEndWait() {
        beganNs = EventLoop.nowNs
    }

    func willWait() {
        guard beganNs != Nanoseconds.never else { return }
        record(EventLoop.nowNs - beganNs)
        beganNs = Nanoseconds.never
    }
}
