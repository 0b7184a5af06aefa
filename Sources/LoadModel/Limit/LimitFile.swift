import FoundationEssentials

/// `loadtest.limit/1`: what a search of the limit has found, as it is written.
///
/// Here and nowhere else is known what stands where in it. Keys are only added.
struct LimitFile: Encodable {
    /// One load that was held.
    struct Level: Encodable {
        let level: Double
        let confirming: Bool
        let decision: LimitResult.Level.Decision
        let reason: String
        let startS: Double
        let endS: Double
        let turns: UInt64
        let goodTurns: UInt64
        let failedTurns: UInt64
        let goodput: Double?
        let meanConcurrent: Double
        let cpuShare: Double
        let canaryP99Ms: Double?
        let outcomes: [String: UInt64]
        let metrics: [String: MetricSummary]

        enum CodingKeys: String, CodingKey {
            case level, confirming, decision, reason, turns, goodput, outcomes, metrics
            case startS = "start_s"
            case endS = "end_s"
            case goodTurns = "good_turns"
            case failedTurns = "failed_turns"
            case meanConcurrent = "mean_concurrent"
            case cpuShare = "cpu_share"
            case canaryP99Ms = "canary_p99_ms"
        }

        init(_ level: LimitResult.Level) {
            self.level = level.level
            confirming = level.isConfirming
            decision = level.decision
            reason = level.reason
            startS = level.stretch.startS
            endS = level.stretch.endS
            turns = level.turns
            goodTurns = level.goodTurns
            failedTurns = level.stretch.total.failed
            goodput = level.goodput
            meanConcurrent = level.concurrency
            cpuShare = level.cpuShare
            canaryP99Ms = level.canaryP99Ms
            outcomes = level.stretch.total.counts.outcomes.byLabel
            metrics = level.stretch.total.summaries
        }
    }

    /// A number that is null where there is none: its key is always there.
    struct Nullable: Encodable {
        private let value: Double?

        init(_ value: Double?) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let value { try container.encode(value) } else { try container.encodeNil() }
        }
    }

    let schema = "loadtest.limit/1"
    let run: Summary.Run?
    let unit: LimitGoal.Unit
    let objectives: [String]
    let requiredGoodput: Double
    let precision: Double
    let holdS: Double
    let confirmS: Double
    let verdict: LimitResult.Verdict
    let reason: String
    let limit: Nullable
    /// The greatest load that was kept, also where that is no limit.
    let best: Nullable
    let broken: Nullable
    let levels: [Level]

    enum CodingKeys: String, CodingKey {
        case schema, run, unit, objectives, precision, verdict, reason, limit, best, broken, levels
        case requiredGoodput = "required_goodput"
        case holdS = "hold_s"
        case confirmS = "confirm_s"
    }

    init(_ result: LimitResult) {
        run = result.run
        unit = result.goal.unit
        objectives = result.objectives
        requiredGoodput = result.goal.goodput
        precision = result.goal.precision
        holdS = result.goal.holdS
        confirmS = result.goal.confirmS
        verdict = result.verdict
        reason = result.reason
        limit = Nullable(result.limit)
        best = Nullable(result.best)
        broken = Nullable(result.broken)
        levels = result.levels.map { Level($0) }
    }
}

extension LimitResult {
    /// What was found as JSON (`loadtest.limit/1`), with sorted keys and an end of line.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder throws for a number that JSON cannot hold.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var text = Shown.json(try encoder.encode(LimitFile(self)))
        text.append(UInt8(ascii: "\n"))
        return text
    }
}
