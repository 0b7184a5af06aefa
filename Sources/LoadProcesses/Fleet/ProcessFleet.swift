import Dispatch
import FoundationEssentials
import LoadEngine
import Synchronization

/// A run that several processes share, each with its own loop: children, mostly of this program itself.
///
/// Users and invocations are divided by their number, so that each is in exactly one process, and all processes begin at
/// the same moment of the monotonic clock.
/// - Isolation: any thread
final class ProcessFleet: RunBackend {
    /// What has become of a process's part.
    private struct Part {
        enum Phase {
            case running
            case ended(Summary.Run)
            case lost
        }

        var phase = Phase.running
        /// How many users it is to have.
        var users: Int
        /// The last state that it told; of a lost one, with what was running then cancelled.
        var snapshot: RunSnapshot
        var series = TimeSeries()

        var isRunning: Bool { if case .running = phase { true } else { false } }
        var isLost: Bool { if case .lost = phase { true } else { false } }

        /// Forgets what it had counted when it ended: the numbers were reset after that.
        mutating func forget(resets: Int) {
            if case .ended(let run) = phase { phase = .ended(run.forgotten(at: Date.now.ISO8601Format())) }
            snapshot.forget()
            snapshot.resets = resets
            series = TimeSeries()
        }
    }

    private struct State {
        /// `Shape:` one for each process.
        var parts: [Part]
        var asked: AskedUsers
        var preparedCount = 0
        /// How often the numbers were to be reset.
        var resets = 0
        /// Whoever waits for the beginning.
        var begun: CheckedContinuation<Void, Never>?
        /// What became of the process that was lost first.
        var firstLoss: String?
        /// The last sum, what it is of, and whether that has changed since.
        var merged: (parts: [RunSnapshot], merged: RunSnapshot)?
        var hasChanged = true
        /// Nil unless the result is to have the steady stretch.
        var steady: SteadyFinder?
        var hasEndedWarmUp = false

        var hasBegun: Bool { preparedCount == parts.count }
    }

    private let plan: RunPlan
    private let state: Mutex<State>
    /// What is sent to each process.
    private let messages: [AsyncStream<ParentMessage>.Continuation]
    /// The end of each ends its process at once.
    private let kills: [AsyncStream<Never>.Continuation]
    private let startedAt = Date.now
    private let onLoss: @Sendable (String) -> Void
    let end = RunEnd()

    /// How long the processes may take to get ready, and to end after the end of the run, before they are given up.
    private static let startPatience = Duration.seconds(30)
    private static let endPatience = Duration.seconds(10)

    private init(
        _ plan: RunPlan,
        messages: [AsyncStream<ParentMessage>.Continuation],
        kills: [AsyncStream<Never>.Continuation],
        onLoss: @escaping @Sendable (String) -> Void
    ) {
        self.plan = plan
        self.messages = messages
        self.kills = kills
        self.onLoss = onLoss
        state = Mutex(
            State(
                parts: messages.indices.map { index in
                    Part(
                        users: plan.ofProcess(index, of: messages.count).share.part(of: plan.configuration.users),
                        snapshot: plan.ofProcess(index, of: messages.count).snapshotBeforeStart()
                    )
                },
                asked: AskedUsers(plan.configuration),
                steady: plan.configuration.findsSteadyStretch ? SteadyFinder() : nil
            )
        )
    }

    /// Starts the processes, and with them the run.
    ///
    /// - Parameters:
    ///   - plan: The whole run.
    ///   - processes: How many processes share it; no more than there are users.
    ///   - program: What is started for each.
    ///   - onLoss: Called for each process that is lost during the run, with what became of it.
    /// - Returns: The run, which has begun.
    /// - Throws: `EngineError` when a process cannot be started.
    static func start(
        _ plan: RunPlan,
        processes: Int,
        by program: ShareProgram,
        onLoss: @escaping @Sendable (String) -> Void
    ) async throws(EngineError) -> ProcessFleet {
        try ShareMark.check()
        try OpenFileLimit.check(forProcesses: processes)
        try ThreadLimit.check(forProcesses: processes)
        let streams = (0..<processes).map { _ in AsyncStream.makeStream(of: ParentMessage.self) }
        let kills = (0..<processes).map { _ in AsyncStream.makeStream(of: Never.self) }
        let fleet = ProcessFleet(
            plan,
            messages: streams.map(\.continuation),
            kills: kills.map(\.continuation),
            onLoss: onLoss
        )
        await withCheckedContinuation { begun in
            fleet.state.withLock { $0.begun = begun }
            Task.detached { await fleet.play(by: program, streams.map(\.stream), killedBy: kills.map(\.stream)) }
        }
        if let failure = fleet.end.failure { throw failure }
        return fleet
    }

    // MARK: The handle's side

    var snapshot: RunSnapshot {
        state.withLock { state in
            if let last = state.merged, !state.hasChanged { return last.merged }
            let parts = state.parts.map(\.snapshot)
            let merged = RunSnapshot.merged(parts, since: state.merged)
            state.merged = (parts, merged)
            state.hasChanged = false
            return merged
        }
    }

