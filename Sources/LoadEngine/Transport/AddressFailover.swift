/// Has connections that wait for an address without an answer go on to the target's next one in time.
///
/// libcurl 7.88 looks whether an address has had its time only when something happens to the transfer, and asks for no timer:
/// with an address that drops what it gets nothing does, until the turn's connect timeout.
/// - Isolation: loop
final class AddressFailover {
    /// How often it is looked: libcurl gives the first address half of the time, and the next one half of what is left.
    private static let looksPerTimeout: UInt64 = 16
    private static let leastIntervalNs = 20 * Nanoseconds.perMillisecond
    private static let mostIntervalNs = 1 * Nanoseconds.perSecond

    private let intervalNs: UInt64
    private var timer: LoopTimer?

    /// Makes a failover that has nothing to do.
    ///
    /// - Parameters:
    ///   - loop: The loop.
    ///   - connectTimeoutNs: How long all addresses of a turn have together.
    ///   - look: Has libcurl look; says whether any connection is still being made.
    init(on loop: EventLoop, connectTimeoutNs: UInt64, look: @escaping () -> Bool) {
        let intervalNs = min(max(connectTimeoutNs / Self.looksPerTimeout, Self.leastIntervalNs), Self.mostIntervalNs)
        self.intervalNs = intervalNs
        timer = LoopTimer(on: loop) { [unowned self] in
            if look() { timer?.arm(atNs: EventLoop.nowNs + intervalNs) }
        }
    }

    /// A connection is about to be made.
    func mayWait() { timer?.armNoLater(than: EventLoop.nowNs + intervalNs) }

    /// Frees the timer; it cannot be used afterwards.
    func close() {
        timer?.close()
        timer = nil
    }
}

@available(*, unavailable)
extension AddressFailover: Sendable {}
