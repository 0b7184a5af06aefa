extension Metric {
    /// What is measured, in a few words.
    var formula: String {
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
}
