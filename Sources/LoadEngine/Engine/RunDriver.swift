/// Drives a run: has its transport carry out what the population asks for, a slice at a time, and knows when it is over.
///
/// It has no loop and no clock of its own, so that a run over sockets and a simulated one are driven by the same code.
/// - Isolation: loop
package final class RunDriver<Transport: TurnTransport> {
    /// What is to come after a slice.
    package enum Next: Equatable {
        /// Another slice, in the next iteration of the loop, which must not wait.
        case slice
        /// Nothing before `expire` is due at this time; `Nanoseconds.never` when only a transport can bring something.
        case wait(untilNs: UInt64)
        /// Nothing: every user has ended, and none will start.
        case end
    }

    /// How long one iteration of the loop may be held up by handing over and removing turns.
    package static var defaultSliceNs: UInt64 { 1 * Nanoseconds.perMillisecond }

    private let population: Population
    private let transport: Transport
    private let sliceNs: UInt64
    private let nowNs: () -> UInt64

    /// Makes a driver of a population that has not begun.
    ///
    /// - Parameters:
    ///   - population: The core of the run.
    ///   - transport: Carries out what it asks for.
    ///   - sliceNs: How long a slice may take.
    ///   - nowNs: The clock, in nanoseconds; it never goes back.
    package init(
        _ population: Population,
        over transport: Transport,
        sliceNs: UInt64 = RunDriver.defaultSliceNs,
        nowNs: @escaping () -> UInt64
    ) {
        self.population = population
        self.transport = transport
        self.sliceNs = sliceNs
        self.nowNs = nowNs
    }

    /// Does what is due by now: starts users, ends turns that missed a deadline, ends the run.
    package func expire() { population.expire(nowNs: nowNs()) }

    /// Carries out a slice of what the population asks for.
    ///
    /// - Returns: What is to come then.
    package func carryOut() -> Next {
        if !population.actions.isEmpty { takeActions() }
        transport.settle()
        if population.isFinished { return .end }
        return population.actions.isEmpty ? .wait(untilNs: population.nextDeadlineNs) : .slice
    }

    /// Takes actions for as long as one iteration of the loop may be held up by them.
    ///
    /// By time, not by number: a send may cost 20 us, or a thousand times that when a server has closed many idle
    /// connections, all of which libcurl then looks at.
    private func takeActions() {
        let untilNs = nowNs() + sliceNs
        // What is asked for may be over by now: an action is only a wish, the user's state decides.
        while let user = population.actions.takeClose() {
            if population.isReadyToClose(user: user) { transport.close(user: user) }
            if nowNs() >= untilNs { return }
        }
        while let user = population.actions.takeFreshSend() {
            transport.sendAfresh(user: user)
            if nowNs() >= untilNs { return }
        }
        // Before the sends, so that none of these is of a turn before.
        while let user = population.actions.takeRead() {
            transport.readOn(user: user)
            if nowNs() >= untilNs { return }
        }
        while let user = population.actions.takeSend() {
            if population.isReadyToSend(user: user) { transport.send(user: user) }
            if nowNs() >= untilNs { return }
        }
    }
}
