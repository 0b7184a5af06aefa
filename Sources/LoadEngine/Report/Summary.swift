/// The complete result of a run: what `--summary` writes.
public struct Summary: Codable, Sendable {
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
        /// The most users that were at work at the same time; nil in a summary of an older version, as the two below.
        ///
        /// Of several processes it is the sum, though their peaks need not have been at one moment.
        public var peakUsers: UInt64?
        /// How many users were to start per second.
        public var spawnRate: Double?
        /// The addresses that the host stands for, to which the turns went.
        public var addresses: [String]?
        /// How many processes took part.
        public var processes: Int
        /// Whether the numbers can be trusted.
        public var verdict: Verdict

        enum CodingKeys: String, CodingKey {
            case host, path, users, processes, verdict, addresses
            case peakUsers = "peak_users"
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
    public struct Row: Codable, Sendable, Equatable {
        /// The conversation's name.
        public var conversation: String
        /// The turn, from 1.
        public var turn: Int
        /// Turns sent whose outcome is not known yet: none when the run has ended.
        public var activeTurns: UInt64
        /// The outcomes that occurred, by label.
        public var outcomes: [String: UInt64]
        /// Events received, end markers not counted.
        public var events: UInt64
        /// Bytes of the answers' bodies.
        public var bytes: UInt64
        /// Those of the turns that were completed or failed; nil in a summary of an older version, as the next two.
        public var endedBytes: UInt64?
        /// Completed turns without a content event.
        public var turnsWithoutContent: UInt64?
        /// Completed turns whose content events all came together.
        public var turnsInOnePiece: UInt64?
        /// Gaps that were stalls.
        public var stalls: UInt64
        /// Turns that had any.
        public var stalledTurns: UInt64
        /// Completed turns that met every objective.
        public var goodTurns: UInt64
        /// When each failure came first and last, by label.
        public var failureTimes: [String: FailureTimes]
        /// The distributions, by the metric's label; those with samples.
        public var metrics: [String: MetricSummary]

        enum CodingKeys: String, CodingKey {
            case conversation, turn, outcomes, events, bytes, stalls, metrics
            case activeTurns = "active_turns"
            case endedBytes = "ended_bytes"
            case turnsWithoutContent = "turns_without_content"
            case turnsInOnePiece = "turns_in_one_piece"
            case stalledTurns = "stalled_turns"
            case goodTurns = "good_turns"
            case failureTimes = "failure_times"
        }
    }

    /// The version of this structure.
    public var schema = schemaName
    /// The version that is written and read.
    public static let schemaName = FileSchema.summary
    /// What was run, and when.
    public var run: Run
    /// The conversations of the run.
    public var conversations: ConversationCounts
    /// The turns of the run.
    public var turns: TurnCounts
    /// The outcomes that occurred, by label.
    public var outcomes: [String: UInt64]
    /// More about the outcomes that are not `completed`, by label.
    public var outcomeDetails: [String: OutcomeDetail]
    /// The events of all answers.
    public var events: Events
    /// The distributions of the whole run, by the metric's label; those with samples.
    public var metrics: [String: MetricSummary]
    /// The stalls of the run.
    public var stalls: StallCounts
    /// Answers that say less than they seem to; nil in a summary of an older version.
    public var answers: AnswerCounts?
    /// What kept to the objectives; nil for a run without any.
    public var goodput: Goodput?
    /// One for each turn of each conversation, in the order of the files.
    public var rows: PagedArray<Row>
    /// One for each conversation, in the order of the files.
    public var byConversation: PagedArray<ConversationResult>
    /// The conversations that took longest, the slowest first.
    public var slowestConversations: [SlowConversation]
    /// The run over time.
    public var series: TimeSeries
    /// The thresholds of the run and whether they were kept, in the order in which they were given.
    public var thresholds: [ThresholdResult]
    /// The options of the run and their values, as a program that played it wants them shown; secrets are left out.
    public var configuration: [String: String]
    /// What the generator itself used, and how late it was.
    public var generator: GeneratorUsage

    enum CodingKeys: String, CodingKey {
        case schema, run, conversations, turns, outcomes, events, metrics, stalls, answers, goodput, rows, series
        case thresholds, configuration, generator
        case outcomeDetails = "outcome_details"
        case byConversation = "by_conversation"
        case slowestConversations = "slowest_conversations"
    }
}

extension Summary {
    /// The result of a run from its last snapshot, or of one that goes on, from the present one.
    package init(run: Run, last: RunSnapshot, series: TimeSeries) {
        self.run = run
        self.run.peakUsers = last.peakUsers
        conversations = last.conversations
        turns = last.turns
        outcomes = last.outcomes
        outcomeDetails = last.outcomeDetails
        events = Events(total: last.events, bytes: last.bytes, durationS: run.durationS)
        metrics = last.metrics
        stalls = last.stalls
        answers = last.answers
        goodput = last.goodput
        rows = last.rows
        byConversation = last.byConversation
        slowestConversations = last.slowestConversations
        self.series = series
        thresholds = []
        configuration = [:]
        generator = last.generator
    }

    /// Sets the limit of the error bar and, unless the run was interrupted, the verdict.
    package mutating func judge(maxError: Duration?) {
        let limitMs = ErrorBar.limitMs(
            maxError: maxError,
            medianFirstTokenMs: metrics[Metric.ttft.label]?.p50Ms
        )
        generator.maxErrorMs = limitMs
        guard run.verdict == .valid, ErrorBar.isExceeded(by: generator.canary, limitMs: limitMs) else { return }
        run.verdict = .generatorBound
    }
}
