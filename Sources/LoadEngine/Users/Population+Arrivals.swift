/// What is done at its exact time: users that start, conversations that arrive by themselves, and readers that read on.
extension Population {
    /// A look at what is kept elsewhere.
    struct Glance {
        /// When the first of those who rest goes on.
        var restNs = Nanoseconds.never
        /// When the next user is to start.
        var arrivalNs = Nanoseconds.never
        /// How many users have had turns that did not reach the server.
        var missCount = 0
        /// Whether there are invocations in the queue.
        var hasInvocations: Bool
    }

    /// Starts the users whose time has come, and nothing else.
    package func arrive(nowNs: UInt64) {
        while nextSpawnNs <= nowNs, let intendedNs = arrivals.next() { spawn(intendedNs: intendedNs, nowNs: nowNs) }
    }

    /// Has conversations arrive at another rate from a moment on, in an open model; stages of rates end by that.
    ///
    /// - Parameters:
    ///   - rate: The rate of the whole run.
    ///   - atNs: The moment, the same in all processes that share the run.
    ///   - nowNs: The present time.
    package func setArrivalRate(_ rate: ArrivalRate, atNs: UInt64, nowNs: UInt64) {
        guard isOpen, phase == .running else { return }
        arrivals.change(to: rate, atNs: atNs)
        expire(nowNs: nowNs)
    }

    /// When the next user starts, of an open model; `Nanoseconds.never` when none is to, or can.
    package var nextArrivalNs: UInt64 { isOpen ? nextSpawnNs : Nanoseconds.never }

    /// When the next user reads on; `Nanoseconds.never` when none pauses.
    package var nextReadNs: UInt64 { deadlines.nextNs(of: .read) }

    /// Has the users read on whose time has come, and does nothing else.
    package func readOn(nowNs: UInt64) {
        while let user = deadlines.takeExpired(.read, nowNs: nowNs) {
            apply(.deadlinePassed(.read), user: user, nowNs: nowNs)
        }
    }

    /// A user of an open model has ended its conversation: it takes one that has waited for a free user, or is gone.
    func takeArrival(user: Int, nowNs: UInt64) {
        let active = Int(recorder.counters.pointee.gauges.usersActive)
        guard phase == .running, active <= mostUsers, queue.remaining > 0, arrivals.nextNs <= nowNs,
            let intendedNs = arrivals.next()
        else { return endUser(user) }
        if active == mostUsers { recorder.counters.pointee[.conversationsDelayed] += 1 }
        takeInvocation(user: user, intendedNs: intendedNs, nowNs: nowNs)
    }

    /// Counts those who wait for a free user now.
    package func countWaiting(nowNs: UInt64) {
        recorder.counters.pointee.gauges.usersWithoutRow = UInt64(waiting.count)
        guard isOpen, phase == .running else { return }
        // Who has arrived a moment ago and is not started yet waits for nobody, while there is a free user.
        let isFull = Int(recorder.counters.pointee.gauges.usersActive) >= mostUsers
        recorder.counters.pointee.gauges.arrivalsWaiting =
            isFull ? min(arrivals.waiting(nowNs: nowNs), queue.remaining) : 0
    }

    /// Nobody arrives any more; who waits for a free user is not started.
    func endArrivals(nowNs: UInt64) {
        countWaiting(nowNs: nowNs)
        if isOpen, phase == .running {
            recorder.counters.pointee[.conversationsDelayed] += recorder.counters.pointee.gauges.arrivalsWaiting
        }
        arrivals = .none
    }
}
