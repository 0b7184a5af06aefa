import LoadEngine

/// How one API is spoken: which requests it takes, and what its answers look like on the wire.
///
/// Written by hand for each API, from what real servers send, and never from the profiles of the engine: a profile that is
/// wrong does not agree with it. What it writes is whole events with their ends; the loop adds the chunks of HTTP.
/// - Isolation: loop
protocol Dialect: Sendable {
    // MARK: Requests

    /// What a request is for.
    func route(_ request: MockRequest) -> Route

    /// Reads the body of a turn's request: a JSON object.
    ///
    /// - Parameters:
    ///   - body: At its beginning.
    ///   - request: The whole request; valid during the call, as all of its parts.
    ///   - turn: Fresh; gets what the answer and the log need.
    ///   - ids: Tells the ids that were given.
    /// - Returns: Why it is refused, nil when it is answered.
    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?

    /// Why a body is refused that is no JSON object.
    func refusal(ofBody message: StaticString) -> Refusal

    /// Writes the answer to a request before the first turn of a session.
    func writeSetupAnswer(_ turn: inout DialectTurn, into body: inout ByteBuffer)

    /// Writes the body of an answer that refuses a request.
    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer)

    // MARK: Answers

    /// Writes the header lines of a stream, from its media type on.
    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer)

    /// Makes the heads and tails of the pieces, which stay the same for the whole answer.
    func prepare(_ turn: inout DialectTurn)

    /// Writes what comes with the headers, before anything is said.
    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer)

    /// Writes what comes before the first piece of a part, and after the last one of the part before.
    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer)

    /// Writes a piece up to where its text begins.
    func writeHead(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer)

    /// Writes what comes after a piece's text.
    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer)

    /// Writes the end of an answer, after its last piece.
    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer)

    /// Writes that the answer has failed, and its end.
    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer)

    /// Writes a sign of life that says nothing.
    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer)

    /// Writes an event of a kind that no client knows, with a text in it that belongs to no answer.
    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer)
}

extension Dialect {
    func refusal(ofBody message: StaticString) -> Refusal { .badRequest(message) }

    func writeSetupAnswer(_ turn: inout DialectTurn, into body: inout ByteBuffer) {}

    func writeHead(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(turn.head(of: part).bytes)
    }

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(turn.tail(of: part).bytes)
    }

    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(": ping\n\n")
    }
}

/// What a request is for.
enum Route {
    case turn
    /// A request before the first turn.
    case setup
    /// The text says what is there instead.
    case unknown(StaticString)
}

/// A part of an answer whose pieces are of one kind.
enum AnswerPart: Sendable {
    case reasoning, content
}

/// How an answer ends.
enum AnswerEnding: Sendable {
    /// With everything that belongs to it.
    case whole
    /// As whole, but because its limit was reached.
    case cutByLength
    /// With the finish reason, and without the end marker that follows it.
    case withoutMarker
    /// With a usage chunk whose `choices` are null.
    case usageWithNullChoices
    /// With a usage chunk that has no `choices`.
    case usageWithoutChoices
    /// With a usage chunk that has a choice with an empty delta.
    case usageWithEmptyDelta

    /// Whether the finish reason is that of a limit.
    var isCutByLength: Bool { self == .cutByLength }
}

/// Why a request is not answered with a stream.
struct Refusal {
    /// The status and its reason, such as "404 Not Found".
    var status: StaticString
    var message: StaticString
    /// The API's own word for it, where the status does not say it.
    var code: StaticString = ""

    static func badRequest(_ message: StaticString, code: StaticString = "") -> Refusal {
        Refusal(status: "400 Bad Request", message: message, code: code)
    }

    static func notFound(_ message: StaticString, code: StaticString = "") -> Refusal {
        Refusal(status: "404 Not Found", message: message, code: code)
    }

    /// The number of the status.
    var statusCode: Int {
        UnsafeRawBufferPointer(start: status.utf8Start, count: min(3, status.utf8CodeUnitCount)).decimal ?? 0
    }
}
