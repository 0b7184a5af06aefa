internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// The time of one thread: how much of a processor it has used, and waiting until a moment.
///
/// Here, where CLoad is imported, since its headers name `timespec` too: elsewhere the compiler may take it for theirs.
package enum ThreadClock {
    /// The processor time that this thread has used, in nanoseconds.
    package static var usedNs: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * Nanoseconds.perSecond + UInt64(time.tv_nsec)
    }

    /// Makes this thread wait.
    ///
    /// - Parameter untilNs: A moment of the monotonic clock, as `EventLoop.nowNs` tells it.
    package static func sleep(untilNs: UInt64) {
        let (seconds, rest) = untilNs.quotientAndRemainder(dividingBy: Nanoseconds.perSecond)
        var moment = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, nil) == EINTR {}
    }
}