    var series: TimeSeries { .merged(state.withLock { $0.parts.map(\.series) }) }

    var reachableUsers: Int? {
        state.withLock { state in
            state.parts.filter { !$0.isLost }.reduce(0) { sum, part in
                sum + Int(clamping: part.snapshot.conversations.reachableUsers(of: part.users))
            }
        }
    }

    /// Each process that still plays keeps at least one user: what is left of its invocations is in no other's queue.
    func setUsers(_ count: Int, spawnRate: Double?) {
        let told = state.withLock { state in
            let playing = state.parts.indices.filter { state.parts[$0].isRunning }
            let here = max(plan.programShare.part(of: count), playing.count)
            state.asked.change(to: max(count, playing.count), spawnRate: spawnRate)
            for index in state.parts.indices { state.parts[index].users = 0 }
            for (number, index) in playing.enumerated() {
                let share = RunShare(index: number, count: playing.count)
                state.parts[index].users = share.part(of: here)
            }
            return playing.map { (index: $0, users: state.parts[$0].users) }
        }
        // A process takes its share of all as if nobody had been lost, and as if other programs had as many.
        let all = messages.count
        for (index, users) in told {
            let rate = spawnRate.map { $0 * Double(all) / Double(told.count) }
            messages[index].yield(.setUsers(users * all * plan.programShare.count, spawnRate: rate))
        }
    }

    var leastUsers: Int { state.withLock { max($0.parts.count(where: \.isRunning), 1) } }

    func setArrivalRate(_ rate: ArrivalRate) {
        state.withLock { $0.asked.arrivalRate = rate }
        tellAll(.setArrivalRate(rate, atNs: EventLoop.nowNs))
    }

    func resetStatistics(endsWarmUp: Bool) {
        let goesOn = state.withLock { state in
            guard state.parts.contains(where: \.isRunning) else { return false }
            state.resets += 1
            // The others do it themselves. Who ended within the warm-up has kept it apart.
            for index in state.parts.indices where !state.parts[index].isRunning {
                state.parts[index].forget(resets: state.resets)
            }
            state.hasChanged = true
            return true
        }
        if goesOn { tellAll(.resetStatistics(endsWarmUp: endsWarmUp)) }
    }

    func stop(_ reason: StopReason, atOnce: Bool) {
        tellAll(.stop(reason, atOnce: atOnce))
        giveUp(after: plan.configuration.stopTimeout + Self.endPatience, "did not end when the run was stopped")
    }

    private func tellAll(_ message: ParentMessage) {
        for process in messages { process.yield(message) }
    }

    // MARK: The processes' side

    private func play(
        by program: ShareProgram,
        _ streams: [AsyncStream<ParentMessage>],
        killedBy kills: [AsyncStream<Never>]
    ) async {
        giveUp(after: Self.startPatience + .seconds(streams.count / 4), "did not get ready") { !$0.hasBegun }
        await withTaskGroup { tasks in
            for (index, stream) in streams.enumerated() {
                tasks.addTask { [self] in
                    let part = plan.ofProcess(index, of: streams.count)
                    let end = await FleetProcess.run(part, by: program, obeying: stream, killedBy: kills[index]) {
                        [self] message in didReceive(message, from: index)
                    }
                    messages[index].finish()
                    didEnd(end, index)
                }
            }
            for await _ in tasks where state.withLock({ !$0.hasBegun }) {
                // Before all of them were ready there is no run that could go on with the others.
                tasks.cancelAll()
            }
        }
        finish()
    }

    private func didReceive(_ message: ChildMessage, from index: Int) {
        switch message {
        case .isPrepared:
            let areAllPrepared = state.withLock { state in
                state.preparedCount += 1
                return state.preparedCount == state.parts.count
            }
            if areAllPrepared { begin() }
        case .progress(let changes, let points):
            change(index) { part, _ in
                // It may have been given up meanwhile.
                guard part.isRunning, let snapshot = changes.applied(to: part.snapshot) else { return }
                if snapshot.resets != part.snapshot.resets { part.series = TimeSeries() }
                part.snapshot = snapshot
                for point in points { part.series.append(point) }
            }
            lookAtWhole(since: index)
        case .ended(let run, let changes, let series):
            change(index) { part, wanted in
                guard part.isRunning, let snapshot = changes.applied(to: part.snapshot) else { return }
                part.phase = .ended(run)
                part.snapshot = snapshot
                part.series = series
                // It had ended before it could do as it was told.
                if snapshot.resets < wanted { part.forget(resets: wanted) }
            }
        case .failed(let operation, let reason):
            lose(index, because: "cannot \(operation): \(reason)")
        }
    }

    /// Has all processes begin at the same moment: that of the plan, where it is still to come, or now.
    private func begin() {
        guard let startNs = plan.startNs, startNs > EventLoop.nowNs else { return begin(atNs: EventLoop.nowNs) }
        Task.detached { [self] in
            try? await Task.sleep(for: .nanoseconds(Int64(clamping: startNs - min(EventLoop.nowNs, startNs))))
            begin(atNs: startNs)
        }
    }

