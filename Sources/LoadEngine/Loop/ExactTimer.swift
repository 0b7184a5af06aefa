internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// A one-shot timer on the loop that is exact to some microseconds; libev's own timers are to a millisecond, as its epoll is.
///
/// It is a descriptor of the kernel, which the loop reads as any other.
/// - Isolation: loop
package final class ExactTimer {
    private let loop: EventLoop
    private let action: () -> Void
    private let descriptor: Int32
    private let watcher: UnsafeMutablePointer<ev_io>
    /// The time the timer is armed for, `Nanoseconds.never` when it is not.
    private var armedNs = Nanoseconds.never

    /// Makes a timer that is not armed.
    ///
    /// - Parameters:
    ///   - loop: The loop it belongs to.
    ///   - action: Called on the loop each time the timer fires.
    /// - Throws: `EngineError` when the system gives no descriptor.
    package init(on loop: EventLoop, action: @escaping () -> Void) throws(EngineError) {
        self.loop = loop
        self.action = action
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        guard descriptor >= 0 else {
            throw EngineError(operation: "make a timer", reason: SystemError.text(of: errno))
        }
        watcher = .allocate(capacity: 1)
        watcher.initialize(to: ev_io())
        cload_io_init(watcher, LoopCallbacks.exactTimer, descriptor, Int32(EV_READ), contextPointer(of: self))
        ev_io_start(loop.raw, watcher)
    }

    /// Arms the timer for a moment of the monotonic clock, or disarms it for `Nanoseconds.never`.
    package func arm(atNs deadlineNs: UInt64) {
        guard deadlineNs != armedNs else { return }
        armedNs = deadlineNs
        var time = itimerspec()
        if deadlineNs != Nanoseconds.never {
            time.it_value.tv_sec = Int(deadlineNs / Nanoseconds.perSecond)
            // Of 0 it would be disarmed.
            time.it_value.tv_nsec = max(Int(deadlineNs % Nanoseconds.perSecond), 1)
        }
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &time, nil)
    }

    func didFire() {
        var expirations: UInt64 = 0
        guard read(descriptor, &expirations, MemoryLayout<UInt64>.size) > 0 else { return }
        armedNs = Nanoseconds.never
        action()
    }

    /// Frees everything; the object cannot be used afterwards.
    package func close() {
        ev_io_stop(loop.raw, watcher)
        watcher.deallocate()
        Glibc.close(descriptor)
    }
}

@available(*, unavailable)
extension ExactTimer: Sendable {}
