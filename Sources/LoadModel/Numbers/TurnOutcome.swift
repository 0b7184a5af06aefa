/// How a turn ended: one of a closed list.
///
/// The label is what every table, file and metric shows. The raw value is a dense index for counters.
public enum TurnOutcome: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The end marker came.
    case completed
    /// The final status was not 200; redirects are not followed.
    case httpStatus
    /// Status 200, but the media type is missing or is not `text/event-stream`.
    case notEventStream
    /// Invalid UTF-8, an event over the size limit, an undecodable content encoding, or an answer that is not HTTP.
    case malformedStream
    /// An event named exactly `error`.
    case serverErrorEvent
    /// The body ended, or was cut by FIN, without the end marker.
    case truncatedStream
    /// RST at any time before the end marker, or closed before the response headers were complete.
    case connectionReset
    /// The target refused the connection, or the network has no way to it.
    case connectRefused
    /// No connection within the connect timeout.
    case connectTimeout
    /// The name of the target could not be resolved.
    case dnsFailed
    /// The TLS handshake or the verification of the certificate failed.
    case tlsFailed
    /// No content event within the first-token timeout, counted from the send.
    case firstTokenTimeout
    /// After the first content event, no byte for the idle timeout.
    case idleTimeout
    /// After the first content event, no further one for the stall timeout, whatever comments came.
    case stallTimeout
    /// The whole turn took longer than the turn timeout.
    case turnTimeout
    /// The answer ended well, and was not as the conversation expects it.
    case expectationFailed
    /// Our own ports, files or memory ran out: never the server's fault.
    case clientLimit
    /// The user left the answer before its end, as the run asked for; never counted as a failure.
    case abandoned
    /// The run time was over, or the run was stopped; never counted as a failure.
    case cancelled

    /// The name in every table, file and metric.
    public var label: String {
        switch self {
        case .completed: "completed"
        case .httpStatus: "http_status"
        case .notEventStream: "not_event_stream"
        case .malformedStream: "malformed_stream"
        case .serverErrorEvent: "server_error_event"
        case .truncatedStream: "truncated_stream"
        case .connectionReset: "connection_reset"
        case .connectRefused: "connect_refused"
        case .connectTimeout: "connect_timeout"
        case .dnsFailed: "dns_failed"
        case .tlsFailed: "tls_failed"
        case .firstTokenTimeout: "first_token_timeout"
        case .idleTimeout: "idle_timeout"
        case .stallTimeout: "stall_timeout"
        case .turnTimeout: "turn_timeout"
        case .expectationFailed: "expectation_failed"
        case .clientLimit: "client_limit"
        case .abandoned: "abandoned"
        case .cancelled: "cancelled"
        }
    }

    /// Whether the outcome counts as a failure: everything but `completed`, `abandoned` and `cancelled`.
    public var isFailure: Bool { self != .completed && !isCut }

    /// Whether we ended the turn ourselves, so that it is neither completed nor failed.
    public var isCut: Bool { self == .abandoned || self == .cancelled }

    /// Whether the answer's head alone decides it: the body is no stream of events.
    public var isRejection: Bool { self == .httpStatus || self == .notEventStream }

    /// Whether the turn never reached the server: an outage, or a wrong address.
    public var isUnreached: Bool {
        switch self {
        case .connectRefused, .connectTimeout, .dnsFailed, .tlsFailed: true
        default: false
        }
    }

    /// The dense index of the outcome in counters, from 0.
    public var index: Int { Int(rawValue) }

    /// How many outcomes there are.
    package static let count = allCases.count
}
