/// What is measured as a distribution of durations; the formulas are in the README.
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

    /// How many of the metrics, from the first, are kept per conversation and turn.
    package static let perRowCount = 6
}
