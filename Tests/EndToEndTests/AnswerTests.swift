import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("Answers that say less than they seem to", .ownThreads)
struct AnswerTests {
    private let conversations = [PlayedRun.conversation(invocations: 3)]

    @Test(
        "are counted, and warned of, when they come in one piece after a wait",
        .timeLimit(.minutes(5)),
        arguments: [
            // A proxy that buffers keeps the chunks or makes its own; a server that does not stream knows the length.
            RawServer.chunkedHead + (0..<60).map { RawServer.chunk("data: \($0)\n\n") }.joined()
                + RawServer.chunk("data: [DONE]\n\n") + "0\r\n\r\n",
            RawServer.chunked((0..<60).map { "data: \($0)\n\n" }.joined() + "data: [DONE]\n\n"),
            RawServer.head + "Content-Length: 32\r\n\r\ndata: a\n\ndata: b\n\ndata: [DONE]\n\n",
        ]
    )
    func onePiece(answer: String) throws {
        let server = try RawServer([RawServer.Part(answer, afterMs: 80)], then: .keep)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, conversations)
        #expect(run.outcomes == ["completed": 3], "\(run.summary.outcomeDetails)")
        #expect(run.summary.answers?.onePiece == 3)
        #expect(run.summary.rows[0].turnsInOnePiece == 3)
        #expect(
            run.summary.warnings.contains { $0.hasPrefix("the text of 3 of 3 completed turns (100.00%) came in one") }
        )
    }

    @Test("are none when a server streams, however fast, and after a wait", .timeLimit(.minutes(5)))
    func streamed() throws {
        let mock = try startMock(events: 100, firstToken: .milliseconds(50), interval: .microseconds(500))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, conversations)
        #expect(run.outcomes == ["completed": 3])
        #expect(run.summary.answers?.onePiece == 0 && run.summary.answers?.withoutContent == 0)
        #expect(run.summary.warnings == [])
    }

    @Test("are warned of when each is a single event, which is not one piece", .timeLimit(.minutes(5)))
    func singleEvent() throws {
        let mock = try startMock(events: 1, firstToken: .milliseconds(50), interval: .milliseconds(1))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, conversations)
        #expect(run.outcomes == ["completed": 3])
        #expect(run.summary.answers?.onePiece == 0)
        #expect(run.summary.warnings.contains { $0.hasPrefix("3 of 3 completed turns (100.00%) had a single content") })
    }

    @Test("are counted, and warned of, when they have no content", .timeLimit(.minutes(5)))
    func withoutContent() throws {
        let server = try RawServer(RawServer.chunked("data\n\ndata: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, conversations)
        #expect(run.outcomes == ["completed": 3])
        #expect(run.summary.answers?.withoutContent == 3 && run.summary.answers?.withoutContentRate == 1)
        #expect(run.summary.rows[0].turnsWithoutContent == 3)
        #expect(run.summary.warnings.contains { $0.hasPrefix("3 of 3 completed turns (100.00%) had no content event") })
    }

    @Test(
        "have the bytes up to their end marker, whether more comes with it or later",
        .timeLimit(.minutes(5)),
        arguments: [("\n", 23, 0), ("\n", 23, 60), ("\r\n", 27, 0)]
    )
    func bytesAfterTheEnd(lineEnd: String, bytes: UInt64, delayMs: Int) throws {
        let answer = ["data: x", "", "data: [DONE]", "", ""].joined(separator: lineEnd)
        let rest = String(repeating: "x", count: 5_000)
        let parts =
            delayMs == 0
            ? [RawServer.Part(RawServer.chunkedHead + RawServer.chunk(answer + rest) + "0\r\n\r\n")]
            : [
                RawServer.Part(RawServer.chunkedHead + RawServer.chunk(answer)),
                RawServer.Part(RawServer.chunk(rest) + "0\r\n\r\n", afterMs: delayMs),
            ]
        let server = try RawServer(parts, then: .keep)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, conversations)
        #expect(run.outcomes == ["completed": 3])
        #expect(run.summary.events.bytes == 3 * bytes)
        #expect(run.summary.rows[0].bytes == 3 * bytes && run.summary.rows[0].endedBytes == 3 * bytes)
    }
}
