import LoadEngine

extension LoadRun {
    /// The time from one report to the next is at least so many times as long as the first took.
    private static let pauseFactor = 20

    /// Plays a share of a run for the process that started this one, as a `ShareProgram` says; returns when the share has
    /// ended, or the parent is gone.
    ///
    /// The first thing that the process does, and the last: it talks over its standard input and output. What is printed
    /// meanwhile goes to the standard error. The process ignores SIGINT, SIGTERM, SIGHUP and SIGPIPE from now on: what they
    /// mean is for the parent to say. What goes wrong is told to the parent, for which the process is lost.
    /// - Parameter hooks: What is called on the loop's thread, here, where the share is played.
    public static func playShare(hooks: EngineHooks = EngineHooks()) async {
        ShareSignals.ignore()
        // Without an output there is nobody to tell.
        guard let output = try? ChildMessages() else { return }
        do {
            try await playShare(hooks: hooks, telling: output)
        } catch let error as EngineError {
            try? output.send(.failed(operation: error.operation, reason: error.reason))
        } catch {
            try? output.send(.failed(operation: "talk with the process that shares the run", reason: "\(error)"))
        }
    }

    private static func playShare(hooks: EngineHooks, telling output: borrowing ChildMessages) async throws {
        var messages = ParentMessages()
        guard case .prepare(var plan) = try messages.next() else { return }
        var told = plan.snapshotBeforeStart()
        try output.send(.isPrepared)
        guard case .begin(let startNs) = try messages.next() else { return }
        plan.startNs = startNs
        let backend = try ThreadBackend.start(plan, hooks: hooks)
        let run = LoadRun(backend)
        let obeying = messages
        try LoopThread.start { obey(obeying, run, backend) }
        var points: [TimePoint] = []
        var resets = 0
        var nextReport = ContinuousClock.now
        // What happened in a minute is kept: a report may take long.
        for await snapshot in backend.snapshots(keeping: 60) {
            if snapshot.resets != resets { points = [] }
            resets = snapshot.resets
            if let point = snapshot.point { points.append(point) }
            let begin = ContinuousClock.now
            guard begin >= nextReport else { continue }
            try output.send(.progress(SnapshotChanges(of: snapshot, since: told), points))
            told = snapshot
            points = []
            // With thousands of rows that change a report takes longer than a second: the load must not suffer from it.
            nextReport = begin + (ContinuousClock.now - begin) * pauseFactor
        }
        let summary = try await run.result()
        try output.send(.ended(summary.run, SnapshotChanges(of: run.snapshot(), since: told), summary.series))
    }

    /// Does what the parent asks, until it is gone; then there is nobody to play for.
    private static func obey(_ messages: ParentMessages, _ run: LoadRun, _ backend: ThreadBackend) {
        var messages = messages
        while let message = try? messages.next() {
            switch message {
            case .setUsers(let count, let spawnRate): run.setUsers(count, spawnRate: spawnRate)
            case .setArrivalRate(let rate, let atNs): backend.setArrivalRate(rate, atNs: atNs)
            case .resetStatistics(let endsWarmUp): backend.resetStatistics(endsWarmUp: endsWarmUp)
            case .stop(let reason, let atOnce): run.stop(reason, atOnce: atOnce)
            case .prepare, .begin: break
            }
        }
        run.stop(atOnce: true)
    }
}
