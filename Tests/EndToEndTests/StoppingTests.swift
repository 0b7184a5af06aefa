import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("A run that does not go to its end", .ownThreads)
struct StoppingTests {
    /// Waits until the server is answering as many turns.
    private func waitForStreams(_ count: Int, _ mock: MockServer) {
        let isReached = becomesTrue { mock.counters.openStreams >= count }
        #expect(isReached)
    }

    @Test("is cancelled at once by stop, and counted whole", .timeLimit(.minutes(5)))
    func stop() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 50, turns: 2)]) {
            $0.users = 20
        } whileRunning: { run in
            waitForStreams(20, mock)
            let isStreaming = becomesTrue { run.snapshot().streamingTurns > 0 }
            #expect(isStreaming)
            run.stop()
        }
        #expect(run.violations == [])
        #expect(run.summary.run.verdict == .interrupted)
        #expect(run.outcomes == ["cancelled": 20])
        #expect(run.summary.conversations.cancelled == 20)
        #expect(run.summary.conversations.notStarted == 30)
        #expect(run.summary.outcomeDetails["cancelled"]?.afterFirstToken ?? 0 > 0)
    }

    @Test("lets running turns end within the stop timeout, and begins none", .timeLimit(.minutes(5)))
    func stopTimeout() throws {
        let mock = try startMock(events: 20, interval: .milliseconds(10))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 50, turns: 2)]) {
            $0.users = 5
            $0.stopTimeout = .seconds(20)
        } whileRunning: { run in
            waitForStreams(5, mock)
            run.stop()
        }
        #expect(run.violations == [])
        #expect(run.summary.turns.completed == run.summary.turns.started)
        #expect(run.summary.turns.cancelled == 0)
        #expect(run.summary.conversations.cancelled + run.summary.conversations.completed >= 5)
    }

    @Test("is cancelled by a second stop within the stop timeout", .timeLimit(.minutes(5)))
    func secondStop() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 5)]) {
            $0.stopTimeout = .seconds(3_600)
        } whileRunning: { run in
            waitForStreams(1, mock)
            run.stop()
            run.stop()
        }
        #expect(run.outcomes == ["cancelled": 1])
    }

    @Test("ends at its run time with what was cancelled, as a valid run", .timeLimit(.minutes(5)))
    func runTime() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 5)]) {
            $0.users = 5
            $0.runTime = .milliseconds(300)
        }
        #expect(run.violations == [])
        #expect(run.summary.run.verdict == .valid)
        #expect(run.outcomes == ["cancelled": 5])
        #expect(run.summary.run.durationS >= 0.3)
    }

    @Test("is ended by end as by its run time: cancelled, but not interrupted", .timeLimit(.minutes(5)))
    func end() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 50, turns: 2)]) {
            $0.users = 20
        } whileRunning: { run in
            waitForStreams(20, mock)
            run.stop(.seenEnough)
        }
        #expect(run.violations == [])
        #expect(run.summary.run.verdict != .interrupted)
        #expect(run.outcomes == ["cancelled": 20])
        #expect(run.summary.conversations.notStarted == 30)
    }

    @Test("is ended by end within the stop timeout, however often: only at once cuts", .timeLimit(.minutes(5)))
    func secondEnd() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 5)]) {
            $0.stopTimeout = .seconds(3_600)
        } whileRunning: { run in
            waitForStreams(1, mock)
            run.stop(.seenEnough)
            run.stop(.seenEnough)
            // Done after what was asked for before.
            run.resetStatistics()
            let isReset = becomesTrue { run.snapshot().resets == 1 }
            #expect(isReset)
            #expect(run.snapshot().activeTurns == 1 && run.snapshot().phase == .stopping)
            run.stop(.seenEnough, atOnce: true)
        }
        #expect(run.outcomes == ["cancelled": 1])
        #expect(run.summary.run.verdict != .interrupted)
    }

    @Test("is ended by end at once without the stop timeout", .timeLimit(.minutes(5)))
    func endAtOnce() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 5)]) {
            $0.stopTimeout = .seconds(3_600)
        } whileRunning: { run in
            waitForStreams(1, mock)
            run.stop(.seenEnough, atOnce: true)
        }
        #expect(run.outcomes == ["cancelled": 1])
        #expect(run.summary.run.verdict != .interrupted)
    }

    @Test("ends by itself when the server dies", .timeLimit(.minutes(5)))
    func serverDies() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 200)]) {
            $0.users = 50
        } whileRunning: { _ in
            waitForStreams(50, mock)
            mock.stop()
        }
        #expect(run.violations == [])
        let ends = Set(run.outcomes.keys)
        #expect(ends.isSubset(of: ["connection_reset", "truncated_stream", "connect_refused"]), "\(ends)")
        #expect(run.summary.conversations.failed == 200)
    }

    @Test("ends by itself when nobody listens", .timeLimit(.minutes(5)))
    func nobodyListens() throws {
        // Held without listening, so that no other test's server gets the port.
        let port = try MockGroup(MockConfiguration())
        defer { port.release() }
        let url = "http://127.0.0.1:\(port.port)"
        let run = try PlayedRun.play(url, [PlayedRun.conversation(invocations: 500)]) { $0.users = 20 }
        #expect(run.violations == [])
        #expect(run.outcomes == ["connect_refused": 500])
    }

    @Test("ends turns that take too long in whole", .timeLimit(.minutes(5)))
    func turnTimeout() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 3)]) {
            $0.turnTimeout = .milliseconds(100)
        }
        #expect(run.outcomes == ["turn_timeout": 3])
        let failed = try #require(run.summary.metrics["failed_time"])
        #expect(failed.minMs >= 100)
    }

    @Test("gets more and fewer users while it goes on", .timeLimit(.minutes(5)))
    func setUsers() throws {
        let mock = try startMock(events: 20, interval: .milliseconds(10))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 1_000_000)]) {
            $0.users = 2
        } whileRunning: { run in
            waitForStreams(2, mock)
            run.setUsers(30)
            waitForStreams(30, mock)
            run.setUsers(1)
            let isReached = becomesTrue { mock.counters.openStreams <= 1 }
            #expect(isReached)
            run.stop()
        }
        #expect(run.violations == [])
        #expect(run.summary.turns.peakConcurrent == 30)
    }
}
