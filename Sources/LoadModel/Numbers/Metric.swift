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

    /// The name in every table and file.
    public var label: String {
        switch self {
        case .responseTime: "response_time"
        case .failedTime: "failed_time"
        case .ttft: "ttft"
        case .interEvent: "inter_event"
        case .ttfb: "ttfb"
        case .stallTime: "stall_time"
        case .connect: "connect"
        case .tls: "tls"
        case .drain: "drain"
        case .queueDelay: "queue_delay"
        case .conversationTime: "conversation_time"
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
        case .connect: "making a new connection, without TLS"
        case .tls: "the TLS handshake of a new connection"
        case .drain: "end of the response − end of the turn"
        case .queueDelay: "send − intended send"
        case .conversationTime: "last turn's end − first send, of completed conversations"
        }
    }

    /// How many of the metrics, from the first, are kept per conversation and turn.
    package static let perRowCount = 6

    /// Those metrics.
    package static let ofRows = allCases.prefix(perRowCount)

    /// Whether it is one of them.
    package var isOfRows: Bool { rawValue < Self.perRowCount }
}
