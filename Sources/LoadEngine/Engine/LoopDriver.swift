/// Runs a `RunDriver` on the event loop: a slice in each iteration, the deadlines by a timer, and the loop's end with the run.
/// - Isolation: loop
final class LoopDriver {
    private let loop: EventLoop
    private let population: Population
    private let driver: RunDriver<CurlTransport>
    private var catchUp = CatchUp()
    private var deadlineTimer: LoopTimer?
    /// For conversations that arrive by themselves, since at 2,000 a second a millisecond is two of them, and for slow readers, whose
    /// rate a millisecond would lower.
    private var exactTimer: ExactTimer?
    private var prepare: LoopPrepare?
    private var idle: LoopIdle?

    /// Hooks a run into the loop.
    ///
    /// - Parameters:
    ///   - loop: The loop, which is stopped when the run is over.
    ///   - population: The core of the run, which has not begun.
    ///   - transport: Carries out what it asks for, on the same loop.
    /// - Throws: `EngineError` when the system gives no descriptor.
    init(on loop: EventLoop, population: Population, transport: CurlTransport) throws(EngineError) {
        self.loop = loop
        self.population = population
        driver = RunDriver(population, over: transport) { EventLoop.nowNs }
        deadlineTimer = LoopTimer(on: loop) { [unowned self] in deadlineDue() }
        prepare = LoopPrepare(on: loop) { [unowned self] in willWait() }
        idle = LoopIdle(on: loop) { [unowned self] in didReadAll() }
        guard population.isOpen || population.paces else { return }
        exactTimer = try ExactTimer(on: loop) {
            population.arrive(nowNs: EventLoop.nowNs)
            population.readOn(nowNs: EventLoop.nowNs)
        }
    }

    private func willWait() {
        switch driver.carryOut() {
        case .end: loop.stop()
        case .wait(let untilNs):
            exactTimer?.arm(atNs: min(population.nextArrivalNs, population.nextReadNs))
            let isCatchingUp = catchUp.untilNs != Nanoseconds.never
            deadlineTimer?.armNoLater(than: isCatchingUp ? catchUp.untilNs : untilNs)
        // A timer, because the loop asks for those before it waits.
        case .slice: deadlineTimer?.arm(atNs: EventLoop.nowNs)
        }
    }

    private func deadlineDue() {
        guard catchUp.mayJudge(dueNs: population.nextDeadlineNs, nowNs: EventLoop.nowNs) else {
            idle?.start()
            return
        }
        idle?.stop()
        driver.expire()
    }

    private func didReadAll() {
        idle?.stop()
        catchUp.end()
        driver.expire()
    }

    /// Unhooks the run; the loop must not run.
    func close() {
        prepare?.close()
        deadlineTimer?.close()
        exactTimer?.close()
        idle?.close()
        prepare = nil
        deadlineTimer = nil
        exactTimer = nil
        idle = nil
    }
}

@available(*, unavailable)
extension LoopDriver: Sendable {}
