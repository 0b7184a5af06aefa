/// A way in which the mock assistant misbehaves in a share of its turns.
///
/// Where a fault says "half way", that is after half of the events, but at least one; a fault that needs an event sends
/// one even when the script asks for none.
package enum Fault: String, CaseIterable, Sendable {
    case http500 = "http_500"
    case http429 = "http_429"
    case resetBeforeHeaders = "reset_before_headers"
    case resetMidstream = "reset_midstream"
    case truncate
    case stall
    case noFirstToken = "no_first_token"
    case badContentType = "bad_content_type"
    case malformed
    case hugeEvent = "huge_event"
    case errorEvent = "error_event"
    case lateDoneChunk = "late_done_chunk"
    case splitBytes = "split_bytes"
    case slowHeaders = "slow_headers"

    /// What a client sees, in one line, for the help text.
    package var summary: String {
        switch self {
        case .http500: "status 500 with a short JSON body"
        case .http429: "status 429 with Retry-After: 1 and a short JSON body"
        case .resetBeforeHeaders: "the connection is reset once the request is read"
        case .resetMidstream: "the connection is reset half way"
        case .truncate: "the answer ends cleanly half way, without [DONE]"
        case .stall: "the answer falls silent half way, until the client closes"
        case .noFirstToken: "headers, then silence until the client closes"
        case .badContentType: "status 200 with an application/json body"
        case .malformed: "the event half way has bytes in it that are not UTF-8"
        case .hugeEvent: "the event half way is 2 MiB long"
        case .errorEvent: "half way comes an event named error, and the answer ends"
        case .lateDoneChunk: "the end of the body comes 50 ms after [DONE]"
        case .splitBytes: "the answer comes one byte per packet, in about 0.4 s (longer beyond 400 events)"
        case .slowHeaders: "the headers come 1 s late"
        }
    }

    /// Whether the fault ends the normal course of the stream half way.
    var endsHalfWay: Bool {
        switch self {
        case .resetMidstream, .truncate, .stall, .errorEvent: true
        default: false
        }
    }

    /// Whether the fault spoils the event half way.
    var spoilsAnEvent: Bool { self == .malformed || self == .hugeEvent }
}

/// A fault and the share of all turns that have it.
package struct FaultShare: Equatable, Sendable {
    package var fault: Fault
    /// From 0 to 100; fractions count.
    package var percent: Double

    package init(_ fault: Fault, percent: Double) {
        self.fault = fault
        self.percent = percent
    }
}
