import FoundationEssentials
import LoadEngine

/// Waits for the moment at which a run begins, maybe together with those of other machines.
///
/// It is the clock on the wall that is looked at, again and again: it may be put right meanwhile.
struct CommonStart {
    /// The longest time between two looks.
    private static let interval = Duration.milliseconds(100)
    /// From which lateness on something is said.
    private static let unsaid = 0.5

    /// The moment.
    let moment: Date

    /// Waits.
    ///
    /// - Parameters:
    ///   - early: How long before the moment the wait is over, for what takes time to begin.
    ///   - say: Tells that it waits, or that the moment is over.
    ///   - isGivenUp: Asked again and again; when it is true nobody waits any more.
    /// - Returns: Whether the moment has come; false only when it was given up.
    func wait(
        early: Duration = .zero,
        saying say: (String) -> Void,
        orUntil isGivenUp: () -> Bool
    ) async -> Bool {
        let text = StartText.text(of: moment)
        let rest = moment.timeIntervalSinceNow
        if rest > 0 {
            say("waiting for the start at \(text) (--start-at), in \(rest.fixed(1)) s; Ctrl-C ends it")
        } else if rest < -Self.unsaid {
            say("warning: the start at \(text) (--start-at) was \((-rest).fixed(1)) s ago: beginning now")
        }
        let end = moment - Double(early.nanosecondsClamped) / 1e9
        while !isGivenUp() {
            let rest = end.timeIntervalSinceNow
            guard rest > 0 else { return true }
            // Who is cancelled asks at once again, and gives up by that.
            try? await Task.sleep(for: min(.seconds(rest), Self.interval))
        }
        return false
    }

    /// The moment by the monotonic clock, in nanoseconds; now when it is over.
    var monotonicNs: UInt64 {
        let rest = max(moment.timeIntervalSinceNow, 0)
        return EventLoop.nowNs + UInt64(min(rest, 1e9) * 1e9)
    }
}
