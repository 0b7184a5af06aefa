import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Text that a server sends", .ownThreads)
struct OutsideTextTests {
    private static let evil = "e\u{1B}[2J\u{9B}31m\u{202E}\u{2066}\u{200B}\u{E0041}\u{7F}\u{2028}"
    private static let flood = String(repeating: "\u{301}", count: 30_000)

    @Test(
        "is kept as it may be shown: on one line, without what nobody sees, and in 200 bytes",
        arguments: [
            ("HTTP/1.1 500 No\r\nContent-Length: \((evil + flood).utf8.count)\r\n\r\n\(evil)\(flood)", "http_status"),
            ("HTTP/1.1 302 No\r\nLocation: \(evil)\(flood)\r\nContent-Length: 0\r\n\r\n", "http_status"),
            ("HTTP/1.1 200 OK\r\nContent-Type: \(evil)\(flood)\r\nContent-Length: 0\r\n\r\n", "not_event_stream"),
            (RawServer.chunked("event: error\ndata: \(evil)\(flood)\n\n"), "server_error_event"),
        ]
    )
    func kept(answer: String, outcome: String) throws {
        let server = try RawServer(answer, then: .close)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1)])
        #expect(run.outcomes == [outcome: 1])
        let examples = run.summary.outcomeDetails[outcome]?.examples ?? []
        #expect(examples.count == 1)
        let example = examples.first ?? ""
        #expect(example.contains(#"e\u{1B}[2J\u{9B}31m\u{202E}"#), "\(example)")
        #expect(!example.unicodeScalars.contains(where: Shown.isHidden))
        #expect(example.utf8.count <= 200 + "…".utf8.count)
    }
}
