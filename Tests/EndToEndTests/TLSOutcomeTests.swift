import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

/// A server that answers each request over TLS with given bytes, and then ends the connection in one of several ways.
private final class RawTLSServer {
    enum Ending: String, CaseIterable {
        /// FIN without TLS's goodbye, as a server that is killed.
        case close
        /// TLS's goodbye, then FIN.
        case goodbye
        case reset
        case keep
    }

    static let whyNot = Installed.missing(of: "python3", "openssl")

    let url: String
    private let temporary: TemporaryFolder
    private let process: RealServerProcess

    init(_ answer: String, then ending: Ending) throws {
        temporary = try TemporaryFolder()
        let folder = URL(fileURLWithPath: temporary.path)
        let servers = Repository.servers
        let maker = try RealServerProcess(
            [servers.appendingPathComponent("make-certificates").path, folder.path],
            in: folder
        )
        _ = try maker.lines(containing: "certificates made")
        try Data(answer.utf8).write(to: folder.appendingPathComponent("answer"))
        process = try RealServerProcess(
            [servers.appendingPathComponent("raw-tls").path, folder.path, ending.rawValue],
            in: folder
        )
        let announcement = "listening on port "
        url = "https://127.0.0.1:\(try process.lines(containing: announcement)[0].dropFirst(announcement.count))"
    }

    func stop() throws {
        try process.stop()
    }
}

/// The labels are those of the same server without TLS, with every libcurl.
@Suite(
    "The outcome of an answer over TLS",
    .ownThreads,
    .enabled(if: RawTLSServer.whyNot.isEmpty, "\(RawTLSServer.whyNot)"),
    .timeLimit(.minutes(5))
)
struct TLSOutcomeTests {
    private static let body = RawServer.chunk("data: a\n\n")

    private func outcomes(
        _ answer: String,
        then ending: RawTLSServer.Ending,
        turns: Int = 1
    ) throws -> (outcomes: [String: UInt64], events: UInt64) {
        let server = try RawTLSServer(answer, then: ending)
        defer { try? server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1, turns: turns)]) {
            $0.isInsecure = true
            $0.onFailure = .continue
        }
        #expect(run.violations == [])
        return (run.outcomes, run.summary.events.total)
    }

    @Test(
        "that the server breaks off by closing is the same with and without TLS's goodbye",
        arguments: [RawTLSServer.Ending.close, .goodbye],
        [
            ("", .connectionReset), ("HTTP/1.1 200 OK\r\nConte", .connectionReset),
            (RawServer.chunkedHead, .truncatedStream), (RawServer.chunkedHead + body, .truncatedStream),
            (RawServer.head + "Content-Length: 100\r\n\r\ndata: a\n\n", .truncatedStream),
            (RawServer.head + "\r\ndata: a\n\n", .truncatedStream),
            (RawServer.head + "\r\ndata: a\n\ndata: [DONE]\n\n", .completed),
        ] as [(String, TurnOutcome)]
    )
    fileprivate func closed(ending: RawTLSServer.Ending, answer: (bytes: String, outcome: TurnOutcome)) throws {
        #expect(try outcomes(answer.bytes, then: ending).outcomes == [answer.outcome.label: 1])
    }

    @Test("that is reset is connection_reset")
    func reset() throws {
        #expect(try outcomes(RawServer.chunkedHead + Self.body, then: .reset).outcomes == ["connection_reset": 1])
    }

    @Test("that is broken is malformed_stream", arguments: ["zz\r\n", "0\r\nnone\r\n\r\n"])
    func malformed(rest: String) throws {
        let answer = RawServer.chunkedHead + Self.body + rest
        #expect(try outcomes(answer, then: .keep).outcomes == ["malformed_stream": 1])
    }

    @Test("is not what came behind the answer before, decrypted but not read")
    func unaskedAnswer() throws {
        let body = RawServer.chunk("data: a\n\ndata: [DONE]\n\n") + "0\r\n\r\n"
        let head = RawServer.head + "Transfer-Encoding: chunked\r\nX-Padding: "
        // As long as libcurl's buffer: what follows is still in OpenSSL's when the turn has ended.
        let padding = String(repeating: "p", count: 2_048 - head.utf8.count - 4 - body.utf8.count)
        let unasked = RawServer.chunked("data: nobody\n\ndata: asked\n\ndata: [DONE]\n\n")
        let played = try outcomes(head + padding + "\r\n\r\n" + body + unasked, then: .keep, turns: 6)
        #expect(played.outcomes == ["completed": 6])
        #expect(played.events == 6)
    }
}
