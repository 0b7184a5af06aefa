import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("A kept connection", .ownThreads)
struct KeepAliveTests {
    @Test("serves all turns of its user, and the next conversation", .timeLimit(.minutes(5)))
    func isKept() throws {
        let mock = try startMock()
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 5, turns: 3)])
        #expect(run.outcomes == ["completed": 15])
        #expect(run.summary.generator.connectionsOpened == 1)
        #expect(mock.counters.acceptedConnections == 1)
    }

    @Test("is not closed when those of a hundred users are idle at the same time", .timeLimit(.minutes(5)))
    func isKeptForAll() throws {
        let mock = try startMock(events: 3, interval: .milliseconds(50))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 100, turns: 3)]) { $0.users = 100 }
        #expect(run.outcomes == ["completed": 300])
        #expect(run.summary.generator.connectionsOpened <= 100)
    }

    private static let closings = [
        MockConfiguration.IdleClose.afterTerminator(delayNs: 0), .resetAfterTerminator(delayNs: 0),
        .afterTerminator(delayNs: 200_000), .resetAfterTerminator(delayNs: 200_000),
    ]

    /// Plays 120 turns against a server that closes connections; with the session of each turn that it has answered, and how
    /// many came.
    private func played(
        _ closing: MockConfiguration.IdleClose,
        change: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> (run: PlayedRun, sessions: [String], posts: Int) {
        let log = MockLogFile()
        let mock = try startMock {
            $0.closesAfterTurn = closing
            $0.logPath = log.path
        }
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 40, turns: 3)]) {
            $0.users = 8
            $0.sessionScope = .turn
            change(&$0)
        }
        let posts = mock.counters.posts
        mock.stop()
        #expect(run.violations == [])
        return (run, try log.lines().map(\.session), posts)
    }

    @Test(
        "that the server closes between two turns fails no turn, and the server has each once",
        .timeLimit(.minutes(5)),
        arguments: closings
    )
    func resent(closing: MockConfiguration.IdleClose) throws {
        let (run, sessions, _) = try played(closing)
        #expect(run.outcomes == ["completed": 120], "\(run.summary.outcomeDetails)")
        #expect(Set(sessions).count == 120 && sessions.count == 120)
    }

    @Test(
        "that the server closes between two turns costs no turn a second POST, where none may be sent again",
        .timeLimit(.minutes(5)),
        arguments: closings
    )
    func closedBetweenTurns(closing: MockConfiguration.IdleClose) throws {
        let (run, sessions, posts) = try played(closing) {
            $0.onFailure = .continue
            $0.resendsStaleTurns = false
        }
        // A turn either found a live connection or met the closed one; it was never sent twice.
        let labels = Set(run.outcomes.keys)
        #expect(labels.isSubset(of: ["completed", "connection_reset"]), "\(labels)")
        #expect(run.turns.count == 120)
        #expect(Set(sessions).count == sessions.count, "a session with two POSTs")
        #expect(posts <= run.turns.count)
        #expect(run.summary[.staleReuse] <= run.outcomes["connection_reset"] ?? 0)
        for turn in run.turns where turn.outcome == .completed { #expect(sessions.contains(turn.session.description)) }
    }

    @Test(
        "that ends after the server had the turn whole is not told as one that was closed before",
        .timeLimit(.minutes(5))
    )
    func diesWithTheTurn() throws {
        let good = RawServer.Answer(parts: [.init(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"))], ending: .keep)
        for ending in [RawServer.Ending.close, .reset] {
            // Long enough that the system has acknowledged the request, by itself or with the FIN.
            let bad = RawServer.Answer(parts: [.init("", afterMs: ending == .reset ? 150 : 1)], ending: ending)
            let server = try RawServer(answers: [good, bad])
            defer { server.stop() }
            let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1, turns: 2)]) {
                // So soon it could be the end of an idle connection, and would be sent again.
                $0.resendsStaleTurns = false
            }
            #expect(run.outcomes == ["completed": 1, "connection_reset": 1])
            #expect(run.summary[.staleReuse] == 0 && server.requests.count == 2)
            let text = try #require(run.summary.outcomeDetails["connection_reset"]?.examples.first)
            let what = ending == .reset ? "reset" : "closed"
            #expect(text == "the server \(what) the connection without an answer; the turn is not sent a second time")
        }
    }

    @Test("on which bytes lie that nobody asked for is not used for the next turn", .timeLimit(.minutes(5)))
    func unaskedAnswer() throws {
        let body = RawServer.chunk("data: a\n\ndata: [DONE]\n\n") + "0\r\n\r\n"
        let head = RawServer.head + "Transfer-Encoding: chunked\r\nX-Padding: "
        // As long as libcurl's buffer: what follows is still in the socket when the turn has ended.
        let padding = String(repeating: "p", count: 2_048 - head.utf8.count - 4 - body.utf8.count)
        let unasked = RawServer.chunked("data: nobody\n\ndata: asked\n\ndata: [DONE]\n\n")
        let server = try RawServer(head + padding + "\r\n\r\n" + body + unasked, then: .keep)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 3, turns: 3)])
        #expect(run.violations == [])
        #expect(run.outcomes == ["completed": 9])
        #expect(run.summary.events.total == 9)
        #expect(server.requests.count == 9)
        #expect(run.summary.generator.connectionsOpened == 9)
    }

    @Test("that the server closed while nobody used it costs no turn", .timeLimit(.minutes(5)))
    func closedWhileIdle() throws {
        let mock = try startMock(events: 3, interval: .milliseconds(10)) {
            // Long enough that no connection in use is idle for it, however busy the machine.
            $0.closesAfterTurn = .afterTerminator(delayNs: 1_500_000_000)
        }
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 100_000)]) {
            $0.users = 20
        } whileRunning: { run in
            let isRamped = becomesTrue { mock.counters.openStreams == 20 }
            #expect(isRamped)
            // Nineteen connections stay behind, and the last user may be given any of them.
            run.setUsers(1)
            let isIdle = becomesTrue { mock.counters.openConnections <= 1 }
            #expect(isIdle)
            let posts = mock.counters.posts
            let hasGoneOn = becomesTrue { mock.counters.posts >= posts + 20 }
            #expect(hasGoneOn)
            run.stop()
        }
        #expect(run.violations == [])
        #expect(run.summary.turns.failed == 0, "\(run.outcomes)")
    }

    @Test("lets the loop wait while its next answer has nothing to say", .timeLimit(.minutes(5)))
    func waitsForTheAnswer() throws {
        let mock = try startMock(events: 2, firstToken: .milliseconds(200), interval: .milliseconds(200))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 1, turns: 3)])
        #expect(run.summary.generator.connectionsOpened == 1)
        let turnsOfLoop = try #require(run.summary.generator.loopIteration?.count)
        let ticks = try #require(run.summary.generator.canary?.count)
        // The canary's, those of three answers, and a few timers.
        #expect(turnsOfLoop < ticks + 50)
    }

    @Test("is given up when the response does not end within a second of its end marker", .timeLimit(.minutes(5)))
    func neverEnds() throws {
        let server = try RawServer(RawServer.chunkedHead + RawServer.chunk("data: [DONE]\n\n"), then: .hold)
        defer { server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 1, turns: 2)])
        #expect(run.outcomes == ["completed": 2])
        #expect(run.summary.generator.connectionsOpened == 2)
        let drain = try #require(run.summary.metrics["drain"])
        #expect(drain.minMs >= 1_000)
        let response = try #require(run.summary.metrics["response_time"])
        #expect(response.maxMs < 1_000, "the wait is not part of the response time")
    }
}
