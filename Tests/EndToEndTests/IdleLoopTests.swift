import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("A run in which nothing happens", .ownThreads, .timeLimit(.minutes(5)))
struct IdleLoopTests {
    @Test("lets its loop wait: it turns for the canary's beat and for events, and for nothing else")
    func idle() throws {
        // libcurl has a timer of its own for 200 ms after each connection.
        let mock = try startMock(events: 2, interval: .milliseconds(700))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 10)]) { $0.users = 10 }
        let turns = try #require(run.summary.generator.loopIteration?.count)
        let ticks = try #require(run.summary.generator.canary?.count)
        #expect(turns < ticks + 200, "\(turns) iterations of the loop for \(ticks) beats and 20 events")
    }
}
