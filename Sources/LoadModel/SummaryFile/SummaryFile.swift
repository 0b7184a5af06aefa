import FoundationEssentials

/// `loadtest.summary/1`: a result as the file of `--summary` has it.
///
/// Here and nowhere else is known what stands where in it. Keys are only added; those that came later may be missing.
struct SummaryFile: Codable {
    let schema: String
    let run: Summary.Run
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
    /// The counters that came later than all other keys, by label.
    let counters: [String: UInt64]?

    /// The counters of the whole run that have places of their own.
    static let placed: Set<Counter> = [
        .events, .bytes, .endedBytes, .stalls, .stalledTurns, .goodTurns, .turnsWithoutContent, .turnsInOnePiece,
        .conversationsCompleted, .conversationsFailed, .conversationsCancelled, .goodConversations,
        .conversationsForgotten, .conversationsPlanned, .conversationsWithdrawn, .turnsStarted, .turnsPeak, .usersPeak,
        .staleReuse, .cancelledInSilence, .cancelledBeforeFirstToken, .longestCancelledSilenceNs,
    ]

    private enum CodingKeys: String, CodingKey {
        case schema, run, conversations, turns, outcomes, events, metrics, stalls, answers, goodput, rows, series
        case thresholds, configuration, generator, counters
        case outcomeDetails = "outcome_details"
        case byConversation = "by_conversation"
        case slowestConversations = "slowest_conversations"
    }

    /// What is written of a result.
    init(_ summary: Summary) {
        let result = summary.result
        schema = summary.schema
        run = summary.run
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
        generator = GeneratorOfFile(result.generator)
        counters = result.total.others { _ in true }
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
        result.elapsedS = run.durationS
        result.total = total
        result.rowTallies = PagedArray(rows.lazy.map(\.tally))
        result.conversationTallies = PagedArray(byConversation.lazy.map(\.tally))
        result.slowestConversations = slowestConversations
        result.notes = outcomeDetails.mapValues { detail in
            OutcomeNotes(afterFirstToken: detail.afterFirstToken, codes: detail.codes, examples: detail.examples)
        }
        result.generator = generator.usage
        result.series = series
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
        total[.staleReuse] = generator.usage.staleReuse
        let cancelled = outcomeDetails[TurnOutcome.cancelled.label]
        total[.cancelledInSilence] = cancelled?.silent ?? 0
        total[.cancelledBeforeFirstToken] = cancelled?.silentBeforeFirstToken ?? 0
        total[.longestCancelledSilenceNs] = Nanoseconds.ofMilliseconds(cancelled?.longestSilenceMs ?? 0)
        total.setOthers(counters) { _ in true }
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
        self.init(run: file.run, file.result)
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

/// The file's `generator`; without histograms what a page is told of it.
package struct GeneratorOfFile: Codable {
    let canary: CanaryOfFile?
    let loopIteration: LoopIterationOfFile?
    private var others: GeneratorUsage

    package init(_ usage: GeneratorUsage, withHistograms: Bool = true) {
        canary = usage.canary.map { CanaryOfFile($0, withHistogram: withHistograms) }
        loopIteration = usage.loopIteration.map { LoopIterationOfFile($0, withHistogram: withHistograms) }
        others = usage
    }

    /// The generator as it was counted.
    var usage: GeneratorUsage {
        var usage = others
        usage.canaryDelays = canary?.delays ?? Distribution()
        usage.loopIterations = loopIteration?.lengths ?? Distribution()
        return usage
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FileKey.self)
        others = GeneratorUsage(
            cpuS: try container.decode(Double.self, forKey: "cpu_s"),
            peakRssBytes: try container.decode(UInt64.self, forKey: "peak_rss_bytes"),
            connectionsOpened: try container.decode(UInt64.self, forKey: "connections_opened"),
            staleReuse: try container.decode(UInt64.self, forKey: "stale_reuse")
        )
        others.libcurl = try container.decodeIfPresent(String.self, forKey: "libcurl")
        others.libcurlNote = try container.decodeIfPresent(String.self, forKey: "libcurl_note")
        others.addresses = try container.decodeIfPresent([AddressUsage].self, forKey: "addresses")
        others.maxErrorMs = try container.decodeIfPresent(Double.self, forKey: "max_error_ms")
        others.lostProcesses = try container.decodeIfPresent([String].self, forKey: "lost_processes")
        others.lostMock = try container.decodeIfPresent(String.self, forKey: "lost_mock")
        others.eventLog = try container.decodeIfPresent(EventLogUsage.self, forKey: "event_log")
        canary = try container.decodeIfPresent(CanaryOfFile.self, forKey: "canary")
        // Files of the version before have the second name only.
        loopIteration =
            try container.decodeIfPresent(LoopIterationOfFile.self, forKey: "loop_iteration")
            ?? container.decodeIfPresent(LoopIterationOfFile.self, forKey: "loop_turn")
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FileKey.self)
        try container.encode(others.cpuS, forKey: "cpu_s")
        try container.encode(others.peakRssBytes, forKey: "peak_rss_bytes")
        try container.encode(others.connectionsOpened, forKey: "connections_opened")
        try container.encode(others.staleReuse, forKey: "stale_reuse")
        try container.encodeIfPresent(others.libcurl, forKey: "libcurl")
        try container.encodeIfPresent(others.libcurlNote, forKey: "libcurl_note")
        try container.encodeIfPresent(others.addresses, forKey: "addresses")
        try container.encodeIfPresent(others.maxErrorMs, forKey: "max_error_ms")
        try container.encodeIfPresent(others.lostProcesses, forKey: "lost_processes")
        try container.encodeIfPresent(others.lostMock, forKey: "lost_mock")
        try container.encodeIfPresent(others.eventLog, forKey: "event_log")
        try container.encodeIfPresent(canary, forKey: "canary")
        try container.encodeIfPresent(loopIteration, forKey: "loop_iteration")
        // Its former name, for one version: for readers that look for it.
        try container.encodeIfPresent(loopIteration, forKey: "loop_turn")
    }
}

