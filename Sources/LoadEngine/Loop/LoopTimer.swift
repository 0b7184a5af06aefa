package import CLoad

/// A one-shot timer on the loop, armed with a time of the monotonic clock.
/// - Isolation: loop
package final class LoopTimer {
    private let loop: EventLoop
    private let watcher: UnsafeMutablePointer<ev_timer>
    private var action: LoopAction?
    /// The time the timer is armed for, `Nanoseconds.never` when it is not.
    private var armedNs = Nanoseconds.never

    /// Makes a timer that is not armed and does nothing before `setCallback`.
    ///
    /// - Parameter loop: The loop it belongs to.
    package init(on loop: EventLoop) {
        self.loop = loop
        action = nil
        watcher = .allocate(capacity: 1)
        watcher.initialize(to: ev_timer())
    }

    /// Sets what an unarmed timer calls; apart from `init`, so that the context may be the timer's owner.
    ///
    /// - Parameters:
    ///   - callback: A thunk of a `*Callbacks.swift` file, called with `context` in the watcher's `data`.
    ///   - context: Must outlive the timer.
    package func setCallback(_ callback: cload_timer_callback, context: UnsafeMutableRawPointer) {
        cload_timer_init(watcher, callback, context)
    }

    /// Makes a timer that calls a closure.
    ///
    /// - Parameters:
    ///   - loop: The loop it belongs to.
    ///   - action: Called on the loop each time the timer fires.
    package init(on loop: EventLoop, action: @escaping () -> Void) {
        self.loop = loop
        let action = LoopAction(action)
        self.action = action
        watcher = .allocate(capacity: 1)
        watcher.initialize(to: ev_timer())
        cload_timer_init(watcher, LoopCallbacks.timer, contextPointer(of: action))
    }

    /// Arms the timer for a moment, or disarms it for `Nanoseconds.never`; does nothing when it is armed for it already.
    package func arm(atNs deadlineNs: UInt64) {
        guard deadlineNs != armedNs || cload_timer_is_active(watcher) == 0 else { return }
        ev_timer_stop(loop.raw, watcher)
        armedNs = deadlineNs
        guard deadlineNs != Nanoseconds.never else { return }
        // A timer counts from ev_now, which is stale after a long iteration of the loop: it would fire early by that much.
        ev_now_update(loop.raw)
        let nowNs = EventLoop.nowNs
        cload_timer_set(watcher, deadlineNs > nowNs ? Nanoseconds.seconds(deadlineNs - nowNs) : 0)
        ev_timer_start(loop.raw, watcher)
    }

    /// Arms the timer for a moment unless it is armed for an earlier one; it is for the owner to look, when it fires,
    /// whether anything is due.
    package func armNoLater(than deadlineNs: UInt64) {
        guard deadlineNs < armedNs || cload_timer_is_active(watcher) == 0 else { return }
        arm(atNs: deadlineNs)
    }

    /// Disarms the timer.
    package func disarm() {
        arm(atNs: Nanoseconds.never)
    }

    /// Disarms the timer and frees its memory; it cannot be used afterwards.
    package func close() {
        ev_timer_stop(loop.raw, watcher)
        watcher.deallocate()
        // The closure may hold the timer's owner.
        action = nil
    }
}
