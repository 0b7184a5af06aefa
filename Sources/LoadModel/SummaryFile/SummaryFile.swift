import FoundationEssentials

/// `loadtest.summary/1`: a result as the file of `--summary` has it.
///
/// Here and nowhere else is known what stands where in it. Keys are only added; those that came later may be missing.
struct SummaryFile: Codable {
    let schema: String
    let run: RunOfFile
    let conversations: ConversationCounts
    let turns: TurnCounts
    let outcomes: [String: UInt64]
    let outcomeDetails: [String: Summary.OutcomeDetail]
    let events: Summary.Events
    let metrics: [String: MetricSummary]
    let stalls: StallCounts
    let answers: AnswerCounts?
    let goodput: Goodput?
    let rows: [RowOfFile]
    let byConversation: [ConversationOfFile]
    let slowestConversations: [SlowConversation]
    let series: TimeSeries
    let thresholds: [ThresholdResult]
    let configuration: [String: String]
    let generator: GeneratorOfFile
    /// Why completed turns' answers ended, in the words of servers; nil for none.
    let finishReasons: [String: UInt64]?
    /// The counters that came later than all other keys, by label.
    let counters: [String: UInt64]?
    /// Nil without a warm-up.
    let warmUp: StretchOfFile?
    /// Nil where it was not to be found, or there was none.
    let steady: StretchOfFile?

    /// The counters of the whole run that have places of their own.
    static let placed: Set<Counter> = [
        .events, .bytes, .endedBytes, .stalls, .stalledTurns, .goodTurns, .turnsWithoutContent, .turnsInOnePiece,
        .conversationsCompleted, .conversationsFailed, .conversationsCancelled, .goodConversations,
        .conversationsForgotten, .conversationsPlanned, .conversationsWithdrawn, .turnsStarted, .turnsPeak, .usersPeak,
        .staleReuse, .cancelledInSilence, .cancelledBeforeFirstToken, .longestCancelledSilenceNs,
    ]

    private enum CodingKeys: String, CodingKey {
        case schema, run, conversations, turns, outcomes, events, metrics, stalls, answers, goodput, rows, series
        case thresholds, configuration, generator, counters, steady
        case warmUp = "warm_up"
        case finishReasons = "finish_reasons"
        case outcomeDetails = "outcome_details"
        case byConversation = "by_conversation"
        case slowestConversations = "slowest_conversations"
    }

    /// What is written of a result.
    init(_ summary: Summary) {
        let result = summary.result
        schema = summary.schema
        run = RunOfFile(run: summary.run, peakUsers: summary.peakUsers)
        conversations = result.conversations
        turns = result.turns
        outcomes = result.outcomes
        outcomeDetails = result.outcomeDetails
        events = summary.events
        metrics = result.metrics
        stalls = result.stalls
        answers = result.answers
        goodput = result.goodput
        rows = result.rows.map { RowOfFile($0) }
        byConversation = result.byConversation.map { ConversationOfFile($0) }
        slowestConversations = result.slowestConversations
        series = result.series
        thresholds = summary.thresholds
        configuration = summary.configuration
        generator = GeneratorOfFile(result)
        counters = result.total.others { _ in true }
        finishReasons = result.total.finishReasons.isEmpty ? nil : result.total.finishReasons.byName
        warmUp = result.warmUp.map { StretchOfFile($0) }
        steady = result.steady.map { StretchOfFile($0) }
    }

    /// What was counted, as far as the file has it.
    var result: RunResult {
        var layout = RunLayout()
        for row in rows {
            if row.turn == 1 || layout.rowCount == 0 { layout.append(row.conversation, turns: 0) }
            layout.appendRow()
        }
        layout.names = byConversation.map(\.conversation)
        layout.invocations = byConversation.map { $0.counts.planned &+ ($0.forgotten ?? 0) }
        var result = RunResult(layout, stallAfterMs: stalls.afterMs, objectives: goodput?.objectives ?? [])
        result.elapsedS = run.run.durationS
        result.total = total
        result.rowTallies = PagedArray(rows.lazy.map(\.tally))
        result.conversationTallies = PagedArray(byConversation.lazy.map(\.tally))
        result.slowestConversations = slowestConversations
        result.notes = outcomeDetails.mapValues { detail in
            OutcomeNotes(afterFirstToken: detail.afterFirstToken, codes: detail.codes, examples: detail.examples)
        }
        result.generator = generator.usage
        result.series = series
        result.warmUp = warmUp?.stretch
        result.steady = steady?.stretch
        return result
    }