    private func begin(atNs startNs: UInt64) {
        tellAll(.begin(startNs: startNs))
        letGoOn()
        guard let runTime = plan.configuration.runTime else { return }
        giveUp(
            after: runTime + plan.configuration.stopTimeout + Self.endPatience,
            "did not end when the run's time was over"
        )
    }

    /// Looks for what only the whole run knows, once a second: when the first of those that still play has told its state.
    private func lookAtWhole(since index: Int) {
        guard plan.configuration.findsSteadyStretch || plan.configuration.warmUp != nil,
            state.withLock({ $0.parts.firstIndex(where: \.isRunning) }) == index
        else { return }
        let whole = snapshot
        let endsWarmUp = state.withLock { state in
            state.steady?.look(at: whole)
            guard whole.isWarmingUp, !state.hasEndedWarmUp,
                plan.configuration.warmUp?.isOver(afterTurns: whole.result.total.ended) == true
            else { return false }
            state.hasEndedWarmUp = true
            return true
        }
        if endsWarmUp { resetStatistics(endsWarmUp: true) }
    }

    private func didEnd(_ end: String, _ index: Int) {
        if state.withLock({ $0.parts[index].isRunning }) { lose(index, because: end) }
    }

    private func lose(_ index: Int, because reason: String) {
        let why = "process \(index + 1) of \(messages.count) was lost: \(reason)"
        change(index) { part, resets in
            part.phase = .lost
            part.snapshot.abandon(because: why)
            if part.snapshot.resets < resets { part.forget(resets: resets) }
        }
        let hasBegun = state.withLock { state in
            // The others are ended because of the first.
            if state.firstLoss == nil { state.firstLoss = why }
            return state.hasBegun
        }
        if hasBegun { onLoss(why) }
    }

    /// After some time, gives up the processes that have not ended, and ends them.
    ///
    /// A time for which this process was stopped, as by Ctrl-Z, counts as a second at most: they stood still as well, or nobody
    /// has heard what they had to tell.
    /// - Parameters:
    ///   - patience: How long they have.
    ///   - why: What they did not do.
    ///   - isDue: Whether they are still to be given up then.
    private func giveUp(
        after patience: Duration,
        _ why: String,
        if isDue: @escaping @Sendable (borrowing State) -> Bool = { _ in true }
    ) {
        Task.detached { [weak self] in
            var rest = patience
            while rest > .zero {
                let step = min(rest, .seconds(1))
                try await Task.sleep(for: step)
                guard let self, state.withLock({ $0.parts.contains(where: \.isRunning) }) else { return }
                rest -= step
            }
            guard let self else { return }
            let late = state.withLock { state in
                guard isDue(state) else { return [Int]() }
                return state.parts.indices.filter { state.parts[$0].isRunning }
            }
            for index in late {
                lose(index, because: "it \(why) and was killed")
                kills[index].finish()
            }
        }
    }

    /// Changes a part; the body is told as well how often the numbers were to be reset.
    private func change(_ index: Int, _ body: (inout Part, Int) -> Void) {
        state.withLock { state in
            body(&state.parts[index], state.resets)
            state.hasChanged = true
        }
    }

    /// Lets whoever waits for the beginning go on, once.
    private func letGoOn() {
        let begun = state.withLock { state in
            defer { state.begun = nil }
            return state.begun
        }
        begun?.resume()
    }

    private func finish() {
        let (parts, asked, hasBegun, firstLoss) = state.withLock { ($0.parts, $0.asked, $0.hasBegun, $0.firstLoss) }
        let steady = state.withLock { $0.steady?.stretch }
        var results: [Summary] = []
        var lost: [(last: RunSnapshot, series: TimeSeries)] = []
        for part in parts {
            switch part.phase {
            case .ended(let run): results.append(Summary(run: run, last: part.snapshot, series: part.series))
            case .running, .lost: lost.append((part.snapshot, part.series))
            }
        }
        let failure = EngineError(
            operation: "play the run in \(parts.count) processes",
            reason: firstLoss ?? "they ended before they had begun"
        )
        let run = plan.described(
            asked: asked,
            startedAt: results.first?.run.startedAt ?? StartText.text(of: startedAt),
            processes: parts.count
        )
        var merged = Summary.merged(run, of: results, lost: lost, maxError: plan.configuration.maxError)
        merged.result.steady = steady
        // What a lost process told last is older than what it has written.
        if hasBegun, !lost.isEmpty, let path = plan.configuration.eventLog?.path,
            let lines = EventLogFile.countLines(path)
        {
            var usage = merged.result.generator.eventLog ?? EventLogUsage()
            usage.lines = lines
            merged.result.generator.eventLog = usage
        }
        end.finish(hasBegun ? .success(merged) : .failure(failure))
        letGoOn()
    }
}
