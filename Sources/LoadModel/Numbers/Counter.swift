/// What is counted; the one list of it, for the whole run, its conversations and its rows alike.
///
/// A new counter needs a case, a place that counts it, and somebody who shows it: everything that adds counts up, takes the
/// difference of two moments, resets, sends or reads them goes through all cases.
public enum Counter: Int, CaseIterable, Sendable {
    // Of each row.
    /// Events received, end markers not counted.
    case events
    /// Bytes of the answers' bodies.
    case bytes
    /// Those of the turns that were completed or failed.
    case endedBytes
    /// Gaps that were stalls.
    case stalls
    /// Turns that had any, cancelled ones not counted.
    case stalledTurns
    /// Completed turns that met every objective.
    case goodTurns
    /// Completed turns without a content event.
    case turnsWithoutContent
    /// Completed turns whose content events all came together.
    case turnsInOnePiece
    /// Completed turns of which the server told how many tokens they had.
    case turnsWithUsage
    /// Tokens of the requests of completed turns, as the server counts them.
    case inputTokens
    /// Tokens of their answers.
    case outputTokens
    /// Tokens of what was thought before the answers.
    case reasoningTokens
    /// Tokens of the requests that the server had in a cache.
    case cachedTokens
    /// Events that no rule of the API's profile matches.
    case otherEvents
    /// Those of them whose data had to be JSON and was not.
    case unreadableEvents

    // Of each conversation.
    /// Invocations of which every turn was completed.
    case conversationsCompleted
    /// Invocations of which a turn failed.
    case conversationsFailed
    /// Invocations that had begun and were ended by the end of the run.
    case conversationsCancelled
    /// Completed invocations that met every objective.
    case goodConversations
    /// Invocations that ended before the numbers were reset: in none of the other counts, and planned no more.
    case conversationsForgotten

    // Of the whole run.
    /// Invocations that the run was to play, those included that were forgotten since.
    case conversationsPlanned
    /// Invocations that were taken and given up before a turn was sent: they count as not started.
    case conversationsWithdrawn
    /// Conversations that arrived by themselves and found no free user.
    case conversationsDelayed
    /// Turns that were sent.
    case turnsStarted
    /// The most turns that were running at the same time.
    case turnsPeak
    /// The most users that were at work at the same time.
    case usersPeak
    /// Sends that libcurl wanted to repeat on a connection the server had closed.
    case staleReuse
    /// Turns that were cancelled in the middle of a silence long enough for a stall.
    case cancelledInSilence
    /// Those of them that had no content event yet.
    case cancelledBeforeFirstToken
    /// The longest such silence, in nanoseconds.
    case longestCancelledSilenceNs

    /// The smallest part of a run that has a counter of its own; the whole run has it too.
    public enum Part: Sendable {
        /// A turn of a conversation.
        case row
        /// A conversation.
        case conversation
        /// The run.
        case run
    }

    /// How the counts of two parts of a run become one.
    public enum Merge: Sendable {
        /// They are added up; so are peaks, though they need not have been at one moment.
        case sum
        /// The greater one.
        case greatest
    }

    /// How a counter goes on when the numbers are reset, and what is left of it since an earlier moment.
    enum Course {
        /// From 0: it is what has come since.
        case counts
        /// From what there is at that moment: where it has risen since, it is what it has risen to.
        case peak
        /// As if nothing had happened.
        case stays
    }

    /// The name in the files that are written.
    public var label: String {
        switch self {
        case .events: "events"
        case .bytes: "bytes"
        case .endedBytes: "ended_bytes"
        case .stalls: "stalls"
        case .stalledTurns: "stalled_turns"
        case .goodTurns: "good_turns"
        case .turnsWithoutContent: "turns_without_content"
        case .turnsInOnePiece: "turns_in_one_piece"
        case .turnsWithUsage: "turns_with_usage"
        case .inputTokens: "input_tokens"
        case .outputTokens: "output_tokens"
        case .reasoningTokens: "reasoning_tokens"
        case .cachedTokens: "cached_tokens"
        case .otherEvents: "other_events"
        case .unreadableEvents: "unreadable_events"
        case .conversationsCompleted: "conversations_completed"
        case .conversationsFailed: "conversations_failed"
        case .conversationsCancelled: "conversations_cancelled"
        case .goodConversations: "good_conversations"
        case .conversationsForgotten: "conversations_forgotten"
        case .conversationsPlanned: "conversations_planned"
        case .conversationsWithdrawn: "conversations_withdrawn"
        case .conversationsDelayed: "conversations_delayed"
        case .turnsStarted: "turns_started"
        case .turnsPeak: "turns_peak"
        case .usersPeak: "users_peak"
        case .staleReuse: "stale_reuse"
        case .cancelledInSilence: "cancelled_in_silence"
        case .cancelledBeforeFirstToken: "cancelled_before_first_token"
        case .longestCancelledSilenceNs: "longest_cancelled_silence_ns"
        }
    }

    /// The smallest part of a run that has it.
    public var part: Part {
        switch self {
        case .events, .bytes, .endedBytes, .stalls, .stalledTurns, .goodTurns, .turnsWithoutContent, .turnsInOnePiece,
            .turnsWithUsage, .inputTokens, .outputTokens, .reasoningTokens, .cachedTokens, .otherEvents,
            .unreadableEvents:
            .row
        case .conversationsCompleted, .conversationsFailed, .conversationsCancelled, .goodConversations,
            .conversationsForgotten:
            .conversation
        default: .run
        }
    }

    /// How the counts of two parts of a run become one.
    public var merge: Merge { self == .longestCancelledSilenceNs ? .greatest : .sum }

    var course: Course {
        switch self {
        case .turnsPeak, .usersPeak, .longestCancelledSilenceNs: .peak
        case .conversationsPlanned, .conversationsForgotten, .conversationsWithdrawn: .stays
        default: .counts
        }
    }

    /// The numbers of all counters, by their raw values: inline memory, in which a counter is one word at a fixed place.
    ///
    /// There is room for more counters. Whoever makes it larger builds from scratch: of files that have such numbers only
    /// within another type an incremental build keeps what was compiled for the old size.
    @usableFromInline typealias Values = InlineArray<32, UInt64>
}