    private var total: Tally {
        var total = Tally(outcomes: outcomes, metrics: metrics)
        total[.events] = events.total
        total[.bytes] = events.bytes
        let endedBytes = rows.map { $0.tally.known(.endedBytes) }
        total.set(.endedBytes, endedBytes.contains(nil) ? nil : endedBytes.reduce(0) { $0 &+ ($1 ?? 0) })
        total[.stalls] = stalls.total
        total[.stalledTurns] = stalls.turns
        total[.goodTurns] = goodput?.goodTurns ?? 0
        total[.goodConversations] = goodput?.goodConversations ?? 0
        total.set(.turnsWithoutContent, answers?.withoutContent)
        total.set(.turnsInOnePiece, answers?.onePiece)
        let forgotten = byConversation.reduce(0) { $0 &+ ($1.forgotten ?? 0) }
        total[.conversationsForgotten] = forgotten
        total[.conversationsPlanned] = conversations.planned &+ forgotten
        total.set(conversations)
        let others = conversations.ended &+ conversations.notStarted
        total.counts.conversationsRunning = conversations.planned - min(others, conversations.planned)
        total[.turnsStarted] = turns.started
        total[.turnsPeak] = turns.peakConcurrent
        total.counts.turnsRunning = rows.reduce(0) { $0 &+ $1.tally.turnsRunning }
        total.set(.usersPeak, run.peakUsers)
        total[.staleReuse] = generator.staleReuse
        let cancelled = outcomeDetails[TurnOutcome.cancelled.label]
        total[.cancelledInSilence] = cancelled?.silent ?? 0
        total[.cancelledBeforeFirstToken] = cancelled?.silentBeforeFirstToken ?? 0
        total[.longestCancelledSilenceNs] = Nanoseconds.ofMilliseconds(cancelled?.longestSilenceMs ?? 0)
        total.setOthers(counters) { _ in true }
        total.finishReasons = CountsByName(finishReasons ?? [:])
        return total
    }
}

extension Summary: Codable {
    /// Reads a summary.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws { self.init(try SummaryFile(from: decoder)) }

    /// Writes the summary.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws { try SummaryFile(self).encode(to: encoder) }

    init(_ file: SummaryFile) {
        self.init(run: file.run.run, file.result)
        thresholds = file.thresholds
        configuration = file.configuration
    }

    /// The summary as JSON, with sorted keys and an end of line.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder throws for a number that JSON cannot hold.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var text = Shown.json(try encoder.encode(self))
        text.append(UInt8(ascii: "\n"))
        return text
    }
}

/// One of the file's `rows`.
struct RowOfFile: Codable {
    let conversation: String
    let turn: Int
    let tally: Tally
    /// As they stand in the file; none of a row that is to be written.
    private(set) var metrics: [String: MetricSummary] = [:]

    /// Those that have been there from the beginning.
    private static let firstCounters: Set<Counter> = [.events, .bytes, .stalls, .stalledTurns, .goodTurns]

    init(_ row: Summary.Row) {
        conversation = row.conversation
        turn = row.turn
        tally = row.tally
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FileKey.self)
        conversation = try container.decode(String.self, forKey: "conversation")
        turn = try container.decode(Int.self, forKey: "turn")
        metrics = try container.decode([String: MetricSummary].self, forKey: "metrics")
        var tally = Tally(
            outcomes: try container.decode([String: UInt64].self, forKey: "outcomes"),
            metrics: metrics
        )
        tally.counts.turnsRunning = try container.decode(UInt64.self, forKey: "active_turns")
        for counter in Counter.allCases where counter.part == .row {
            let key = FileKey(stringLiteral: counter.label)
            let isNeeded = Self.firstCounters.contains(counter)
            tally.set(
                counter,
                isNeeded
                    ? try container.decode(UInt64.self, forKey: key)
                    : try container.decodeIfPresent(UInt64.self, forKey: key)
            )
        }
        tally.finishReasons = CountsByName(
            try container.decodeIfPresent([String: UInt64].self, forKey: "finish_reasons") ?? [:]
        )
        // What is known best of it.
        if tally.known(.endedBytes) == nil { tally[.endedBytes] = tally[.bytes] }
        let times = try container.nestedContainer(keyedBy: FileKey.self, forKey: "failure_times")
        for outcome in TurnOutcome.allCases where times.contains(FileKey(stringLiteral: outcome.label)) {
            let key = FileKey(stringLiteral: outcome.label)
            let texts = try times.decode(FailureTimes.self, forKey: key)
            guard let moments = texts.moments(of: outcome) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: times,
                    debugDescription: "expected times such as 2026-01-02T03:04:05Z, found "
                        + "\(Shown.text(texts.firstSeen)) and \(Shown.text(texts.lastSeen))"
                )
            }
            tally.moments.append(moments)
        }
        self.tally = tally
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FileKey.self)
        let row = Summary.Row(conversation: conversation, turn: turn, tally: tally)
        try container.encode(conversation, forKey: "conversation")
        try container.encode(turn, forKey: "turn")
        try container.encode(row.activeTurns, forKey: "active_turns")
        try container.encode(row.outcomes, forKey: "outcomes")
        for counter in Counter.allCases where counter.part == .row {
            try container.encodeIfPresent(tally.known(counter), forKey: FileKey(stringLiteral: counter.label))
        }
        if !tally.finishReasons.isEmpty { try container.encode(tally.finishReasons.byName, forKey: "finish_reasons") }
        try container.encode(row.failureTimes, forKey: "failure_times")
        try container.encode(row.metrics, forKey: "metrics")
    }
}

