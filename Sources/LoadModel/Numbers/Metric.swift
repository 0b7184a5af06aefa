/// What is measured as a distribution of durations.
public enum Metric: Int, CaseIterable, Sendable {
    // The first `perRowCount` are kept per conversation and turn as well.
    /// End marker seen − send, of completed turns.
    case responseTime
    /// Failure seen − send, of failed turns.
    case failedTime
    /// First content event − send.
    case ttft
    /// Every gap between two content events of one turn, all turns pooled.
    case interEvent
    /// First response byte − send.
    case ttfb
    /// The stalls of one turn together, of turns that had any.
    case stallTime
    /// First content event − send, where events may be reasoning or calls of tools before.
    case answerTTFT
    /// (Last content event − first token) / (output tokens − 1), of completed turns of at least two.
    case tpot
    /// How long a new connection took to be made, the TLS handshake not counted.
    case connect
    /// How long the TLS handshake of a new connection took.
    case tls
    /// End of the transfer − end of the turn: how long the response's terminator took after the outcome was known.
    case drain
    /// Send − intended send: how late the turn was handed to libcurl.
    case queueDelay
    /// End of the last turn − first send, of completed conversations.
    case conversationTime
    /// First token of the last turn − first send, of completed conversations.
    case ttfat
    /// End of a set-up request's answer − its send.
    case setup
    // Of an open model, whose conversations have a moment at which they are to be sent: each of these is the one above without
    // `intended`, from that moment.
    /// First response byte − intended send.
    case intendedTTFB
    /// First content event − intended send.
    case intendedTTFT
    /// First content event of the answer − intended send, where events may be reasoning or calls of tools before.
    case intendedAnswerTTFT
    /// End marker seen − intended send, of completed turns.
    case intendedResponseTime
    /// End of the last turn − arrival, of completed conversations.
    case intendedConversationTime
    /// First token of the last turn − arrival, of completed conversations.
    case intendedTTFAT

    /// The name in every table and file.
    public var label: String {
        switch self {
        case .responseTime: "response_time"
        case .failedTime: "failed_time"
        case .ttft: "ttft"
        case .interEvent: "inter_event"
        case .ttfb: "ttfb"
        case .stallTime: "stall_time"
        case .answerTTFT: "answer_ttft"
        case .tpot: "tpot"
        case .connect: "connect"
        case .tls: "tls"
        case .drain: "drain"
        case .queueDelay: "queue_delay"
        case .conversationTime: "conversation_time"
        case .ttfat: "ttfat"
        case .setup: "setup"
        case .intendedTTFB: "intended_ttfb"
        case .intendedTTFT: "intended_ttft"
        case .intendedAnswerTTFT: "intended_answer_ttft"
        case .intendedResponseTime: "intended_response_time"
        case .intendedConversationTime: "intended_conversation_time"
        case .intendedTTFAT: "intended_ttfat"
        }
    }

    /// What is measured, in a few words: in every report, on the page, and in the files that tell.
    public var formula: String {
        switch self {
        case .responseTime: "end marker − send, of completed turns"
        case .failedTime: "failure seen − send, of failed turns"
        case .ttft: "first token − send"
        case .interEvent: "gaps between two content events"
        case .ttfb: "first response byte − send"
        case .stallTime: "the stalls of a turn, of turns with any"
        case .answerTTFT: "first content event − send, where reasoning or tool calls may come before"
        case .tpot: "(last content event − first token) / (output tokens − 1)"
        case .connect: "making a new connection, without TLS"
        case .tls: "the TLS handshake of a new connection"
        case .drain: "end of the response − end of the turn"
        case .queueDelay: "send − intended send"
        case .conversationTime: "last turn's end − first send, of completed conversations"
        case .ttfat: "first token of the last turn − first send, of completed conversations"
        case .setup: "end of a set-up request's answer − its send"
        case .intendedTTFB: "first response byte − intended send"
        case .intendedTTFT: "first token − intended send"
        case .intendedAnswerTTFT: "first content event − intended send, where reasoning or tool calls may come before"
        case .intendedResponseTime: "end marker − intended send, of completed turns"
        case .intendedConversationTime: "last turn's end − arrival, of completed conversations"
        case .intendedTTFAT: "first token of the last turn − arrival, of completed conversations"
        }
    }

    /// How many of the metrics, from the first, are kept per conversation and turn.
    package static let perRowCount = 8

    /// Those metrics.
    package static let ofRows = allCases.prefix(perRowCount)

    /// Whether it is one of them.
    package var isOfRows: Bool { rawValue < Self.perRowCount }
}
