/// Searches the greatest load that keeps the objectives: which load is played next, and when it is decided.
///
/// A pure state machine: it is told about once a second how the run is, and says what is to be done. A run of it repeats its
/// conversations and ends when the search says so.
///
/// The load is raised by a factor that depends on how clearly the last one was kept, from 2 down to 1.25, until one is broken;
/// then the gap between the best and the least that is broken is halved, until it is small enough. At last the best is held
/// once more. A load is decided as soon as its turns decide it (`LevelJudge`), or by what there is when its time is over, or
/// when the server is over-saturated: first tokens and concurrency both grow.
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
        /// Conversations that have arrived and found no free user.
        package var arrivalsWaiting: UInt64
        /// The generator's lateness since the start, and its processor time in seconds.
        package var canary: Distribution
        package var cpuS: Double

        package init(_ snapshot: RunSnapshot) {
            nowS = snapshot.elapsedS
            total = snapshot.result.total
            usersActive = snapshot.activeUsers
            arrivalsWaiting = snapshot.arrivalsWaiting
            canary = snapshot.generator.canaryDelays
            cpuS = snapshot.generator.cpuS
        }
    }

    /// What happens with the present load.
    private enum Phase {
        /// Its users start, and what the one before has left behind goes.
        case settling(sinceS: Double, concurrency: [Double])
        /// What an over-saturated load has left behind is worked off, at a low rate, before the next is played.
        case draining(next: Double, sinceS: Double, downTo: Double)
        /// Its turns are judged since the first look; the last one is for the means of single seconds.
        case holding(since: Look, last: Look, Trends)
        case over
    }

    /// What is noted of each second of a load.
    private struct Trends {
        var concurrency = GrowthTrend()
        var firstTokens = GrowthTrend()
        var sample = TurnSample()
        var concurrencySum = 0.0
        var looks = 0.0

        var isSaturated: Bool { concurrency.isGrowing && firstTokens.isGrowing }
        var meanConcurrency: Double { looks > 0 ? concurrencySum / looks : 0 }

        mutating func note(_ look: Look, since last: Look) {
            let running = LimitSearch.concurrency(of: look)
            concurrency.add(running, atS: look.nowS)
            concurrencySum += running
            looks += 1
            let turns = look.total.requests - min(last.total.requests, look.total.requests)
            sample.add(good: look.total[.goodTurns] - min(last.total[.goodTurns], look.total[.goodTurns]), of: turns)
            let tokens = (look.total[.ttft] ?? Distribution()).since(last.total[.ttft] ?? Distribution())
            if tokens.count > 0 { firstTokens.add(tokens.meanNs / 1e6, atS: look.nowS) }
        }
    }

    /// How long a load is given at least to settle, and at most, in seconds.
    private static let settleS = 2.0...60.0
    /// A load is held at least so long, in seconds: less is over before what it does to a server is felt.
    private static let leastHoldS = 3.0
    /// Before it is kept in an open model, at least so long: at first even the queue of an over-saturated server is short.
    private static let leastOpenHoldS = 9.0
    /// What is played to work off a queue, as a share of the best load, and how long at most, in seconds.
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
    private var level: Double
    private var isConfirming = false
    private var confirmations = 0
    /// Whether the present load is held once more since the generator was late.
    private var isRepeating = false
    /// What has been found so far.
    package private(set) var result: LimitResult

    /// Begins a search; the first load is to be played from the start of the run.
    ///
    /// - Parameters:
    ///   - goal: What is looked for.
    ///   - objectives: What good turns keep to, as it is shown.
    ///   - maxErrorMs: How late the generator may be, in milliseconds; nil for 5 ms or a tenth of the median first token.
    package init(_ goal: LimitGoal, objectives: [String], maxErrorMs: Double? = nil) {
        judge = LevelJudge(share: goal.goodput)
        self.maxErrorMs = maxErrorMs
        level = goal.rounded(goal.first)
        phase = .settling(sinceS: 0, concurrency: [])
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
        switch phase {
        case .over: return .end
        case .settling(let sinceS, var concurrency):
            concurrency.append(Self.concurrency(of: look))
            let isSettled = isSettled(look, sinceS: sinceS, concurrency)
            phase =
                isSettled
                ? .holding(since: look, last: look, Trends()) : .settling(sinceS: sinceS, concurrency: concurrency)
            return .goOn
        case .draining(let next, let sinceS, let downTo):
            let isOver = Self.concurrency(of: look) <= downTo || look.nowS - sinceS >= Self.mostDrainS
            return isOver ? settle(next, look) : .goOn
        case .holding(let first, let last, var trends):
            trends.note(look, since: last)
            phase = .holding(since: first, last: look, trends)
            return hold(look, since: first, trends)
        }
    }

    /// The load that was to be played cannot be: the search ends with what it knows.
    ///
    /// - Parameter reason: What is missing, and what to do about it.
    package mutating func cannotPlay(because reason: String) {
        end(.generatorBound, reason)
    }

    /// The run has ended, or is to end: what was learned so far is the result.
    ///
    /// - Parameter look: How it was last; nil where that is not known.
    package mutating func interrupt(_ look: Look?) {
        if let look, case .holding(let first, _, let trends) = phase {
            note(.interrupted, "stopped", look, since: first, trends)
        }
        end(.interrupted, "the search was stopped before it came to an end")
    }

    // MARK: One load

    private static func concurrency(of look: Look) -> Double {
        Double(look.total.turnsRunning + look.arrivalsWaiting)
    }

    /// Whether all users of a load are there, and what the one before has left behind is gone.
    private func isSettled(_ look: Look, sinceS: Double, _ concurrency: [Double]) -> Bool {
        let settlingS = look.nowS - sinceS
        guard settlingS >= Self.settleS.lowerBound else { return false }
        guard settlingS < Self.settleS.upperBound else { return true }
        switch goal.unit {
        case .users: return look.usersActive == UInt64(level)
        case .arrivalsPerS:
            guard concurrency.count >= 4 else { return false }
            // While the queue of a load before is worked off, there are fewer at each look.
            let lately = concurrency.suffix(4)
            return lately.suffix(2).reduce(0, +) >= 0.9 * lately.prefix(2).reduce(0, +)
        }
    }

    private mutating func hold(_ look: Look, since first: Look, _ trends: Trends) -> Order {
        let heldS = look.nowS - first.nowS
        guard heldS >= Self.leastHoldS else { return .goOn }
        let sample = trends.sample
        let turns = sample.turns
        let decision = judge.decision(good: sample.good, of: turns, effect: sample.effect)
        let leastS = goal.unit == .arrivalsPerS ? Self.leastOpenHoldS : Self.leastHoldS
        let patienceS = isConfirming ? goal.confirmS : goal.holdS
        let isOver = heldS >= patienceS && (turns > 0 || heldS >= patienceS * Self.mostPatience)
        if trends.isSaturated, !isOver {
            let reason = "over-saturated: first tokens and turns at the same time both grew, for \(heldS.fixed(0)) s"
            return decide(.broken, reason, look, since: first, trends)
        }
        switch decision {
        case .broken: return decide(.broken, text(of: sample, "under"), look, since: first, trends)
        // To confirm is to hold it for all of the time.
        case .kept where !isConfirming && heldS >= leastS:
            return decide(.kept, text(of: sample, "over"), look, since: first, trends)
        case .kept, .open: break
        }
        guard isOver else { return .goOn }
        guard turns > 0 else {
            return decide(.broken, "no turn ended within \(heldS.fixed(0)) s", look, since: first, trends)
        }
        let isKept = sample.share >= goal.goodput
        if isConfirming { return decide(isKept ? .kept : .broken, text(of: sample, nil), look, since: first, trends) }
        let few =
            turns < judge.leastTurns
            ? "\(judge.leastTurns) would be needed for 99 % confidence" : "too close to call with 99 % confidence"
        let reason = "\(text(of: sample, nil)); \(few)"
        return decide(isKept ? .kept : .broken, reason, look, since: first, trends)
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
        _ trends: Trends
    ) -> Order {
        let since = look.total.since(first.total)
        let canary = look.canary.since(first.canary)
        let limitMs = maxErrorMs ?? ErrorBar.limitMs(maxError: nil, firstTokens: since[.ttft])
        let isLate = canary.count >= Self.leastTicks && ErrorBar.isExceeded(by: canary, limitMs: limitMs)
        let isOwnLimit = since[.clientLimit] > 0
        // More could not be played at the same time, and some waited: that the others were good says too little.
        if decision == .kept, look.arrivalsWaiting > 0 || since[.conversationsDelayed] > 0 {
            note(.generatorBound, reason, look, since: first, trends)
            end(.generatorBound, "conversations waited for a free user: raise --max-users")
            return .end
        }
        // Of a late generator what is kept is kept all the same: its lateness is in the numbers.
        guard decision == .broken, isLate || isOwnLimit else {
            note(decision, reason, look, since: first, trends)
            isRepeating = false
            return next(isKept: decision == .kept, look)
        }
        note(.generatorBound, reason, look, since: first, trends)
        guard !isRepeating else {
            end(.generatorBound, isOwnLimit ? Self.ownLimitText : latenessText(canary, limitMs))
            return .end
        }
        // It may have been something that passes.
        isRepeating = true
        phase = .settling(sinceS: look.nowS, concurrency: [])
        return .goOn
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
        _ trends: Trends
    ) {
        let heldS = look.nowS - first.nowS
        result.levels.append(
            LimitResult.Level(
                level: level,
                isConfirming: isConfirming,
                decision: decision,
                reason: reason,
                stretch: RunStretch(startS: first.nowS, endS: look.nowS, total: look.total.since(first.total)),
                concurrency: trends.meanConcurrency,
                canary: look.canary.since(first.canary),
                cpuShare: heldS > 0 ? (look.cpuS - first.cpuS) / heldS : 0
            )
        )
    }

    // MARK: The next load

    private mutating func next(isKept: Bool, _ look: Look) -> Order {
        if isKept {
            if isConfirming {
                let isHighest = result.broken == nil
                end(
                    isHighest ? .notReached : .found,
                    isHighest ? "the greatest load that was tried kept the objectives" : "confirmed"
                )
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
        return best >= goal.rounded(goal.most) ? confirm(best, look) : play(raised(best), look)
    }

    /// A greater load: the clearer the last one was kept, the greater.
    private func raised(_ best: Double) -> Double {
        let goodput = result.levels.last?.goodput ?? 1
        let headroom = min(max((goodput - goal.goodput) / (1 - goal.goodput), 0), 1)
        let factor = 1.25 + 0.75 * headroom
        return min(max(goal.rounded(best * factor), goal.unit == .users ? best + 1 : best), goal.rounded(goal.most))
    }

    private mutating func confirm(_ best: Double, _ look: Look) -> Order {
        isConfirming = true
        return play(best, look)
    }

    private mutating func play(_ next: Double, _ look: Look) -> Order {
        let kept = result.levels.last { $0.decision == .kept && $0.level == result.best }
        if goal.unit == .arrivalsPerS, let kept, result.levels.last?.decision != .kept {
            let downTo = max(1.1 * kept.concurrency, 1)
            if Self.concurrency(of: look) > downTo {
                phase = .draining(next: next, sinceS: look.nowS, downTo: downTo)
                return .play(goal.rounded(kept.level * Self.drainShare))
            }
        }
        return settle(next, look)
    }

    private mutating func settle(_ next: Double, _ look: Look) -> Order {
        level = next
        phase = .settling(sinceS: look.nowS, concurrency: [])
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
