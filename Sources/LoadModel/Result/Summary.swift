/// The complete result of a run: what `--summary` writes, and what was asked of it.
///
/// Its numbers are views of `result`.
@dynamicMemberLookup
public struct Summary: Sendable {
    /// Whether the numbers can be trusted.
    public enum Verdict: String, Codable, Sendable {
        /// The run ended by itself or at its run time.
        case valid
        /// The generator was too late itself for the numbers to be true.
        case generatorBound = "generator_bound"
        /// The run was stopped from outside.
        case interrupted
    }

    /// What was run, and when.
    public struct Run: Codable, Sendable {
        /// The base URL the turns went to, without what may be secret in it.
        public var host: String
        /// The path of a turn below it, with `{session_id}` for the session's id, and without the values of its query.
        public var path: String
        /// When the run began, as RFC 3339 says.
        public var startedAt: String
        /// From the start to the end of the last turn, in seconds.
        public var durationS: Double
        /// How many users were asked for.
        public var users: Int
        /// How many users were to start per second; nil in a summary of an older version, as the next.
        public var spawnRate: Double?
        /// How conversations arrived by themselves, such as `50/s`; nil for users that took one after another.
        public var arrivalRate: String?
        /// How the times between them varied, such as `poisson`.
        public var arrivals: String?
        /// The addresses that the host stands for, to which the turns went.
        public var addresses: [String]?
        /// How many processes took part.
        public var processes: Int
        /// Whether the numbers can be trusted.
        public var verdict: Verdict
        /// Which share of a run this is; nil for a whole one.
        public var share: ShareOfRun?
        /// The shares that were merged, in their order; nil for a result that was not merged of shares.
        public var shares: [ShareOfRun]?

        enum CodingKeys: String, CodingKey {
            case host, path, users, processes, verdict, addresses, arrivals, share, shares
            case arrivalRate = "arrival_rate"
            case spawnRate = "spawn_rate"
            case startedAt = "started_at"
            case durationS = "duration_s"
        }

        package init(
            host: String,
            path: String,
            startedAt: String,
            durationS: Double,
            users: Int,
            processes: Int,
            verdict: Verdict
        ) {
            self.host = Shown.withoutSecrets(host)
            self.path = Shown.withoutSecrets(path)
            self.startedAt = startedAt
            self.durationS = durationS
            self.users = users
            self.processes = processes
            self.verdict = verdict
        }
    }

    /// What is known about one outcome besides its number.
    public struct OutcomeDetail: Codable, Sendable {
        /// Turns that ended so before their first content event.
        public var beforeFirstToken: UInt64
        /// Turns that ended so after it.
        public var afterFirstToken: UInt64
        /// For `http_status`: how often each status came.
        public var codes: [String: UInt64]?
        /// The first few different texts that go with the outcome, cut.
        public var examples: [String]
        /// Cancelled turns that had been silent for longer than a stall takes, before or after their first content event.
        ///
        /// They count neither as stalls nor as failures. Nil for none.
        public var silent: UInt64?
        /// Those of the silent turns that had no content event yet; nil for none.
        public var silentBeforeFirstToken: UInt64?
        /// The longest of these silences, in milliseconds.
        public var longestSilenceMs: Double?

        enum CodingKeys: String, CodingKey {
            case codes, examples, silent
            case silentBeforeFirstToken = "silent_before_first_token"
            case longestSilenceMs = "longest_silence_ms"
            case beforeFirstToken = "before_first_token"
            case afterFirstToken = "after_first_token"
        }
    }

    /// The events of all answers.
    public struct Events: Codable, Sendable {
        /// How many there were, end markers not counted.
        public var total: UInt64
        /// Bytes of the answers' bodies.
        public var bytes: UInt64
        /// `total` over the run's duration.
        public var perS: Double
        /// `bytes` over the run's duration.
        public var bytesPerS: Double

        enum CodingKeys: String, CodingKey {
            case total, bytes
            case perS = "per_s"
            case bytesPerS = "bytes_per_s"
        }

        init(total: UInt64, bytes: UInt64, durationS: Double) {
            self.total = total
            self.bytes = bytes
            perS = durationS > 0 ? Double(total) / durationS : 0
            bytesPerS = durationS > 0 ? Double(bytes) / durationS : 0
        }
    }

    /// One turn of one conversation, over all its invocations.
    public struct Row: Sendable, Equatable {
        /// The conversation's name.
        public var conversation: String
        /// The turn, from 1.
        public var turn: Int
        /// What was counted of it.
        public package(set) var tally: Tally

