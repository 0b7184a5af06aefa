/// An API's shape as data: how a turn is sent to it, and what the events of its answers mean.
public struct APIProfile: Equatable, Sendable, Codable {
    /// Who keeps what was said before.
    public enum History: String, CaseIterable, Sendable, Codable {
        /// The server: every entry of a conversation is a turn, and is sent alone.
        case none
        /// The client, with the answers that it received.
        case live
        /// The client, with the answers that the conversation's file has.
        case recorded
    }

    /// How an answer's body is cut into events.
    public enum Framing: String, CaseIterable, Sendable, Codable {
        /// Server-sent events, as the WHATWG standard says.
        case sse
        /// A JSON value on each line.
        case ndjson
        /// The whole body is one JSON value: one event.
        case json
        /// By the answer's media type.
        case auto
    }

    /// What completes a turn.
    public enum End: String, CaseIterable, Sendable, Codable {
        /// An event that a rule calls `end`.
        case marker
        /// The end of the body, after a finish reason has come.
        case finishReason = "finish_reason"
        /// The end of the body.
        case eof
    }

    /// What servers count tokens of.
    public enum TokenKind: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
        case input, output, reasoning, cached
    }

    /// A header of every request.
    public struct Header: Equatable, Sendable, Codable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: Template

        /// Makes a header.
        public init(name: String, value: Template) {
            self.name = name
            self.value = value
        }
    }

    /// A value of an answer that later requests of the same session use.
    public struct Capture: Equatable, Sendable, Codable {
        /// Where it comes from.
        public enum Source: Equatable, Sendable, Codable {
            /// Places in the data of events, or in a whole answer; the last value that came counts.
            case body([JSONPath])
            /// A header of the response.
            case header(String)
        }

        /// The name in templates.
        public var name: String
        /// Where it comes from.
        public var source: Source

        /// Makes a capture.
        public init(name: String, source: Source) {
            self.name = name
            self.source = source
        }
    }

    /// A request before the first turn of a session.
    public struct SetupRequest: Equatable, Sendable, Codable {
        /// Such as `POST`.
        public var method: String
        /// Below the host's path.
        public var path: Template
        /// Besides the profile's own.
        public var headers: [Header]
        /// Nil for none.
        public var body: JSONTemplate?
        /// What later requests use of its answer.
        public var captures: [Capture]

        /// Makes a request without headers of its own, body and captures.
        public init(method: String, path: Template) {
            self.method = method
            self.path = path
            headers = []
            captures = []
        }
    }

    /// The name, which `--api` and conversations take.
    public var name: String
    /// What the API is, in a few words; may be empty.
    public var description = ""
    /// The method of every turn's request.
    public var method = "POST"
    /// The path of every turn's request, below the host's.
    public var path: Template
    /// The headers of every request, unless the user has others of the same name; one whose value lacks a value, such as an
    /// environment variable that is not set, is left out.
    public var headers: [Header] = []
    /// Values of templates, as JSON writes them: `"gpt-4o-mini"` with its quotes, `0.5`.
    public var variables: [String: String] = [:]
    /// The body of every turn's request; nil for none.
    public var body: JSONTemplate?
    /// One message of `{{messages}}`.
    public var message: JSONTemplate?
    /// What roles are called in messages, by their name in conversations.
    public var roles: [String: String] = [:]
    /// Who keeps what was said before.
    public var history = History.none
    /// How an answer's body is cut into events.
    public var framing = Framing.sse
    /// What events mean; the first that matches counts.
    ///
    /// What none matches is counted, and nothing else.
    public var events: [EventRule] = []
    /// Where the server says how many tokens there were; the last value that came counts.
    public var usage: [TokenKind: [JSONPath]] = [:]
    /// Where the server says why the answer ended; the last value that came counts.
    public var finishReason: [JSONPath] = []
    /// What completes a turn: any of these.
    public var ends: [End] = [.marker]
    /// What later requests of the same session use.
    public var captures: [Capture] = []
    /// The requests before the first turn of a session.
    public var setup: [SetupRequest] = []

    /// Makes a profile with the defaults.
    public init(name: String, path: Template) {
        self.name = name
        self.path = path
    }
}
