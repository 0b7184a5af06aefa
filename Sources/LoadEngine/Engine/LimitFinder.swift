extension EngineConfiguration {
    /// The configuration of a run in which a limit is searched: its first load, conversations that begin again, and no end.
    ///
    /// - Parameter goal: What is looked for.
    /// - Returns: The same otherwise. Where conversations arrive by themselves, `users` is still how many there may be, and the
    ///   times between arrivals vary as before.
    public func searching(_ goal: LimitGoal) -> EngineConfiguration {
        var configuration = self
        configuration.repeats = true
        configuration.invocations = nil
        configuration.runTime = nil
        configuration.warmUp = nil
        configuration.stages = nil
        switch goal.unit {
        case .users:
            configuration.arrivals = nil
            configuration.users = max(Int(goal.first), 1)
        case .arrivalsPerS:
            configuration.arrivals = OpenArrivals(
                ArrivalRate(perSecond: goal.first),
                configuration.arrivals?.process ?? .constant
            )
        }
        return configuration
    }
}

extension LoadRun {
    /// Raises the load of this run until the objectives break, narrows the limit down, and ends the run.
    ///
    /// The run must have been started with `EngineConfiguration.searching` and with objectives. It is looked at with every state
    /// that it publishes. When it is stopped meanwhile, what was learned so far is the result.
    /// - Parameters:
    ///   - goal: What is looked for.
    ///   - configuration: What the run was started with.
    ///   - spawnRate: How many further users start per second; nil for all of a load within about two seconds.
    ///   - fit: Throws when the machine does not have what so many users need.
    ///   - onProgress: Called for each load, on no thread in particular.
    /// - Returns: What was found.
    /// - Throws: `EngineError` when the run could not go on.
    public func findLimit(
        _ goal: LimitGoal,
        of configuration: EngineConfiguration,
        spawnRate: Double? = nil,
        fit: (_ users: Int) throws(EngineError) -> Void = { _ in },
        onProgress: (LimitProgress) -> Void = { _ in }
    ) async throws(EngineError) -> LimitResult {
        var search = LimitSearch(
            goal,
            objectives: configuration.objectives.map(\.text),
            firstTokenLimitS: configuration.objectives.filter { $0.measure == .ttft }.map {
                Nanoseconds.seconds($0.mostNs)
            }
            .min(),
            maxErrorMs: configuration.maxError.map { Nanoseconds.milliseconds($0.nanosecondsClamped) }
        )
        var last: LimitSearch.Look?
        onProgress(.playing(level: search.present.level, isConfirming: false))
        looking: for await snapshot in snapshots {
            guard snapshot.phase == .running, snapshot.generator.lostProcesses == nil else { break }
            let look = LimitSearch.Look(snapshot)
            last = look
            let known = search.result.levels.count
            var order = search.look(look)
            // What was held once has room: connections that are just made or closed are counted twice, or not at all.
            if case .play(let level) = order, goal.unit == .users, level > search.result.best ?? 0,
                let lack = Self.lack(of: Int(level), from: Int(search.result.best ?? 0), fit)
            {
                let reason =
                    "\(goal.text(of: Double(lack.most + 1))) \(plural(lack.most + 1, "does", "do")) not fit: \(lack.reason)"
                order = search.lacksRoom(overLoad: Double(lack.most), because: reason, look)
            }
            for level in search.result.levels.dropFirst(known) { onProgress(.decided(level)) }
            switch order {
            case .goOn: continue
            case .end: break looking
            case .play(let level):
                play(level, goal.unit, spawnRate)
                // A queue that is worked off is no load of the search.
                if level == search.present.level {
                    onProgress(.playing(level: level, isConfirming: search.present.isConfirming))
                }
            }
        }
        if !search.isOver {
            let known = search.result.levels.count
            search.interrupt(last)
            for level in search.result.levels.dropFirst(known) { onProgress(.decided(level)) }
        }
        stop(.seenEnough, atOnce: true)
        let summary = try await result()
        var found = search.result
        found.run = summary.run
        found.losses = summary.losses
        if found.verdict == .interrupted, summary.run.verdict != .interrupted {
            found.losses.append(
                "the run ended before the search: its rows of data are used up (\"when_out\": \"cycle\" begins again)"
            )
        }
        // No load is the reason for that.
        if found.verdict == .firstLevelBroken, let unreachable = summary.unreachable { found.reason = unreachable }
        let waits = [configuration.thinkTime, configuration.rest].compactMap(\.self)
        found.hasPauses =
            waits.contains { $0 != .off }
            || configuration.conversations.contains { conversation in
                conversation.thinkTime != nil || conversation.turns.contains { $0.thinkTime != nil }
            }
        return found
    }

    private func play(_ level: Double, _ unit: LimitGoal.Unit, _ spawnRate: Double?) {
        switch unit {
        case .arrivalsPerS: setArrivalRate(ArrivalRate(perSecond: level))
        case .users: setUsers(Int(level), spawnRate: spawnRate ?? max(level / 2, 10))
        }
    }

    /// What so many users lack, and how many there is room for.
    ///
    /// - Parameters:
    ///   - users: The load that is to be played.
    ///   - fitting: A load that was played; 0 for none.
    ///   - fit: Throws for what does not fit.
    /// - Returns: What one user more lacks than the greatest number that fits, and that; nil when nothing is lacking.
    private static func lack(
        of users: Int,
        from fitting: Int,
        _ fit: (Int) throws(EngineError) -> Void
    ) -> (reason: String, most: Int)? {
        func reason(_ users: Int) -> String? {
            do throws(EngineError) { try fit(users) } catch { return error.reason }
            return nil
        }
        guard var lack = reason(users) else { return nil }
        guard users - fitting > 1 else { return (lack, fitting) }
        let most = (fitting + 1...users - 1).greatest { users in
            guard let further = reason(users) else { return true }
            lack = further
            return false
        }
        return (lack, most ?? fitting)
    }
}
