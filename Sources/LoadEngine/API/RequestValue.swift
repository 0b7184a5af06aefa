/// A value of a request that is known only when the request is made.
enum RequestValue: Hashable {
    /// The session's id.
    case sessionID
    /// The user's number, from 1.
    case user
    /// A new UUID each time.
    case uuid
    /// The number of the turn among all that the process has sent, from 1.
    case sequence
    /// Milliseconds since 1970.
    case nowMs
    /// A column of the session's row of data.
    case column(Int)
    /// The text of the answer, where its message is made.
    case answer
    /// What was captured of an answer; its index among the API's captures.
    case capture(Int)
}

/// How a value is written at a place.
enum ValueForm {
    /// As a JSON value of its own type.
    case json
    /// Within a JSON string.
    case inString
    /// Within a path, percent-encoded.
    case path
    /// Within a header line.
    case header
}