/// The file's `generator.canary`.
struct CanaryOfFile: Codable {
    let ticks: UInt64
    let p50Ms: Double
    let p99Ms: Double
    let maxMs: Double
    let hdr: String?

    private enum CodingKeys: String, CodingKey {
        case ticks, hdr
        case p50Ms = "p50_ms"
        case p99Ms = "p99_ms"
        case maxMs = "max_ms"
    }

    init(_ canary: GeneratorUsage.Canary, withHistogram: Bool) {
        ticks = canary.ticks
        p50Ms = canary.p50Ms
        p99Ms = canary.p99Ms
        maxMs = canary.maxMs
        hdr = withHistogram ? canary.hdr : nil
    }

    var delays: Distribution {
        let known: [Double: UInt64] = [50: Nanoseconds.ofMilliseconds(p50Ms), 99: Nanoseconds.ofMilliseconds(p99Ms)]
        return Distribution(hdr: hdr, count: ticks, maxMs: maxMs, percentilesNs: known)
    }
}

/// The file's `generator.loop_iteration`.
struct LoopIterationOfFile: Codable {
    let count: UInt64
    let p99Ms: Double
    let maxMs: Double
    let hdr: String?

    private enum CodingKeys: String, CodingKey {
        case count, hdr
        case p99Ms = "p99_ms"
        case maxMs = "max_ms"
    }

    init(_ iteration: GeneratorUsage.LoopIteration, withHistogram: Bool) {
        count = iteration.count
        p99Ms = iteration.p99Ms
        maxMs = iteration.maxMs
        hdr = withHistogram ? iteration.hdr : nil
    }

    var lengths: Distribution {
        let known: [Double: UInt64] = [99: Nanoseconds.ofMilliseconds(p99Ms)]
        return Distribution(hdr: hdr, count: count, maxMs: maxMs, percentilesNs: known)
    }
}

extension Distribution {
    /// Delays of the generator, of whose sum and least a file tells nothing.
    fileprivate init(hdr: String?, count: UInt64, maxMs: Double, percentilesNs: [Double: UInt64]) {
        let maximumNs = Nanoseconds.ofMilliseconds(maxMs)
        let read = hdr.flatMap { Distribution(text: $0, sumNs: 0, minimumNs: 0, maximumNs: maximumNs) }
        self =
            read
            ?? Distribution(count: count, sumNs: 0, minimumNs: 0, maximumNs: maximumNs, percentilesNs: percentilesNs)
    }
}

extension Tally {
    fileprivate init(outcomes: [String: UInt64], metrics: [String: MetricSummary]) {
        self.init()
        for outcome in TurnOutcome.allCases { self[outcome] = outcomes[outcome.label] ?? 0 }
        for metric in Metric.allCases { self[metric] = metrics[metric.label]?.distribution }
    }

    /// Sets a counter to what a file has; nil where it is of an older version.
    fileprivate mutating func set(_ counter: Counter, _ value: UInt64?) {
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
private struct FileKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral: String) { stringValue = stringLiteral }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
