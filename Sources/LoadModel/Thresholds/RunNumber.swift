/// A number of a run that a threshold can be about.
enum RunNumber: Equatable, Sendable {
    /// A number of a distribution of durations.
    case durations(Durations, Statistic)
    /// How many turns had an outcome.
    case outcomeCount(TurnOutcome)
    /// Their share of all turns that were completed or failed.
    case outcomeRate(TurnOutcome)
    /// One of the others.
    case figure(Figure)

    /// What there is a distribution of.
    enum Durations: Equatable, Sendable {
        case metric(Metric)
        case canary
        case loopIteration
    }

    enum Statistic: Equatable, Sendable {
        case count
        case least
        case mean
        /// From 0 to 100.
        case percentile(Double)
        case greatest
    }

    /// The numbers that are there once, by their names.
    enum Figure: String, CaseIterable, Sendable {
        case failuresCount = "failures.count"
        case failuresRate = "failures.rate"
        case stallsCount = "stalls.count"
        case stalledTurns = "stalls.turns"
        case stallsRate = "stalls.rate"
        case onePieceCount = "one_piece.count"
        case onePieceRate = "one_piece.rate"
        case withoutContentCount = "without_content.count"
        case withoutContentRate = "without_content.rate"
        case goodput
        case turnGoodput = "turn_goodput"
        case eventsCount = "events.count"
        case eventsPerS = "events.per_s"
        case otherEvents = "events.other"
        case unreadableEvents = "events.unreadable"
        case bytesCount = "bytes.count"
        case bytesPerS = "bytes.per_s"
        case inputTokens = "tokens.input"
        case inputTokensPerS = "tokens.input.per_s"
        case outputTokens = "tokens.output"
        case outputTokensPerS = "tokens.output.per_s"
        case reasoningTokens = "tokens.reasoning"
        case reasoningTokensPerS = "tokens.reasoning.per_s"
        case cachedTokens = "tokens.cached"
        case cachedTokensPerS = "tokens.cached.per_s"
        case turnsStarted = "turns.started"
        case turnsCompleted = "turns.completed"
        case turnsFailed = "turns.failed"
        case turnsAbandoned = "turns.abandoned"
        case turnsCancelled = "turns.cancelled"
        case turnsPeak = "turns.peak_concurrent"
        case turnsPerS = "turns.per_s"
        case conversationsPlanned = "conversations.planned"
        case conversationsCompleted = "conversations.completed"
        case conversationsFailed = "conversations.failed"
        case conversationsCancelled = "conversations.cancelled"
        case conversationsNotStarted = "conversations.not_started"
        case conversationsDelayed = "conversations.delayed"
        case conversationsPerS = "conversations.per_s"
        case runDuration = "run.duration"
        case generatorCPU = "generator.cpu"
        case generatorMemory = "generator.peak_rss_bytes"
        case connectionsOpened = "generator.connections_opened"
        case staleReuse = "generator.stale_reuse"
    }

    /// What its values are, and limits of it.
    enum Unit {
        /// Milliseconds.
        case duration
        /// From 0 to 1.
        case share
        case number
    }

    var unit: Unit {
        switch self {
        case .durations(_, .count), .outcomeCount: .number
        case .durations: .duration
        case .outcomeRate: .share
        case .figure(let figure):
            switch figure {
            case .failuresRate, .stallsRate, .onePieceRate, .withoutContentRate, .goodput, .turnGoodput: .share
            case .runDuration, .generatorCPU: .duration
            default: .number
            }
        }
    }

    /// The smallest part of a run that a number is known for.
    enum Part: Int {
        case turn
        case conversation
        case run
    }

    var smallestPart: Part {
        switch self {
        case .durations(.metric(let metric), _):
            metric.isOfRows ? .turn : metric == .conversationTime ? .conversation : .run
        case .durations: .run
        case .outcomeCount, .outcomeRate: .turn
        case .figure(let figure):
            switch figure {
            case .turnsStarted, .turnsPeak, .runDuration, .generatorCPU, .generatorMemory, .connectionsOpened,
                .staleReuse, .conversationsDelayed:
                .run
            case .goodput, .conversationsPlanned, .conversationsCompleted, .conversationsFailed,
                .conversationsCancelled, .conversationsNotStarted, .conversationsPerS:
                .conversation
            default: .turn
            }
        }
    }

    /// Whether it is known of a stretch of time of the run.
    var isOfStretches: Bool {
        switch self {
        case .durations(.metric, _), .outcomeCount, .outcomeRate: true
        case .durations: false
        case .figure(let figure):
            switch figure {
            case .turnsStarted, .turnsPeak, .conversationsPlanned, .conversationsNotStarted, .generatorCPU,
                .generatorMemory, .connectionsOpened, .staleReuse:
                false
            default: true
            }
        }
    }

    /// How a number changes while a run goes on.
    enum Course {
        case rises
        case falls
        case varies
    }

    var course: Course {
        switch self {
        case .durations(_, .count), .durations(_, .greatest), .outcomeCount: .rises
        case .durations(_, .least): .falls
        case .durations, .outcomeRate: .varies
        case .figure(let figure):
            switch figure {
            case .failuresRate, .stallsRate, .onePieceRate, .withoutContentRate, .goodput, .turnGoodput, .eventsPerS,
                .bytesPerS, .inputTokensPerS, .outputTokensPerS, .reasoningTokensPerS, .cachedTokensPerS, .turnsPerS,
                .conversationsPerS, .conversationsPlanned:
                .varies
            case .conversationsNotStarted: .falls
            default: .rises
            }
        }
    }
}
