import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: requests it refuses", .ownThreads)
struct MockRequestTests {
    private static let mostHeadBytes = 64 << 10

    /// Sends a request and returns the answer and whether the connection is still usable.
    private func refusal(of request: String) throws -> (answer: MockClient.Answer, staysOpen: Bool) {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(request)
        let answer = try client.takeAnswer()
        let staysOpen = (try? client.playTurn().status) == 200
        return (answer, staysOpen)
    }

    @Test("Health is a GET")
    func health() throws {
        let (answer, staysOpen) = try refusal(of: "GET /health?x=1 HTTP/1.1\r\n\r\n")
        #expect(answer.status == 200)
        #expect(answer.headers["content-length"] == "15")
        #expect(answer.text == #"{"status":"ok"}"#)
        #expect(staysOpen)
    }

    @Test(
        "Other paths are 404",
        arguments: ["/", "/stream/assistant/", "/stream/assistant/a/b", "/xstream/assistant", "*"]
    )
    func unknownPaths(path: String) throws {
        let (answer, staysOpen) = try refusal(of: "POST \(path) HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        #expect(answer.status == 404)
        #expect(staysOpen)
    }

    @Test("Other methods are 405 and are told the right one")
    func otherMethods() throws {
        let turn = try refusal(of: "GET /stream/assistant/a HTTP/1.1\r\n\r\n")
        #expect(turn.answer.status == 405)
        #expect(turn.answer.headers["allow"] == "POST")
        let health = try refusal(of: "POST /health HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        #expect(health.answer.status == 405)
        #expect(health.answer.headers["allow"] == "GET, HEAD")
        #expect(turn.staysOpen && health.staysOpen)
    }

    @Test("HEAD gets no body")
    func headHasNoBody() throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send("HEAD /health HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\n\r\n")
        #expect(try client.takeHead().headers["content-length"] == "15")
        #expect(try client.takeAnswer().text == #"{"status":"ok"}"#)
    }

    @Test(
        "What is not HTTP/1 is 400 and ends the connection",
        arguments: [
            "GET /health\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "GET /health HTTP/2.0\r\n\r\n",
            "G(T /health HTTP/1.1\r\n\r\n",
            "GET /hea lth HTTP/1.1\r\n\r\n", "GET /health HTTP/1.1\r\nno colon\r\n\r\n",
            "GET /health HTTP/1.1\r\nName : x\r\n\r\n", "GET /health HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
            "POST /stream/assistant/a HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST /stream/assistant/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "\u{16}\u{03}\u{01}",
        ]
    )
    func badRequests(request: String) throws {
        let (answer, staysOpen) = try refusal(of: request)
        #expect(answer.status == 400)
        #expect(answer.headers["connection"] == "close")
        #expect(answer.text.hasPrefix(#"{"error":"#))
        #expect(!staysOpen)
    }

    @Test("A body in chunks or of unknown length is 411")
    func lengthRequired() throws {
        let head = "POST /stream/assistant/a HTTP/1.1\r\n"
        let chunked = try refusal(of: head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
        #expect(chunked.answer.status == 411)
        #expect(!chunked.staysOpen)
        #expect(try refusal(of: head + "\r\n").answer.status == 411)
    }

    @Test("A body over 8 MiB is 413, and the answer arrives although the client is still sending")
    func bodyTooLarge() throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let bodyCount = (8 << 20) + 1
        try client.send("POST /stream/assistant/a HTTP/1.1\r\nContent-Length: \(bodyCount)\r\n\r\n")
        try client.send([UInt8](repeating: 0x20, count: bodyCount))
        #expect(try client.takeAnswer().status == 413)
        #expect(client.takeEnd() == .closed)
    }

    @Test("A body of exactly 8 MiB is read")
    func largestBody() throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let fixed = #"{"role": "user", "content": ""}"#
        let content = String(repeating: "y", count: (8 << 20) - fixed.utf8.count)
        try client.send(MockClient.turn(body: #"{"role": "user", "content": "\#(content)"}"#))
        #expect(try client.takeAnswer().chunks.count == 5)
    }

    @Test("Headers over 64 KiB are 431, whether they end or not", arguments: ["", "\r\n\r\n"])
    func headersTooLarge(end: String) throws {
        let start = "GET /health HTTP/1.1\r\nX: "
        let filler = String(repeating: "x", count: Self.mostHeadBytes + 1 - start.utf8.count - end.utf8.count)
        let (answer, staysOpen) = try refusal(of: start + filler + end)
        #expect(answer.status == 431)
        #expect(!staysOpen)
    }

    @Test("Headers of exactly 64 KiB are read")
    func largestHeaders() throws {
        let start = "GET /health HTTP/1.1\r\nX: "
        let filler = String(repeating: "x", count: Self.mostHeadBytes - start.utf8.count - 4)
        #expect(try refusal(of: start + filler + "\r\n\r\n").answer.status == 200)
    }

    @Test(
        "A body that is not a turn is 400 and says why; the connection stays open",
        arguments: [
            ("", "the body is empty"), (" ", "the body is empty"), ("nonsense", "the body is not JSON"),
            ("[]", "the body must be a JSON object"), (#""x""#, "the body must be a JSON object"),
            ("{}", "the body must have a string 'role'"),
            (#"{"role": "user"}"#, "the body must have a string 'content'"),
            (#"{"role": 1, "content": "x"}"#, "the body must have a string 'role'"),
            (#"{"role": "user", "content": null}"#, "the body must have a string 'content'"),
            (#"{"role": "user", "content": "x"} x"#, "the body is not JSON"),
            (#"{"role": "user", "content": "x",}"#, "the body is not JSON"),
            (#"{"role": "user", "content": "x""#, "the body is not JSON"),
            (#"{"role": "user", "content": "\x"}"#, "the body is not JSON"),
            (#"{"a": {"role": "user", "content": "x"}}"#, "the body must have a string 'role'"),
            (String(repeating: "[", count: 100_000), "the body is not JSON"),
        ]
    )
    func badBodies(body: String, problem: String) throws {
        let (answer, staysOpen) = try refusal(of: MockClient.turn(body: body))
        #expect(answer.status == 400)
        #expect(answer.text == #"{"error":"\#(problem)"}"#)
        #expect(staysOpen)
    }

    @Test(
        "Any JSON object with the two strings is a turn",
        arguments: [
            #"{"content":"","role":""}"#,
            #" { "x" : [ 1 , -0.5e+3, true, false, null, {} , [] ], "role":"user","content":"\"\\\u00e9 é" } "#,
            #"{"role":1,"role":"user","content":"x"}"#,
        ]
    )
    func goodBodies(body: String) throws {
        #expect(try refusal(of: MockClient.turn(body: body)).answer.status == 200)
    }

    @Test("A body that is not UTF-8 is 400")
    func invalidUTF8() throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let body = Array(#"{"role":"user","content":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        try client.send("POST /stream/assistant/a HTTP/1.1\r\nContent-Length: \(body.count)\r\n\r\n")
        try client.send(body)
        #expect(try client.takeAnswer().status == 400)
    }
}