        /// Turns sent whose outcome is not known yet: none when the run has ended.
        public var activeTurns: UInt64 { tally.turnsRunning }
        /// The outcomes that occurred, by label.
        public var outcomes: [String: UInt64] { tally.counts.outcomes.byLabel }
        /// Events received, end markers not counted.
        public var events: UInt64 { tally[.events] }
        /// Bytes of the answers' bodies.
        public var bytes: UInt64 { tally[.bytes] }
        /// Those of the turns that were completed or failed; nil in a summary of an older version, as the next two.
        public var endedBytes: UInt64? { tally.known(.endedBytes) }
        /// Completed turns without a content event.
        public var turnsWithoutContent: UInt64? { tally.known(.turnsWithoutContent) }
        /// Completed turns whose content events all came together.
        public var turnsInOnePiece: UInt64? { tally.known(.turnsInOnePiece) }
        /// Gaps that were stalls.
        public var stalls: UInt64 { tally[.stalls] }
        /// Turns that had any.
        public var stalledTurns: UInt64 { tally[.stalledTurns] }
        /// Completed turns that met every objective.
        public var goodTurns: UInt64 { tally[.goodTurns] }
        /// When each failure came first and last, by label.
        public var failureTimes: [String: FailureTimes] {
            tally.moments.reduce(into: [:]) { $0[$1.outcome.label] = FailureTimes($1) }
        }
        /// The distributions, by the metric's label; those with samples.
        public var metrics: [String: MetricSummary] { tally.summaries }
    }

    /// The version of this structure.
    public var schema = schemaName
    /// The version that is written and read.
    public static let schemaName = FileSchema.summary
    /// What was run, and when.
    public var run: Run
    /// What was counted.
    public var result: RunResult
    /// The thresholds of the run and whether they were kept, in the order in which they were given.
    public var thresholds: [ThresholdResult]
    /// The options of the run and their values, as a program that played it wants them shown; secrets are left out.
    public var configuration: [String: String]

    /// What is shown of `result`.
    public subscript<Value>(dynamicMember path: KeyPath<RunResult, Value>) -> Value { result[keyPath: path] }

    /// The durations of a metric in the whole run; nil without any.
    public subscript(metric: Metric) -> Distribution? { result[metric] }
    /// How many turns ended so.
    public subscript(outcome: TurnOutcome) -> UInt64 { result[outcome] }
    /// What a counter has; 0 where it is not known.
    public subscript(counter: Counter) -> UInt64 { result[counter] }

    /// The most users that were at work at the same time; nil in a summary of an older version.
    ///
    /// Of several processes it is the sum, though their peaks need not have been at one moment.
    public var peakUsers: UInt64? { result.total.known(.usersPeak) }

    /// The events of all answers.
    public var events: Events {
        Events(total: result.total[.events], bytes: result.total[.bytes], durationS: run.durationS)
    }

    init(run: Run, _ result: RunResult) {
        self.run = run
        self.result = result
        thresholds = []
        configuration = [:]
    }
}

extension Summary {
    /// The result of a run from its last snapshot, or of one that goes on, from the present one.
    package init(run: Run, last: RunSnapshot, series: TimeSeries) {
        self.init(run: run, last.result)
        result.series = series
    }

    /// Sets the limit of the error bar and, unless the run was interrupted, the verdict.
    package mutating func judge(maxError: Duration?) {
        let limitMs = ErrorBar.limitMs(maxError: maxError, firstTokens: result[.ttft])
        result.generator.maxErrorMs = limitMs
        guard run.verdict == .valid, ErrorBar.isExceeded(by: result.generator.canaryDelays, limitMs: limitMs) else {
            return
        }
        run.verdict = .generatorBound
    }

    /// The result of a whole run.
    ///
    /// - Parameters:
    ///   - run: What was run, and when; its duration, processes and verdict are put in.
    ///   - parts: The results of its parts.
    ///   - lost: The last states of the parts whose processes were lost, already abandoned, and their time until then; all
    ///     parts have the same rows, and there is at least one.
    ///   - maxError: What the canary's 99th percentile may be at most, nil for the default; in each part.
    /// - Returns: Their sum; interrupted when a process was lost.
    package static func merged(
        _ run: Run,
        of parts: [Summary],
        lost: [(last: RunSnapshot, series: TimeSeries)],
        maxError: Duration?
    ) -> Summary {
        var run = run
        let all =
            parts
            + lost.map { last, series in
                run.durationS = last.result.elapsedS
                return Summary(run: run, last: last, series: series)
            }
        run.processes = all.count
        var sum = SummarySum()
        for part in all { sum.add(part) }
        if !lost.isEmpty { sum.interrupt() }
        guard let summary = sum.summary(run, maxError: maxError) else { preconditionFailure("a run has a part") }
        return summary
    }

    /// The result of a part that had ended when the numbers of the run were reset.
    ///
    /// - Parameter startedAt: When they were, as RFC 3339 writes it.
    /// - Returns: The same without what was counted.
    package func forgotten(at startedAt: String) -> Summary {
        Summary(run: run.forgotten(at: startedAt), result.since(result))
    }
}

extension Summary.Run {
    /// The same run, of which nothing has been counted since the numbers were reset.
    ///
    /// - Parameter startedAt: When they were, as RFC 3339 writes it.
    /// - Returns: The same run, which begins then.
    package func forgotten(at startedAt: String) -> Summary.Run {
        var run = self
        run.startedAt = startedAt
        run.durationS = 0
        return run
    }
}
