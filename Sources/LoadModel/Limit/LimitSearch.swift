/// Searches the greatest load that keeps the objectives: which load is played next, and when it is decided.
///
/// A pure state machine: it is told about once a second how the run is, and says what is to be done. A run of it repeats its
/// conversations and ends when the search says so.
///
/// The load is raised by a factor that depends on how clearly the last one was kept, from 2 down to 1.25, until one is broken;
/// then the gap between the best and the least that is broken is halved, until it is small enough. At last the best is held
/// once more. A load is decided as soon as its turns decide it (`LevelJudge`), or by what there is when its time is over. In an
/// open model it is kept only while no queue grows (`LevelNotes`), however good its turns still are.
package struct LimitSearch {
    /// What is to be done.
    package enum Order: Equatable {
        case goOn
        /// Play this load.
        case play(Double)
        /// The search is over.
        case end
    }

    /// How the run is at a moment.
    package struct Look {
        /// Since the start of the run, in seconds.
        package var nowS: Double
        /// All that was counted since then.
        package var total: Tally
        package var usersActive: UInt64
        /// Turns that run and have had no first token yet.
        package var turnsWaiting: UInt64
        /// Users whose conversation waits for a row of data.
        package var usersWithoutRow: UInt64
        /// Conversations that have arrived and found no free user.
        package var arrivalsWaiting: UInt64
        /// The generator's lateness since the start, and its processor time in seconds.
        package var canary: Distribution
        package var cpuS: Double

        package init(_ snapshot: RunSnapshot) {
            nowS = snapshot.elapsedS
            total = snapshot.result.total
            usersActive = snapshot.activeUsers
            turnsWaiting = snapshot.activeTurns - min(snapshot.streamingTurns, snapshot.activeTurns)
            usersWithoutRow = snapshot.gauges.usersWithoutRow
            arrivalsWaiting = snapshot.arrivalsWaiting
            canary = snapshot.generator.canaryDelays
            cpuS = snapshot.generator.cpuS
        }
    }

    /// What happens with the present load.
    private enum Phase {
        /// Its users start; once they are there, the turns that ran then are to end: they are those of the load before, or the first.
        case settling(sinceS: Double, users: (count: UInt64, sinceS: Double), Mark?)
        /// What an over-saturated load has left behind is worked off, at a low rate, before the next is played.
        case draining(next: Double, sinceS: Double, downTo: Double)
        /// Its turns are judged since the first look; the last one is for the means of single seconds.
        case holding(since: Look, last: Look, LevelNotes)
        case over
    }

    /// The moment from which on all users of a load are there.
    private struct Mark {
        let atS: Double
        /// Turns that ran then, and those that had ended.
        let running: UInt64
        let ended: UInt64
    }

    /// How long a load is given at least to settle, in seconds.
    private static let leastSettleS = 2.0
    /// How long it may take at most until the turns that ran at first have ended, and how long no user may come or go before all
    /// are there.
    private static let mostSettleS = 120.0
    private static let mostIdleS = 30.0
    /// Who has waited so many times as long for a first token as the objective says is stuck; without such an objective after that
    /// time, in seconds.
    private static let stuckFactor = 4.0
    private static let stuckS = 15.0
    /// A load of which too many turns are stuck is broken after this time, in seconds.
    private static let stuckHoldS = 10.0
    /// With fewer turns nothing is broken before its time is over.
    private static let leastBrokenTurns = 10.0
    /// The share of users that may wait for a row of data.
    private static let mostWithoutRow = 0.05
    /// A load is held at least so long, in seconds: less is over before what it does to a server is felt.
    private static let leastHoldS = 3.0
    /// Before it is kept in an open model, at least so long: at first even the queue of an over-saturated server is short.
    private static let leastOpenHoldS = 9.0
    /// While loads are only raised, so many turns that are all good are enough: what is too much shows in greater loads, and the
    /// best is held once more.
    private static let fewGoodTurns: UInt64 = 20
    /// A sample whose turns are worth as few as one in so many needs a longer look, in seconds.
    private static let strongEffect = 3.0
    private static let strongEffectHoldS = 10.0
    /// What is played to work off a queue in an open model, as a share of the best load, and how long at most, in seconds.
    private static let drainShare = 0.25
    private static let mostDrainS = 120.0
    /// With fewer ticks of the canary a level says nothing of the generator; there are a hundred a second.
    private static let leastTicks: UInt64 = 250
    /// How often longer than its time a load is held when no turn has ended.
    private static let mostPatience = 4.0
    /// How often a best load may fail to be confirmed.
    private static let mostConfirmations = 4

    private let judge: LevelJudge
    private let maxErrorMs: Double?
    private var phase: Phase
    private var stuck: StuckTurns
    private var level: Double
    private var isConfirming = false
    private var confirmations = 0
    /// Whether the present load is held once more since the generator was late.
    private var isRepeating = false
    /// The greatest load for which the machine has room, and what a greater one lacks; nil while all had room.
    private var room: (most: Double, reason: String)?
    /// What has been found so far.
    package private(set) var result: LimitResult

    /// Begins a search; the first load is to be played from the start of the run.
    ///
    /// - Parameters:
    ///   - goal: What is looked for.
    ///   - objectives: What good turns keep to, as it is shown.
    ///   - firstTokenLimitS: When the objectives want a first token, in seconds; nil where they do not.
    ///   - maxErrorMs: How late the generator may be, in milliseconds; nil for 5 ms or a tenth of the median first token.
    package init(
        _ goal: LimitGoal,
        objectives: [String],
        firstTokenLimitS: Double? = nil,
        maxErrorMs: Double? = nil
    ) {
        stuck = StuckTurns(ageS: max(firstTokenLimitS.map { $0 * Self.stuckFactor } ?? Self.stuckS, 2))
        judge = LevelJudge(share: goal.goodput)
        self.maxErrorMs = maxErrorMs
        level = goal.rounded(goal.first)
        phase = .settling(sinceS: 0, users: (0, 0), nil)
        result = LimitResult(
            goal: goal,
            objectives: objectives,
            verdict: .interrupted,
            reason: "the search was stopped before it came to an end",
            levels: []
        )
    }

    private var goal: LimitGoal { result.goal }

    /// Whether it has come to an end.
    package var isOver: Bool { if case .over = phase { true } else { false } }

    /// The load that is played.
    package var present: (level: Double, isConfirming: Bool) { (level, isConfirming) }

    // MARK: What happens

    /// Looks at the run.
    ///
    /// - Parameter look: How it is.
    /// - Returns: What is to be done.
    package mutating func look(_ look: Look) -> Order {
        stuck.note(look)
        switch phase {
        case .over: return .end
        case .settling(let sinceS, let users, let mark): return settle(look, sinceS: sinceS, users, mark)
        case .draining(let next, let sinceS, let downTo):
            let isOver = Self.concurrency(of: look) <= downTo || look.nowS - sinceS >= Self.mostDrainS
            return isOver ? settle(next, look) : .goOn
        case .holding(let first, let last, var notes):
            notes.note(look, since: last)
            phase = .holding(since: first, last: look, notes)
            return hold(look, since: first, notes)
        }
    }

    /// The machine has no room for the load that was to be played: the greatest for which it has is, if that is news.
    ///
    /// - Parameters:
    ///   - most: The greatest load that fits; 0 for none.
    ///   - reason: What a greater one lacks, and what to do about it.
    ///   - look: How the run is.
    /// - Returns: What is to be done.
    package mutating func lacksRoom(overLoad most: Double, because reason: String, _ look: Look) -> Order {
        room = (most, reason)
        if most <= 0 || result.best.map({ $0 > most }) ?? false {
            end(.generatorBound, reason)
            return .end
        }
        if most == result.best { return confirm(most, look) }
        return settle(most, look)
    }

    /// The run has ended, or is to end: what was learned so far is the result.
    ///
    /// - Parameter look: How it was last; nil where that is not known.
    package mutating func interrupt(_ look: Look?) {
        if let look, case .holding(let first, _, let notes) = phase {
            note(.interrupted, "stopped", look, since: first, notes)
        }
        end(.interrupted, "the search was stopped before it came to an end")
    }

    // MARK: One load

    private static func concurrency(of look: Look) -> Double {
        Double(look.total.turnsRunning + look.arrivalsWaiting)
    }

    /// Waits until all users of a load are there, and the turns that ran then have ended.
    private mutating func settle(
        _ look: Look,
        sinceS: Double,
        _ users: (count: UInt64, sinceS: Double),
        _ mark: Mark?
    ) -> Order {
        let ended = look.total.counts.outcomes.total
        if let mark {
            if ended - min(mark.ended, ended) >= mark.running || look.nowS - mark.atS >= Self.mostSettleS {
                phase = .holding(since: look, last: look, LevelNotes())
            }
            return .goOn
        }
        let users = users.count == look.usersActive ? users : (count: look.usersActive, sinceS: look.nowS)
        let wanted = UInt64(level)
        guard look.nowS - sinceS >= Self.leastSettleS, goal.unit == .arrivalsPerS || look.usersActive == wanted else {
            phase = .settling(sinceS: sinceS, users: users, nil)
            guard goal.unit == .users, look.nowS - max(users.sinceS, sinceS) >= Self.mostIdleS else { return .goOn }
            guard look.usersActive > wanted else {
                end(.generatorBound, "only \(look.usersActive) of \(goal.text(of: level)) are there, and no more come")
                return .end
            }
            // They do not leave, since their turns do not end: that is felt by those who are there.
            phase = .settling(sinceS: sinceS, users: users, Mark(atS: look.nowS, running: 0, ended: ended))
            return .goOn
        }
        let mark = Mark(atS: look.nowS, running: look.total.turnsRunning, ended: ended)
        phase = .settling(sinceS: sinceS, users: users, mark)
        return .goOn
    }

    private mutating func hold(_ look: Look, since first: Look, _ notes: LevelNotes) -> Order {
        let heldS = look.nowS - first.nowS
        guard heldS >= Self.leastHoldS else { return .goOn }
        let sample = notes.sample
        let turns = sample.turns
        let decision = judge.decision(good: sample.good, of: turns, effect: sample.effect)
        let leastS = goal.unit == .arrivalsPerS ? Self.leastOpenHoldS : Self.leastHoldS
        let patienceS = isConfirming ? goal.confirmS : goal.holdS
        let isOver = heldS >= patienceS && (turns > 0 || heldS >= patienceS * Self.mostPatience)
        let grows = goal.unit == .arrivalsPerS && notes.isGrowing
        let stuckCount = stuck.count(at: look)
        let isStuck = Double(stuckCount) > (1 - goal.goodput) * Double(look.total.turnsRunning)
        if isStuck, isOver || heldS >= Self.stuckHoldS {
            let reason =
                "\(stuckCount) of \(look.total.turnsRunning) turns that run have had no first token for over \(stuck.ageS.fixed(1)) s; "
                + text(of: sample, nil)
            return decide(.broken, reason, look, since: first, notes)
        }
        if goal.unit == .arrivalsPerS, notes.isSaturated || grows && isOver {
            let reason =
                "over-saturated: turns at the same time grew, for \(heldS.fixed(0)) s; \(text(of: sample, nil))"
            return decide(.broken, reason, look, since: first, notes)
        }
        let isClear = sample.effect < Self.strongEffect || heldS >= Self.strongEffectHoldS
        let isEnough = Double(turns) / sample.effect >= Self.leastBrokenTurns
        if decision == .broken, isClear, isEnough {
            return decide(.broken, text(of: sample, "under"), look, since: first, notes)
        }
        // To confirm is to hold it for all of the time.
        if !isConfirming, heldS >= leastS, !grows, !isStuck {
            if decision == .kept, isClear { return decide(.kept, text(of: sample, "over"), look, since: first, notes) }
            if result.broken == nil, sample.good == turns, turns >= Self.fewGoodTurns {
                return decide(.kept, text(of: sample, nil), look, since: first, notes)
            }
        }
        guard isOver else { return .goOn }
        guard turns > 0 else { return noTurn(after: heldS, look, since: first, notes) }
        let isKept = sample.share >= goal.goodput
        let reason = text(of: sample, nil)
        guard !isConfirming, decision == .open else {
            return decide(isKept ? .kept : .broken, reason, look, since: first, notes)
        }
        let few =
            turns < judge.leastTurns
            ? "\(judge.leastTurns) would be needed for 99 % confidence" : "too close to call with 99 % confidence"
        return decide(isKept ? .kept : .broken, "\(reason); \(few)", look, since: first, notes)
    }

    /// No turn has ended: of the first load that says nothing about the server, which may take longer than that for a turn.
    private mutating func noTurn(after heldS: Double, _ look: Look, since first: Look, _ notes: LevelNotes) -> Order {
        let reason = "no turn ended within \(heldS.fixed(0)) s"
        guard result.best == nil else { return decide(.broken, reason, look, since: first, notes) }
        note(.interrupted, reason, look, since: first, notes)
        end(.notDecided, "\(reason): hold loads for longer (--hold), or begin with a greater rate")
        return .end
    }

    private func text(of sample: TurnSample, _ side: String?) -> String {
        let share = sample.share.readablePercentOfTurns
        let worth = sample.effect > 1.5 ? ", as sure as \((Double(sample.turns) / sample.effect).fixed(0)) alone" : ""
        let sure = side.map { ": \($0) \(goal.goodput.readablePercentOfTurns) with 99 % confidence" } ?? ""
        return "\(sample.good) of \(counted(sample.turns, "turn")) good (\(share)\(worth))\(sure)"
    }

    private mutating func decide(
        _ decision: LimitResult.Level.Decision,
        _ reason: String,
        _ look: Look,
        since first: Look,
        _ notes: LevelNotes
    ) -> Order {
        let since = look.total.since(first.total)
        let canary = look.canary.since(first.canary)
        let limitMs = maxErrorMs ?? ErrorBar.limitMs(maxError: nil, firstTokens: since[.ttft])
        let isLate = canary.count >= Self.leastTicks && ErrorBar.isExceeded(by: canary, limitMs: limitMs)
        let isOwnLimit = since[.clientLimit] > 0
        // More could not be played at the same time, and some waited: that the others were good says too little.
        if decision == .kept, goal.unit == .users,
            Double(look.usersWithoutRow) > Self.mostWithoutRow * Double(look.usersActive)
        {
            note(.generatorBound, reason, look, since: first, notes)
            end(.generatorBound, "\(counted(look.usersWithoutRow, "user")) waited for a row of data: give more rows")
            return .end
        }
        if decision == .kept, look.arrivalsWaiting > 0 || since[.conversationsDelayed] > 0 {
            note(.generatorBound, reason, look, since: first, notes)
            end(.generatorBound, "conversations waited for a free user: raise --max-users")
            return .end
        }
        // Of a late generator what is kept is kept all the same: its lateness is in the numbers.
        guard decision == .broken, isLate || isOwnLimit else {
            note(decision, reason + failures(since), look, since: first, notes)
            isRepeating = false
            return next(isKept: decision == .kept, look)
        }
        note(.generatorBound, reason, look, since: first, notes)
        guard !isRepeating else {
            end(.generatorBound, isOwnLimit ? Self.ownLimitText : latenessText(canary, limitMs))
            return .end
        }
        // It may have been something that passes.
        isRepeating = true
        return play(level, look)
    }

    /// What failed, by name: that is not slow.
    private func failures(_ since: Tally) -> String {
        let most = TurnOutcome.allCases.filter(\.isFailure).max { since[$0] < since[$1] }
        guard let most, since[most] > 0 else { return "" }
        return "; \(since.failed) failed, most of them \(most.label)"
    }

    private static let ownLimitText =
        "turns ended in client_limit: this machine's own ports, open files or memory ran out; see 'loadtest plan'"

    private func latenessText(_ canary: Distribution, _ limitMs: Double) -> String {
        let lateMs = Nanoseconds.milliseconds(canary.knownPercentileNs(99) ?? 0).fixed(1)
        let share = result.levels.last?.cpuShare ?? 0
        return "the generator was \(lateMs) ms late at p99 (\(limitMs.fixed(1)) ms are allowed): "
            + (share > 0.85
                ? "its loop takes \((share * 100).fixed(0)) % of a core; use --processes, or more machines"
                : "something else had the processor (its loop takes \((share * 100).fixed(0)) % of a core); use a machine of its own")
    }

    private mutating func note(
        _ decision: LimitResult.Level.Decision,
        _ reason: String,
        _ look: Look,
        since first: Look,
        _ notes: LevelNotes
    ) {
        let heldS = look.nowS - first.nowS
        result.levels.append(
            LimitResult.Level(
                level: level,
                isConfirming: isConfirming,
                decision: decision,
                reason: reason,
                stretch: RunStretch(startS: first.nowS, endS: look.nowS, total: look.total.since(first.total)),
                concurrency: notes.meanConcurrency,
                canary: look.canary.since(first.canary),
                cpuShare: heldS > 0 ? (look.cpuS - first.cpuS) / heldS : 0
            )
        )
    }

    // MARK: The next load

    private mutating func next(isKept: Bool, _ look: Look) -> Order {
        if isKept {
            if isConfirming {
                endConfirmed()
                return .end
            }
            result.best = max(result.best ?? 0, level)
        } else {
            result.broken = min(result.broken ?? .infinity, level)
            if isConfirming {
                isConfirming = false
                confirmations += 1
                // Those below it that were kept.
                result.best = result.levels.filter { $0.decision == .kept && $0.level < level }.map(\.level).max()
            }
        }
        guard let best = result.best else {
            end(
                confirmations > 0 ? .notConfirmed : .firstLevelBroken,
                confirmations > 0
                    ? "no load kept the objectives when it was held once more"
                    : "not even the first load kept the objectives; begin with a smaller one"
            )
            return .end
        }
        guard confirmations < Self.mostConfirmations else {
            end(
                .notConfirmed,
                "\(confirmations) loads kept the objectives at first and not when they were held once more"
            )
            return .end
        }
        if let broken = result.broken {
            let middle = goal.rounded((best + broken) / 2)
            let isClose = broken - best <= goal.precision * best || middle <= best || middle >= broken
            return isClose ? confirm(best, look) : play(middle, look)
        }
        return best >= most ? confirm(best, look) : play(raised(best), look)
    }

    /// The greatest load that can be tried.
    private var most: Double {
        let asked = goal.rounded(goal.most)
        return room.map { min($0.most, asked) } ?? asked
    }

    /// The best load was held once more, and kept the objectives.
    private mutating func endConfirmed() {
        if result.broken != nil { return end(.found, "confirmed") }
        // Whoever asked for no more was not hindered by the machine.
        if let room, room.most < goal.rounded(goal.most) {
            return end(.generatorBound, "\(goal.text(of: level)) kept the objectives, and \(room.reason)")
        }
        end(.notReached, "the greatest load that was tried kept the objectives")
    }

    /// A greater load: the clearer the last one was kept, the greater.
    private func raised(_ best: Double) -> Double {
        let goodput = result.levels.last?.goodput ?? 1
        let headroom = min(max((goodput - goal.goodput) / (1 - goal.goodput), 0), 1)
        let factor = 1.25 + 0.75 * headroom
        return min(max(goal.rounded(best * factor), goal.unit == .users ? best + 1 : best), most)
    }

    private mutating func confirm(_ best: Double, _ look: Look) -> Order {
        isConfirming = true
        return play(best, look)
    }

    private mutating func play(_ next: Double, _ look: Look) -> Order {
        let kept = result.levels.last { $0.decision == .kept && $0.level == result.best }
        if let kept, result.levels.last?.decision != .kept {
            let downTo = 1.1 * kept.concurrency + 1
            if Self.concurrency(of: look) > downTo {
                phase = .draining(next: next, sinceS: look.nowS, downTo: downTo)
                // Users that are gone send nothing more; what arrives while a queue is worked off makes that longer.
                return .play(goal.unit == .users ? kept.level : goal.rounded(kept.level * Self.drainShare))
            }
        }
        return settle(next, look)
    }

    private mutating func settle(_ next: Double, _ look: Look) -> Order {
        level = next
        phase = .settling(sinceS: look.nowS, users: (look.usersActive, look.nowS), nil)
        return .play(next)
    }

    private mutating func end(_ verdict: LimitResult.Verdict, _ reason: String) {
        phase = .over
        result.verdict = verdict
        result.reason = reason
    }
}

extension Double {
    /// A share of turns, such as `95 %` or `94.87 %`.
    fileprivate var readablePercentOfTurns: String {
        let percent = self * 100
        return "\(percent == percent.rounded() ? percent.fixed(0) : percent.fixed(2)) %"
    }
}
