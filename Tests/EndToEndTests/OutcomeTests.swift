import LoadEngine
import LoadModel
import TestSupport
import Testing

/// Answers of every kind, byte by byte, and the outcome that design and users expect of each.
@Suite("The outcome of an answer", .ownThreads)
struct OutcomeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: [RawServer.Part]
        let ending: RawServer.Ending
        let outcome: TurnOutcome
        var events: UInt64 = 0

        init(
            _ description: String,
            _ answer: String,
            _ ending: RawServer.Ending,
            _ outcome: TurnOutcome,
            events: UInt64 = 0
        ) {
            self.init(description, parts: [RawServer.Part(answer)], ending, outcome, events: events)
        }

        init(
            _ description: String,
            parts answer: [RawServer.Part],
            _ ending: RawServer.Ending,
            _ outcome: TurnOutcome,
            events: UInt64 = 0
        ) {
            testDescription = description
            self.answer = answer
            self.ending = ending
            self.outcome = outcome
            self.events = events
        }
    }

    private static let done = "data: [DONE]\n\n"
    private static let head = RawServer.head
    private static let longText = String(repeating: "a", count: 200_000)
    private static func chunked(_ text: String) -> String { RawServer.chunked(text) }
    private static func text(_ text: String, afterMs delayMs: Int = 0) -> RawServer.Part {
        RawServer.Part(text, afterMs: delayMs)
    }
    /// A comment, again and again.
    private static func pings(_ count: Int) -> [RawServer.Part] {
        (0..<count).map { _ in text(RawServer.chunk(": ping\n\n"), afterMs: 120) }
    }

    static let cases: [Case] = [
        // The end marker.
        Case("marker in a chunked body", chunked("data: a\n\n" + done), .keep, .completed, events: 1),
        Case(
            "marker in a body of known length",
            head + "Content-Length: 23\r\n\r\ndata: a\n\n" + done,
            .keep,
            .completed,
            events: 1
        ),
        Case("marker in a body ended by FIN", head + "\r\ndata: a\n\n" + done, .close, .completed, events: 1),
        Case("marker with CRLF ends", chunked("data: a\r\n\r\ndata: [DONE]\r\n\r\n"), .keep, .completed, events: 1),
        Case("marker of a named event", chunked("event: end\n" + done), .keep, .completed),
        Case("marker of an event named error", chunked("event: error\n" + done), .keep, .completed),
        Case("marker without the optional space", chunked("data:[DONE]\n\n"), .keep, .completed),
        Case("marker without any content", chunked(done), .keep, .completed),
        Case("content after the marker", chunked("data: a\n\n" + done + "data: b\n\n"), .keep, .completed, events: 1),
        Case(
            "garbage after the marker",
            parts: [text(RawServer.chunkedHead + RawServer.chunk(done)), RawServer.Part(bytes: [0xFF, 0xFE])],
            .close,
            .completed
        ),
        Case("reset after the marker", RawServer.chunkedHead + RawServer.chunk(done), .reset, .completed),
        Case("silence after the marker", RawServer.chunkedHead + RawServer.chunk(done), .hold, .completed),
        Case(
            "trailers",
            RawServer.chunkedHead + RawServer.chunk(done) + "0\r\nContent-Type: text/plain\r\n\r\n",
            .keep,
            .completed
        ),
        Case("interim responses", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + chunked(done), .keep, .completed),
        Case(
            "media type in capitals with parameters",
            "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream; charset=UTF-8\r\nConnection: close\r\n\r\n" + done,
            .close,
            .completed
        ),
        Case(
            "unknown fields, NULs and blank noise",
            chunked("\n\n\u{0}: x\nfoo: bar\ndata: \u{0}\n\n\n" + done),
            .keep,
            .completed,
            events: 1
        ),
        Case("comments only before the marker", chunked(": ping\n\n: ping\n\n" + done), .keep, .completed),
        // Not the end marker.
        Case("marker with two spaces", chunked("data:  [DONE]\n\n"), .keep, .truncatedStream, events: 1),
        Case("marker that is not terminated", head + "\r\ndata: [DONE]\n", .close, .truncatedStream),
        Case("end of the body without a marker", chunked("data: a\n\n"), .keep, .truncatedStream, events: 1),
        Case("empty body", head + "Content-Length: 0\r\n\r\n", .keep, .truncatedStream),
        Case(
            "FIN in a chunked body",
            RawServer.chunkedHead + RawServer.chunk("data: a\n\n"),
            .close,
            .truncatedStream,
            events: 1
        ),
        Case(
            "FIN in a body of known length",
            head + "Content-Length: 100\r\n\r\ndata: a\n\n",
            .close,
            .truncatedStream,
            events: 1
        ),
        // Other statuses and types.
        Case("status 204", "HTTP/1.1 204 No Content\r\n\r\n", .keep, .httpStatus),
        Case("status 302", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", .keep, .httpStatus),
        Case(
            "status 503 as an event stream",
            "HTTP/1.1 503 Busy\r\nContent-Type: text/event-stream\r\nContent-Length: 14\r\n\r\n" + done,
            .keep,
            .httpStatus
        ),
        Case(
            "status 201 with a marker",
            "HTTP/1.1 201 Created\r\nContent-Type: text/event-stream\r\nContent-Length: 14\r\n\r\n" + done,
            .keep,
            .httpStatus
        ),
        Case(
            "JSON",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
            .keep,
            .notEventStream
        ),
        Case("no media type", "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + done, .keep, .notEventStream),
        // Malformed.
        Case(
            "a content encoding nobody asked for",
            head + "Content-Encoding: gzip\r\nContent-Length: 14\r\n\r\n" + done,
            .keep,
            .malformedStream
        ),
        Case("a header line of 200 KB", head + "X: " + longText + "\r\n\r\n" + done, .keep, .malformedStream),
        Case(
            "a head that begins with a folded line",
            "HTTP/1.1 200 OK\r\n folded: x\r\nContent-Type: text/event-stream\r\n\r\n" + done,
            .close,
            .malformedStream
        ),
        Case("a trailer without a colon", RawServer.chunkedHead + "0\r\nnone\r\n\r\n", .keep, .malformedStream),
        Case("a status line of HTTP/2", "HTTP/2 200 OK\r\n\r\n", .close, .malformedStream),
        Case("a status of five digits", "HTTP/1.1 99999 OK\r\n\r\n", .close, .malformedStream),
        Case("1,000 header lines", head + String(repeating: "a:\r\n", count: 1_000) + "\r\n", .keep, .malformedStream),
        Case(
            "1,000 interim heads",
            String(repeating: "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n", count: 1_000),
            .keep,
            .malformedStream
        ),
        Case("an answer that is not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", .close, .malformedStream),
        Case("a chunk size that is no number", RawServer.chunkedHead + "zz\r\n\r\n", .keep, .malformedStream),
        Case(
            "invalid UTF-8",
            parts: [text(head + "\r\ndata: a\n\ndata: "), RawServer.Part(bytes: [0xC3, 0x28]), text("\n\n" + done)],
            .close,
            .malformedStream,
            events: 1
        ),
        Case(
            "an event that is too large",
            chunked("data: " + String(repeating: "x", count: 5_000) + "\n\n" + done),
            .keep,
            .malformedStream
        ),
        // Errors told in the stream.
        Case(
            "an event named error",
            chunked("data: a\n\nevent: error\ndata: {}\n\n" + done),
            .keep,
            .serverErrorEvent,
            events: 2
        ),
        // Broken off.
        Case("FIN before any byte", "", .close, .connectionReset),
        Case("FIN in the head", "HTTP/1.1 200 OK\r\nContent-Ty", .close, .connectionReset),
        Case("reset before any byte", "", .reset, .connectionReset),
        Case("reset in the head", "HTTP/1.1 200 OK\r\n", .reset, .connectionReset),
        Case(
            "reset in the body",
            RawServer.chunkedHead + RawServer.chunk("data: a\n\n"),
            .reset,
            .connectionReset,
            events: 1
        ),
        // Silent.
        Case("silence after the head", RawServer.chunkedHead, .hold, .firstTokenTimeout),
        Case(
            "comments without a content event",
            parts: [text(RawServer.chunkedHead)] + pings(10),
            .hold,
            .firstTokenTimeout
        ),
        Case(
            "silence after a content event",
            RawServer.chunkedHead + RawServer.chunk("data: a\n\n"),
            .hold,
            .idleTimeout,
            events: 1
        ),
        Case(
            "comments for ever after a content event",
            parts: [text(RawServer.chunkedHead + RawServer.chunk("data: a\n\n"))] + pings(12),
            .hold,
            .stallTimeout,
            events: 1
        ),
        Case(
            "comments keep the stream alive",
            parts: [text(RawServer.chunkedHead + RawServer.chunk("data: a\n\n"))] + pings(10)
                + [text(RawServer.chunk(done) + "0\r\n\r\n")],
            .keep,
            .completed,
            events: 1
        ),
    ]

    @Test("is what its bytes say", .timeLimit(.minutes(5)), arguments: cases)
    func outcome(of expected: Case) throws {
        let server = try RawServer(expected.answer, then: expected.ending)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 2)]) {
            $0.users = 2
            // Shorter than ten pings, much longer than the gap between two.
            $0.firstTokenTimeout = .milliseconds(1_000)
            $0.idleTimeout = .milliseconds(1_000)
            $0.stallTimeout = .milliseconds(expected.outcome == .stallTimeout ? 800 : 60_000)
            $0.maximumEventBytes = 4_096
        }
        #expect(run.violations == [])
        #expect(run.outcomes == [expected.outcome.label: 2], "\(run.summary.outcomeDetails)")
        #expect(run.summary.events.total == 2 * expected.events)
        #expect(server.requests.count == 2, "each turn is sent once")
    }

    @Test("is tls_failed when an HTTPS run meets a plain server", .timeLimit(.minutes(5)))
    func plainServer() throws {
        let server = try RawServer("HTTP/1.1 400 Bad Request\r\n\r\n", then: .close)
        defer { server.stop() }
        let host = server.url.replacing("http://", with: "https://")
        let run = try PlayedRun.play(host, [PlayedRun.conversation(invocations: 1)])
        // The server answers in plain text, or waits for the end of a head that never comes; either way no TLS.
        #expect(run.violations == [])
        #expect(run.summary.turns.failed == 1)
    }

    @Test("is told apart from the failure of the turn before, on the same handle of libcurl", .timeLimit(.minutes(5)))
    func systemErrorOfTheTurnBefore() throws {
        let reset = RawServer.Answer(
            parts: [Self.text(RawServer.chunkedHead + RawServer.chunk("data: a\n\n"))],
            ending: .reset
        )
        // No system error here: libcurl still has the reset's.
        let garbled = RawServer.Answer(parts: [Self.text(RawServer.chunkedHead + "zz\r\n\r\n")], ending: .keep)
        let server = try RawServer(answers: [reset, garbled])
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1, turns: 2)]) {
            $0.onFailure = .continue
        }
        #expect(run.turns.map(\.outcome) == [.connectionReset, .malformedStream])
    }

    @Test("of a second answer that begins with a folded line corrupts no memory", .timeLimit(.minutes(5)))
    func foldedSecondAnswer() throws {
        func answer(_ field: String) -> RawServer.Answer {
            let rest = "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            let body = RawServer.chunk(Self.done) + "0\r\n\r\n"
            return .init(parts: [Self.text("HTTP/1.1 200 OK\r\n" + field + "\r\n" + rest + body)], ending: .keep)
        }
        let plain = answer("X-Padding: " + String(repeating: "p", count: 60))
        let folded = answer(" folded: " + String(repeating: "F", count: 400))
        let server = try RawServer(answers: [plain, folded, plain, folded, plain, folded])
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1, turns: 6)]) {
            $0.onFailure = .continue
        }
        #expect(run.violations == [])
        #expect(run.outcomes == ["completed": 3, "malformed_stream": 3])
    }

    @Test("sends the request as promised", .timeLimit(.minutes(5)))
    func request() throws {
        let server = try RawServer(Self.chunked(Self.done), then: .keep)
        defer { server.stop() }
        let conversation = Conversation(
            name: "c",
            invocations: 1,
            turns: [.init(role: "user", content: "Hello \"you\"/é"), .init(role: "tool", content: "")]
        )
        let run = try PlayedRun.play(server.url + "/api/", [conversation]) {
            $0.headers = ["Authorization: Bearer abc", "X-Empty:"]
        }
        #expect(run.outcomes == ["completed": 2])
        let session = run.turns[0].session.description
        let requests = server.requests
        #expect(requests[0].hasPrefix("POST /api/stream/assistant/\(session) HTTP/1.1\r\n"))
        #expect(requests[1].hasPrefix("POST /api/stream/assistant/\(session) HTTP/1.1\r\n"))
        for line in [
            "Host: \(server.url.dropFirst(7))", "Accept: text/event-stream", "Content-Type: application/json",
            "Authorization: Bearer abc", "X-Empty:",
        ] {
            #expect(requests[0].contains("\r\n\(line)\r\n"), "\(line)")
        }
        #expect(!requests[0].contains("Expect"))
        #expect(requests[0].hasSuffix("\r\n\r\n{\"role\":\"user\",\"content\":\"Hello \\\"you\\\"/é\"}"))
        #expect(requests[1].hasSuffix("\r\n\r\n{\"role\":\"tool\",\"content\":\"\"}"))
    }
}
