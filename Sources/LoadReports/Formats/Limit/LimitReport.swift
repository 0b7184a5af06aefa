/// What a search of the limit has found, as text.
public struct LimitReport {
    private let found: LimitResult

    /// Prepares the report of a result.
    ///
    /// - Parameter found: The result.
    public init(_ found: LimitResult) {
        self.found = found
    }

    /// The report, each line ended.
    public var text: String {
        ([found.headline, found.why] + [found.felt, found.aboutUsers].compactMap(\.self) + [""] + table).joined(
            separator: "\n"
        ) + "\n"
    }

    /// What happens, in a line.
    public static func line(of progress: LimitProgress, _ goal: LimitGoal) -> String {
        switch progress {
        case .playing(let level, let isConfirming):
            return "\(goal.text(of: level))\(isConfirming ? ", once more for \(goal.confirmS.fixed(0)) s" : "")"
        case .decided(let level):
            let mark = level.decision.rawValue.replacing("_", with: " ")
            let times = level.firstTokens.map { ", ttft p95 \($0.p95Ms.fixed(1)) ms" } ?? ""
            return "  \(mark) after \(level.stretch.durationS.fixed(0)) s: \(level.reason)\(times)"
        }
    }

    private var table: [String] {
        let isOfUsers = found.goal.unit == .users
        let titles = [
            isOfUsers ? "users" : "arrivals/s", "held (s)", "turns", "good %", "failed", "at once", "ttft p50", "p95",
            "p99",
            "resp. p95", "canary p99",
        ]
        let width = 12
        let head = titles.map { $0.leading(width) }.joined()
        let rows = found.levels.map { level in
            let first = level.firstTokens
            let numbers: [Double?] = [
                first?.p50Ms, first?.p95Ms, first?.p99Ms, level.responses?.p95Ms, level.canaryP99Ms,
            ]
            let cells =
                [
                    level.level == level.level.rounded() ? level.level.fixed(0) : "\(level.level)",
                    level.stretch.durationS.fixed(0), "\(level.turns)",
                    level.goodput.map { ($0 * 100).fixed(2) } ?? "-",
                    "\(level.stretch.total.failed)", level.concurrency.fixed(1),
                ] + numbers.map { $0?.fixed(1) ?? "-" }
            let mark = level.decision.rawValue.replacing("_", with: " ") + (level.isConfirming ? ", once more" : "")
            return cells.map { $0.leading(width) }.joined() + "  " + mark
        }
        return [head + "  (times in ms)", String(repeating: "-", count: head.count)] + rows
    }
}

extension LimitResult {
    /// What was found, in a sentence.
    var headline: String {
        let goal = goal
        let share = "\((goal.goodput * 100).fixed(goal.goodput * 100 == (goal.goodput * 100).rounded() ? 0 : 2)) %"
        let what = "\(share) of turns with \(objectives.joined(separator: ", "))"
        switch verdict {
        case .found:
            let upper = broken.map { "; \(goal.text(of: $0)) are too many" } ?? ""
            return "The limit is \(best.map(goal.text) ?? "unknown") (\(what))\(upper)."
        case .notReached:
            return "At least \(best.map(goal.text) ?? "unknown") are held (\(what)): none that was tried is too much."
        case .firstLevelBroken:
            return
                "Not even \(goal.text(of: goal.first)) \(goal.first == 1 && goal.unit == .users ? "is" : "are") held (\(what))."
        case .notDecided: return "Nothing can be said of \(goal.text(of: goal.first)) (\(what))."
        case .notConfirmed: return "No limit was confirmed (\(what))."
        case .generatorBound:
            return "No limit was found (\(what)): this generator would have been it"
                + (best.map { "; the server holds at least \(goal.text(of: $0))." } ?? ".")
        case .interrupted:
            return "The search was stopped (\(what))" + (best.map { "; \(goal.text(of: $0)) were held." } ?? ".")
        }
    }

    /// What users are, in a sentence; nil where that is said by the options.
    var aboutUsers: String? {
        guard goal.unit == .users, !hasPauses, best != nil else { return nil }
        return
            "Each of these users has a turn on its way all the time: give --think-time and --rest to have people, of whom there may "
            + "be many more."
    }

    /// What is felt at the limit, in a sentence; nil without one.
    var felt: String? {
        guard let level = confirmed else { return nil }
        func p95(_ metric: Metric) -> String? {
            level.stretch[metric].flatMap { MetricSummary($0) }.map { "\(metric.label) \($0.p95Ms.readableMs)" }
        }
        let times = [Metric.ttft, .interEvent, .responseTime, .conversationTime].compactMap(p95).joined(separator: ", ")
        let perS = level.stretch.durationS > 0 ? Double(level.turns) / level.stretch.durationS : 0
        return
            "There, 95 % of them are within \(times); \(perS.fixed(1)) turns/s end, \(level.concurrency.fixed(1)) run at the same "
            + "time, and \(level.stretch.total[.stalledTurns]) had a stall."
    }

    /// Why, in a sentence.
    var why: String {
        guard verdict == .found || verdict == .notReached, let confirmed else { return reason }
        let canary =
            confirmed.canaryP99Ms.map { "; the generator itself was at most \($0.fixed(1)) ms late at p99" } ?? ""
        return "Held once more for \(confirmed.stretch.durationS.fixed(0)) s: \(confirmed.reason)\(canary)."
    }
}

extension LimitResult.Level {
    var firstTokens: MetricSummary? { stretch[.ttft].flatMap { MetricSummary($0) } }
    var responses: MetricSummary? { stretch[.responseTime].flatMap { MetricSummary($0) } }
}
