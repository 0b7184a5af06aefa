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
    case errorFirst = "error_first"
    case heartbeats
    case heartbeatsMidstream = "heartbeats_midstream"
    case noEndMarker = "no_end_marker"
    case finishNoMarker = "finish_no_marker"
    case lengthLimit = "length_limit"
    case pings
    case unknownEvents = "unknown_events"
    case usageNullChoices = "usage_null_choices"
    case usageNoChoices = "usage_no_choices"
    case usageEmptyDelta = "usage_empty_delta"

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
        case .errorFirst: "the answer is an error in a stream of status 200, before the first event"
        case .heartbeats: "in place of events come signs of life, every 50 ms, until the client closes"
        case .heartbeatsMidstream: "half way begin signs of life, every 50 ms, until the client closes"
        case .noEndMarker: "the answer ends cleanly after the last event, without finish reason and end marker"
        case .finishNoMarker: "the answer ends cleanly after the finish reason, without the end marker"
        case .lengthLimit: "the finish reason says that the answer was cut by its limit"
        case .pings: "a sign of life comes at once, and after every event"
        case .unknownEvents: "an event of an unknown kind comes at once, and after every event"
        case .usageNullChoices: "a usage chunk whose choices are null, asked for or not"
        case .usageNoChoices: "a usage chunk without choices, asked for or not"
        case .usageEmptyDelta: "a usage chunk with a choice whose delta is empty, asked for or not"
        }
    }

    /// Whether the fault ends the normal course of the stream half way.
    var endsHalfWay: Bool {
        switch self {
        case .resetMidstream, .truncate, .stall, .errorEvent, .heartbeatsMidstream: true
        default: false
        }
    }

    /// Whether the fault takes the place of all events.
    var endsAtOnce: Bool { self == .errorFirst || self == .heartbeats }

    /// Whether an answer of an API can have it.
    package func applies(to api: MockAPI) -> Bool {
        switch self {
        case .usageNullChoices, .usageNoChoices, .usageEmptyDelta: api == .openAIChat
        case .finishNoMarker: api == .openAIChat || api == .anthropic || api == .aiSDK
        case .lengthLimit: api != .assistant && api != .dify && api != .agUI && api != .a2a
        case .unknownEvents: api != .assistant
        default: true
        }
    }

    /// The APIs that can have it, in brackets; empty where all can.
    package var only: String {
        let names = MockAPI.allCases.filter(applies).map(\.rawValue)
        guard names.count < MockAPI.allCases.count else { return "" }
        let others = MockAPI.allCases.filter { !applies(to: $0) }.map(\.rawValue)
        return names.count > others.count
            ? " [not \(others.joined(separator: ", "))]" : " [\(names.joined(separator: ", "))]"
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
