import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// What a failure is told to be, for whoever has to find out what the server did wrong.
@Suite("The example of a failure", .ownThreads, .timeLimit(.minutes(5)))
struct ExampleTests {
    private static let head = RawServer.head + "\r\n"
    private static let unended = "data: [DONE] came, but not the empty line that ends an event"

    private func example(
        of outcome: TurnOutcome,
        _ answer: String,
        _ ending: RawServer.Ending = .close
    ) throws -> String {
        let server = try RawServer(answer, then: ending)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1)]) {
            $0.firstTokenTimeout = .milliseconds(ending == .hold ? 200 : 5_000)
            $0.idleTimeout = .milliseconds(ending == .hold ? 200 : 5_000)
        }
        #expect(run.outcomes == [outcome.label: 1])
        return try #require(run.summary.outcomeDetails[outcome.label]?.examples.first)
    }

    @Test(
        "says that only the empty line after the end marker is missing",
        arguments: ["data: [DONE]", "data: [DONE]\n", "data:[DONE]\r\n", "data: a\n\nevent: end\ndata: [DONE]\n"]
    )
    func unendedMarker(body: String) throws {
        #expect(try example(of: .truncatedStream, Self.head + body) == Self.unended)
    }

    @Test("says so as well when the server then falls silent")
    func unendedMarkerInSilence() throws {
        #expect(try example(of: .idleTimeout, Self.head + "data: a\n\ndata: [DONE]\n", .hold) == Self.unended)
        #expect(try example(of: .firstTokenTimeout, Self.head + "data: [DONE]\n", .hold) == Self.unended)
    }

    @Test(
        "of a stream that ends without its marker is about no marker",
        arguments: ["data: a\n\n", "data: [DONE] \n", "data: a\ndata: [DONE]\n", "data: [DONE]\ndata: a"]
    )
    func noMarker(body: String) throws {
        #expect(try example(of: .truncatedStream, Self.head + body) == "the response ended without an end marker")
    }

    @Test(
        "of an answer that is broken says what the server did",
        arguments: [
            ("", .connectionReset, "the server closed the connection without an answer"),
            (
                "HTTP/1.1 200 OK\r\nContent-", .connectionReset,
                "the server closed the connection within the head of its answer"
            ),
            (
                RawServer.head + "Content-Length: 100\r\n\r\ndata: a\n\n", .truncatedStream,
                "the server closed the connection within the response"
            ),
            ("SSH-2.0-x\r\n", .malformedStream, "the answer does not begin with a status line of HTTP/1.1"),
            ("HTTP/1.1 200 OK\r\nnone\r\n\r\n", .malformedStream, "the head of the answer is not HTTP/1.1"),
            (RawServer.chunkedHead + "zz\r\n\r\n", .malformedStream, "the body is not chunked as its head says"),
            (RawServer.chunkedHead + "0\r\nnone\r\n\r\n", .malformedStream, "a header or trailer line without a colon"),
            (
                RawServer.head + "X: " + String(repeating: "x", count: 200_000) + "\r\n\r\n", .malformedStream,
                "a header line of more than 100 KB"
            ),
            (
                RawServer.head + String(repeating: "a:\r\n", count: 600) + "\r\n", .malformedStream,
                "more than 512 header lines and trailers"
            ),
            (
                RawServer.chunkedHead + "0\r\n" + String(repeating: "a: b\r\n", count: 600) + "\r\n", .malformedStream,
                "more than 512 header lines and trailers"
            ),
            (
                RawServer.head + "\r\n{\"error\": \"no such model\"}", .truncatedStream,
                "the response ended without an end marker: {\"error\": \"no such model\"}"
            ),
        ] as [(String, TurnOutcome, String)]
    )
    func broken(answer: String, outcome: TurnOutcome, text: String) throws {
        #expect(try example(of: outcome, answer).hasPrefix(text))
    }

    @Test(
        "of a head that only some versions of libcurl endure is libcurl's reason or ours",
        arguments: [
            (
                "HTTP/2 200 OK\r\n\r\n",
                ["the status line is not one of HTTP/1.1", "the head of the answer is not HTTP/1.1"]
            ),
            (
                "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
                [
                    "the head begins with a folded line",
                    "a header or trailer line without a colon, or folded behind none",
                ]
            ),
        ]
    )
    func refused(answer: String, texts: [String]) throws {
        let example = try example(of: .malformedStream, answer)
        #expect(texts.contains { example.hasPrefix($0) }, "\(example)")
    }

    @Test("tells the media type that came")
    func mediaType() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n<html>"
        let text = try example(of: .notEventStream, answer)
        #expect(text == "Content-Type is text/html; charset=utf-8, not text/event-stream: <html>")
        let missing = try example(of: .notEventStream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(missing == "no Content-Type")
    }

    @Test("has no header that a server sends back")
    func echoed() throws {
        let server = try RawServer(
            "HTTP/1.1 401 No\r\nContent-Length: 34\r\n\r\nnot allowed: Bearer s3cr3tTOKEN 123",
            then: .close
        )
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1)]) {
            $0.headers = ["Authorization: Bearer s3cr3tTOKEN"]
        }
        #expect(run.summary.outcomeDetails["http_status"]?.examples == ["HTTP status 401: not allowed: *** 12"])
    }

    @Test("of a status line without an end is what the server did")
    func endlessStatusLine() throws {
        let text = try example(of: .malformedStream, "HTTP/1.1 200 " + String(repeating: "x", count: 300_000), .hold)
        #expect(text == "a header line of more than 100 KB")
    }

    @Test("of a server that dies over a turn is not that the connection was idle")
    func dies() throws {
        let answer = RawServer.Answer(parts: [.init(RawServer.chunked("data: [DONE]\n\n"))], ending: .keep)
        let death = RawServer.Answer(parts: [.init("", afterMs: 300)], ending: .close)
        let server = try RawServer(answers: [answer, death])
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1, turns: 2)])
        #expect(run.outcomes == ["completed": 1, "connection_reset": 1])
        #expect(
            run.summary.outcomeDetails["connection_reset"]?.examples
                == ["the server closed the connection without an answer; the turn is not sent a second time"]
        )
        #expect(run.summary[.staleReuse] == 0)
        #expect(run.summary.metrics["connect"]?.count == 1)
    }

    @Test("tells where a redirect leads")
    func location() throws {
        let answer = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /login?next=1\r\nContent-Length: 0\r\n\r\n"
        #expect(try example(of: .httpStatus, answer) == "HTTP status 307, Location: /login?next=1")
        let elsewhere = "HTTP/1.1 201 Created\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"
        #expect(try example(of: .httpStatus, elsewhere) == "HTTP status 201")
    }

    @Test("of TLS with a server that does not speak it suggests http")
    func notTLS() throws {
        // It answers what it cannot read with an error in plain text.
        let mock = try startMock(events: 1)
        defer { mock.stop() }
        let host = mock.url.replacing("http://", with: "https://")
        let run = try PlayedRun.play(host, [PlayedRun.conversation(invocations: 1)])
        #expect(run.outcomes == ["tls_failed": 1])
        let text = run.summary.outcomeDetails["tls_failed"]?.examples.first ?? ""
        #expect(text.contains("wrong version number") && text.hasSuffix("try http://"), "\(text)")
    }
}
