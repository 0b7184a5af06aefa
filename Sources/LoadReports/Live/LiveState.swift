/// The state of a run as a page shows it: what `/live` sends once a second.
///
/// Times are milliseconds, rates are those of the last ten seconds.
package struct LiveState: Encodable, Sendable {
    /// What is known of the run besides its numbers.
    package struct Run: Encodable, Sendable {
        /// From 1, for each run that the page has started.
        package var number: Int
        package var host: String
        package var path: String
        package var startedAt: String
        package var elapsedS: Double
        package var userCount: Int
        package var spawnRate: Double
        /// How often conversations arrive by themselves, as it was written last; nil where users take one after another, and
        /// where stages say it.
        package var arrivalRate: String?
        /// How the times between arrivals vary; nil where users take one conversation after another.
        package var arrivals: String?
        /// The stages, as they were written; nil without any.
        package var stages: String?
        /// What there is instead of stages since somebody has ended them, in words; nil while they go on.
        package var stagesEnded: String?
        /// How many users there are to be now by the stages, or how many arrivals a second; nil for a number that stays.
        package var target: Double?
        /// How long the run plays before it counts, as it was written.
        package var warmUp: String?
        package var runTimeS: Double?
        package var timeLeftS: Double?
        package var processes: Int
        package var verdict: Summary.Verdict?
        /// Why the run could not go on.
        package var error: String?

        private enum CodingKeys: String, CodingKey {
            case number, host, path, processes, verdict, error, arrivals, stages, target
            case arrivalRate = "arrival_rate"
            case stagesEnded = "stages_ended"
            case warmUp = "warm_up"
            case startedAt = "started_at"
            case elapsedS = "elapsed_s"
            case userCount = "user_count"
            case spawnRate = "spawn_rate"
            case runTimeS = "run_time_s"
            case timeLeftS = "time_left_s"
        }

        /// A run that has just begun.
        package init(number: Int, host: String, path: String, startedAt: String, userCount: Int, spawnRate: Double) {
            self.number = number
            self.host = Shown.withoutSecrets(host)
            self.path = Shown.withoutSecrets(path)
            self.startedAt = startedAt
            self.userCount = userCount
            self.spawnRate = spawnRate
            elapsedS = 0
            processes = 1
        }
    }

    private struct Gauges: Encodable {
        let users: UInt64
        let streams: UInt64
        let streaming: UInt64
        let connections: UInt64
        let conversations: UInt64
        /// Conversations that have arrived and wait for a free user.
        let waiting: UInt64
    }

    private struct CurrentRates: Encodable {
        let turns: Double
        let failedTurns: Double
        let events: Double
        let bytes: Double
        let conversations: Double
        let arrivals: Double
        let cpu: Double
        /// Nil where the server tells of no tokens.
        let outputTokens: Double?

        private enum CodingKeys: String, CodingKey {
            case turns, events, bytes, conversations, arrivals, cpu
            case outputTokens = "output_tokens"
            case failedTurns = "failed_turns"
        }
    }

    /// A distribution without its histogram.
    private struct Times: Encodable {
        let summary: MetricSummary

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: MetricSummary.CodingKeys.self)
            try summary.encodeNumbers(to: &container)
        }
    }

    private struct Row: Encodable {
        let name: String
        let requests: UInt64
        let failures: UInt64
        let medianMs: Double?
        let p95Ms: Double?
        let p99Ms: Double?
        let averageMs: Double?
        let minMs: Double?
        let maxMs: Double?
        let averageBytes: Double
        let currentRps: Double
        let currentFailuresPerS: Double
        let events: UInt64
        let stalls: UInt64
        let ttftP50Ms: Double?
        let ttftP95Ms: Double?
        // Nil where there are none, so that they are not sent.
        let answerTTFTP50Ms: Double?
        let answerTTFTP95Ms: Double?
        let tpotP50Ms: Double?
        let tpotP95Ms: Double?
        let tokens: TokenCounts?
        let finishReasons: [String: UInt64]?
        let otherEvents: UInt64?
        let unreadableEvents: UInt64?

        private enum CodingKeys: String, CodingKey {
            case name, requests, failures, events, stalls, tokens
            case answerTTFTP50Ms = "answer_ttft_p50_ms"
            case answerTTFTP95Ms = "answer_ttft_p95_ms"
            case tpotP50Ms = "tpot_p50_ms"
            case tpotP95Ms = "tpot_p95_ms"
            case finishReasons = "finish_reasons"
            case otherEvents = "other_events"
            case unreadableEvents = "unreadable_events"
            case medianMs = "median_ms"
            case p95Ms = "p95_ms"
            case p99Ms = "p99_ms"
            case averageMs = "average_ms"
            case minMs = "min_ms"
            case maxMs = "max_ms"
            case averageBytes = "average_bytes"
            case currentRps = "current_rps"
            case currentFailuresPerS = "current_failures_per_s"
            case ttftP50Ms = "ttft_p50_ms"
            case ttftP95Ms = "ttft_p95_ms"
        }

        init(_ row: ReportRow, _ rates: RecentRates) {
            let responses = MetricSummary(row.responses)
            let ttft = row.metric(.ttft)
            name = row.name
            requests = row.requests
            failures = row.failures
            medianMs = responses?.p50Ms
            p95Ms = responses?.p95Ms
            p99Ms = responses?.p99Ms
            averageMs = responses?.meanMs
            minMs = responses?.minMs
            maxMs = responses?.maxMs
            averageBytes = row.averageBytes
            currentRps = rates.requestsPerS(ofRow: row.name)
            currentFailuresPerS = rates.failuresPerS(ofRow: row.name)
            events = row.events
            stalls = row.stalls
            ttftP50Ms = ttft?.p50Ms
            ttftP95Ms = ttft?.p95Ms
            let (answer, tpot) = (row.metric(.answerTTFT), row.metric(.tpot))
            answerTTFTP50Ms = answer?.p50Ms
            answerTTFTP95Ms = answer?.p95Ms
            tpotP50Ms = tpot?.p50Ms
            tpotP95Ms = tpot?.p95Ms
            tokens = row.tally.tokens
            finishReasons = row.tally.finishReasons.isEmpty ? nil : row.tally.finishReasons.byName
            otherEvents = row.tally.otherEvents?.count
            unreadableEvents = row.tally.otherEvents?.unreadable
        }
    }

    private struct ConversationProgress: Encodable {
        let name: String
        let counts: ConversationCounts
        let running: UInt64
        let time: MetricSummary?

        private enum CodingKeys: String, CodingKey {
            case name, running
            case timeP50Ms = "time_p50_ms"
            case timeP95Ms = "time_p95_ms"
        }

        func encode(to encoder: any Encoder) throws {
            try counts.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(running, forKey: .running)
            try container.encodeIfPresent(time?.p50Ms, forKey: .timeP50Ms)
            try container.encodeIfPresent(time?.p95Ms, forKey: .timeP95Ms)
        }
    }

    private struct FailureRow: Encodable {
        let conversation: String
        let outcome: String
        let reason: String
        let count: UInt64
        let firstSeen: String?
        let lastSeen: String?
        let example: String?

        private enum CodingKeys: String, CodingKey {
            case conversation, outcome, reason, count, example
            case firstSeen = "first_seen"
            case lastSeen = "last_seen"
        }
    }

    /// The most rows of a table, and of Locust's.
    package static let mostRows = 500

    private let state: LiveState.State
    private let run: Run?
    /// Whether what is counted now is going to be forgotten.
    private let isWarmingUp: Bool
    /// Whether there is no number of conversations to be reached.
    private let isEndless: Bool
    private let gauges: Gauges
    private let rates: CurrentRates
    private let conversations: ConversationCounts
    private let turns: TurnCounts
    private let events: UInt64
    private let bytes: UInt64
    private let metrics: [String: Times]
    private let stalls: StallCounts
    private let goodput: Goodput?
    private let rows: [Row]
    private let total: Row
    private let byConversation: [ConversationProgress]
    private let slowest: [SlowConversation]
    private let failures: [FailureRow]
    private let thresholds: [ThresholdResult]
    private let warnings: [String]
    private let generator: GeneratorOfFile

    private enum CodingKeys: String, CodingKey {
        case state, run, gauges, rates, conversations, turns, events, bytes, metrics, stalls, goodput, rows, total
        case slowest, failures, thresholds, warnings, generator
        case isWarmingUp = "is_warming_up"
        case isEndless = "is_endless"
        case byConversation = "by_conversation"
    }

    /// The state of a run.
    ///
    /// - Parameters:
    ///   - state: How far it is.
    ///   - run: What is known of it; nil before the first run.
    ///   - snapshot: Its numbers.
    ///   - table: The same as rows.
    ///   - recent: The rates of the last seconds.
    ///   - thresholds: What it was judged by, once it has ended.
    ///   - warnings: What a reader could overlook, once it has ended.
    package init(
        _ state: LiveState.State,
        run: Run?,
        _ snapshot: RunSnapshot,
        _ table: ReportTable,
        recent: RecentRates,
        thresholds: [ThresholdResult],
        warnings: [String] = []
    ) {
        self.state = state
        self.run = run
        isWarmingUp = snapshot.isWarmingUp
        isEndless = snapshot.result.isEndless
        gauges = Gauges(
            users: snapshot.activeUsers,
            streams: snapshot.activeTurns,
            streaming: snapshot.streamingTurns,
            connections: snapshot.openConnections,
            conversations: snapshot.activeConversations,
            waiting: snapshot.arrivalsWaiting
        )
        rates = CurrentRates(
            turns: recent.requestsPerS(ofRow: table.total.name),
            failedTurns: recent.failuresPerS(ofRow: table.total.name),
            events: recent.eventsPerS,
            bytes: recent.bytesPerS,
            conversations: recent.conversationsPerS,
            arrivals: recent.arrivalsPerS,
            cpu: recent.cpuShare,
            outputTokens: snapshot.tokens.map { _ in recent.perS(.outputTokens) }
        )
        conversations = snapshot.conversations
        turns = snapshot.turns
        events = snapshot.events
        bytes = snapshot.bytes
        metrics = snapshot.result.metrics.mapValues { Times(summary: $0) }
        stalls = snapshot.stalls
        goodput = snapshot.goodput
        rows = table.rows.prefix(Self.mostRows).map { Row($0, recent) }
        total = Row(table.total, recent)
        byConversation = snapshot.byConversation.prefix(Self.mostRows).map { result in
            ConversationProgress(
                name: result.conversation,
                counts: result.counts,
                running: result.running,
                time: result.conversationTime
            )
        }
        slowest = snapshot.slowestConversations
        let details = snapshot.outcomeDetails
        failures = table.rows.lazy.flatMap { row in
            row.failuresByKind.map { failure in
                let detail = details[failure.label]
                return FailureRow(
                    conversation: row.name,
                    outcome: failure.label,
                    reason: failure.label,
                    count: failure.count,
                    firstSeen: failure.times?.firstSeen,
                    lastSeen: failure.times?.lastSeen,
                    example: detail?.examples.first
                )
            }
        }.prefix(Self.mostRows).map { $0 }
        self.thresholds = thresholds
        self.warnings = warnings
        generator = GeneratorOfFile(snapshot.result, withHistograms: false)
    }
}
