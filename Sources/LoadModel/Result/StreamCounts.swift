import FoundationEssentials

/// The stalls of a run, or of one of its rows.
public struct StallCounts: Codable, Sendable, Equatable {
    /// What a gap between two content events of one turn has to exceed, in milliseconds.
    public var afterMs: Double
    /// How many gaps did.
    public var total: UInt64
    /// How many turns had such a gap, cancelled ones not counted.
    public var turns: UInt64
    /// `turns` over all turns that were completed, failed or abandoned; 0 without any.
    public var rate: Double

    enum CodingKeys: String, CodingKey {
        case total, turns, rate
        case afterMs = "after_ms"
    }

    init(afterMs: Double, total: UInt64, turns: UInt64, of ended: UInt64) {
        self.afterMs = afterMs
        self.total = total
        self.turns = turns
        rate = Share.of(turns, in: ended)
    }
}

/// Completed turns whose answers say less than they seem to.
public struct AnswerCounts: Codable, Sendable, Equatable {
    /// Those without a content event, which are in no `ttft`.
    public var withoutContent: UInt64
    /// `without_content` over all completed turns; 0 without any.
    public var withoutContentRate: Double
    /// Those whose content events all came together after a wait: nobody has streamed them, and their gaps say nothing.
    ///
    /// They have two content events or more, (last − first content event) / gaps < 0.1 ms, and a `ttft` of 20 ms or more
    /// that is 10 × (last − first content event) or more.
    public var onePiece: UInt64
    /// `one_piece` over all completed turns; 0 without any.
    public var onePieceRate: Double

    enum CodingKeys: String, CodingKey {
        case withoutContent = "without_content"
        case withoutContentRate = "without_content_rate"
        case onePiece = "one_piece"
        case onePieceRate = "one_piece_rate"
    }

    init(withoutContent: UInt64, onePiece: UInt64, of completed: UInt64) {
        self.withoutContent = withoutContent
        self.onePiece = onePiece
        withoutContentRate = Share.of(withoutContent, in: completed)
        onePieceRate = Share.of(onePiece, in: completed)
    }
}

/// How many turns and conversations kept to the objectives.
public struct Goodput: Codable, Sendable, Equatable {
    /// The objectives, as they were written or would be.
    public var objectives: [String]
    /// Completed conversations every completed turn of which met all of them.
    public var goodConversations: UInt64
    /// Completed turns that met all of them.
    public var goodTurns: UInt64
    /// `good_conversations` over all conversations that were completed or failed; 0 without any.
    public var conversations: Double
    /// `good_turns` over all turns that were completed or failed; 0 without any.
    public var turns: Double

    enum CodingKeys: String, CodingKey {
        case objectives, conversations, turns
        case goodConversations = "good_conversations"
        case goodTurns = "good_turns"
    }

    init(
        objectives: [String],
        goodConversations: UInt64,
        ofConversations: ConversationCounts,
        goodTurns: UInt64,
        ofTurns: TurnCounts
    ) {
        self.objectives = objectives
        self.goodConversations = goodConversations
        self.goodTurns = goodTurns
        conversations = Share.of(goodConversations, in: ofConversations.completed + ofConversations.failed)
        turns = Share.of(goodTurns, in: ofTurns.completed + ofTurns.failed)
    }
}

/// One conversation, over all its invocations.
public struct ConversationResult: Sendable, Equatable {
    /// The conversation's name.
    public var conversation: String
    /// How many the whole run had planned.
    var invocations: UInt64
    /// What was counted of it.
    public package(set) var tally: Tally
    var hasObjectives: Bool

    /// The invocations, of which those that are running are in none of the other counts.
    public var counts: ConversationCounts { ConversationCounts(tally, planned: invocations) }
    /// Those that have begun and not ended.
    public var running: UInt64 { tally.conversationsRunning }
    /// Completed ones that met every objective; nil for a run without objectives.
    public var good: UInt64? { hasObjectives ? tally[.goodConversations] : nil }
    /// From the first send to the end of the last turn, of completed ones; nil without any.
    public var conversationTime: MetricSummary? { tally[.conversationTime].flatMap { MetricSummary($0) } }
    /// Those that ended before the numbers were reset, which are in none of the counts; nil for none.
    public var forgotten: UInt64? { tally[.conversationsForgotten] > 0 ? tally[.conversationsForgotten] : nil }
}

/// A conversation that took long.
public struct SlowConversation: Codable, Sendable, Equatable {
    /// How many are kept of a run, the slowest.
    package static let mostKept = 10

    /// The conversation's name.
    public var conversation: String
    /// The id of its (last) session.
    public var session: String
    /// From the first send to the end of the last turn, in milliseconds.
    public var timeMs: Double
    /// The first send, in seconds since the start of the run.
    public var startS: Double

    package init(conversation: String, session: String, timeMs: Double, startS: Double) {
        self.conversation = conversation
        self.session = session
        self.timeMs = timeMs
        self.startS = startS
    }

    enum CodingKeys: String, CodingKey {
        case conversation, session
        case timeMs = "time_ms"
        case startS = "start_s"
    }
}

/// When a failure came first and last, in UTC.
public struct FailureTimes: Codable, Sendable, Equatable {
    /// RFC 3339, in whole seconds.
    public var firstSeen: String
    /// RFC 3339, in whole seconds.
    public var lastSeen: String

    enum CodingKeys: String, CodingKey {
        case firstSeen = "first_seen"
        case lastSeen = "last_seen"
    }
}

package enum Share {
    /// A part over a whole; 0 of nothing.
    package static func of(_ part: UInt64, in whole: UInt64) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}

extension FailureTimes {
    package init(_ moments: OutcomeMoments) {
        func text(_ ns: UInt64) -> String {
            Date(timeIntervalSince1970: Double(ns / Nanoseconds.perSecond)).ISO8601Format()
        }
        self.init(firstSeen: text(moments.firstNs), lastSeen: text(moments.lastNs))
    }

    /// The moments of an outcome; nil for texts that are no times since 1970.
    func moments(of outcome: TurnOutcome) -> OutcomeMoments? {
        func ns(_ text: String) -> UInt64? {
            let seconds = (try? Date(text, strategy: .iso8601))?.timeIntervalSince1970
            return seconds.flatMap { (0...1e10).contains($0) ? UInt64($0) * Nanoseconds.perSecond : nil }
        }
        guard let firstNs = ns(firstSeen), let lastNs = ns(lastSeen) else { return nil }
        return OutcomeMoments(outcome: outcome, firstNs: firstNs, lastNs: lastNs)
    }
}