/// One of the file's `by_conversation`.
struct ConversationOfFile: Codable {
    let conversation: String
    let counts: ConversationCounts
    let running: UInt64
    let good: UInt64?
    let forgotten: UInt64?
    let conversationTime: MetricSummary?
    let counters: [String: UInt64]?

    private enum CodingKeys: String, CodingKey {
        case conversation, counts, running, good, forgotten, counters
        case conversationTime = "conversation_time"
    }

    init(_ result: ConversationResult) {
        conversation = result.conversation
        counts = result.counts
        running = result.running
        good = result.good
        forgotten = result.forgotten
        conversationTime = result.conversationTime
        counters = result.tally.others { $0 == .conversation }
    }

    var tally: Tally {
        var tally = Tally()
        tally.set(counts)
        tally[.goodConversations] = good ?? 0
        tally[.conversationsForgotten] = forgotten ?? 0
        tally.counts.conversationsRunning = running
        tally[.conversationTime] = conversationTime?.distribution
        tally.setOthers(counters) { $0 == .conversation }
        return tally
    }
}

/// The file's `run`: what was run, and the one number that stands with it.
struct RunOfFile: Codable {
    let run: Summary.Run
    /// Nil in a file of an older version.
    let peakUsers: UInt64?

    init(run: Summary.Run, peakUsers: UInt64?) {
        self.run = run
        self.peakUsers = peakUsers
    }

    init(from decoder: any Decoder) throws {
        run = try Summary.Run(from: decoder)
        peakUsers = try decoder.container(keyedBy: FileKey.self).decodeIfPresent(UInt64.self, forKey: "peak_users")
    }

    func encode(to encoder: any Encoder) throws {
        try run.encode(to: encoder)
        var container = encoder.container(keyedBy: FileKey.self)
        try container.encodeIfPresent(peakUsers, forKey: "peak_users")
    }
}

extension Tally {
    init(outcomes: [String: UInt64], metrics: [String: MetricSummary]) {
        self.init()
        for outcome in TurnOutcome.allCases { self[outcome] = outcomes[outcome.label] ?? 0 }
        for metric in Metric.allCases { self[metric] = metrics[metric.label]?.distribution }
    }

    /// Sets a counter to what a file has; nil where it is of an older version.
    mutating func set(_ counter: Counter, _ value: UInt64?) {
        if let value { self[counter] = value } else { setMissing(counter) }
    }

    /// The counters without places of their own, by label; nil when there are none.
    fileprivate func others(where isMeant: (Counter.Part) -> Bool) -> [String: UInt64]? {
        var others: [String: UInt64] = [:]
        for counter in Counter.allCases where !SummaryFile.placed.contains(counter) && isMeant(counter.part) {
            others[counter.label] = known(counter)
        }
        return others.isEmpty ? nil : others
    }

    fileprivate mutating func setOthers(_ values: [String: UInt64]?, where isMeant: (Counter.Part) -> Bool) {
        for counter in Counter.allCases where !SummaryFile.placed.contains(counter) && isMeant(counter.part) {
            set(counter, values?[counter.label])
        }
    }

    fileprivate mutating func set(_ counts: ConversationCounts) {
        self[.conversationsCompleted] = counts.completed
        self[.conversationsFailed] = counts.failed
        self[.conversationsCancelled] = counts.cancelled
    }
}

/// A key of the file that is made of a name, such as a counter's.
struct FileKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral: String) { stringValue = stringLiteral }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
