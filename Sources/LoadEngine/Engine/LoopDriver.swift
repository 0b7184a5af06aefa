/// Runs a `RunDriver` on the event loop: a slice in each iteration, the deadlines by a timer, and the loop's end with the run.
/// - Isolation: loop
final class LoopDriver {
    private let loop: EventLoop
    private let driver: RunDriver<CurlTransport>
    private let deadlineTimer: LoopTimer
    private var prepare: LoopPrepare?

    /// Hooks a run into the loop.
    ///
    /// - Parameters:
    ///   - loop: The loop, which is stopped when the run is over.
    ///   - population: The core of the run, which has not begun.
    ///   - transport: Carries out what it asks for, on the same loop.
    init(on loop: EventLoop, population: Population, transport: CurlTransport) {
        self.loop = loop
        let driver = RunDriver(population, over: transport) { EventLoop.nowNs }
        self.driver = driver
        deadlineTimer = LoopTimer(on: loop) { driver.expire() }
        prepare = LoopPrepare(on: loop) { [unowned self] in willWait() }
    }

    private func willWait() {
        switch driver.carryOut() {
        case .end: loop.stop()
        case .wait(let untilNs): deadlineTimer.armNoLater(than: untilNs)
        // A timer, because the loop asks for those before it waits.
        case .slice: deadlineTimer.arm(atNs: EventLoop.nowNs)
        }
    }

    /// Unhooks the run; the loop must not run.
    func close() {
        prepare?.close()
        deadlineTimer.close()
        prepare = nil
    }
}

@available(*, unavailable)
extension LoopDriver: Sendable {}
