import Foundation
import MockAssistant
import Synchronization
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadReports
@testable import LoadModel
@testable import loadtest

@Suite("The runs of the page", .timeLimit(.minutes(5)), .amongFew)
struct WebRunsTests {
    private let log = WebLog()
    private let request = SwarmRequest(load: SwarmLoad(userCount: 1, spawnRate: 1), invocations: [:])

    private func runs(
        against host: String,
        waitForHost: Duration? = nil,
        start: @escaping WebRuns.Start
    ) -> WebRuns {
        let turn = Conversation.Turn(role: "user", content: "Hi")
        // So many that it ends only when it is ended.
        let endless = Conversation(name: "a", invocations: 1_000_000, turns: [turn])
        var base = EngineConfiguration(host: host, conversations: [endless])
        base.waitForHost = waitForHost
        return WebRuns(
            base: base,
            targets: WebTargets(own: host),
            grouping: .conversation,
            hasFullHistory: false,
            log: log,
            start: start
        )
    }

    private static func started(_ plan: RunPlan) throws -> WebRun {
        let run = LoadRun(try ThreadBackend.start(plan))
        return WebRun(run: run, processes: 1, configuration: [:]) { (try await run.result(), 0) }
    }

    @Test("are not begun when they are stopped while they wait for their host")
    func stopWhileWaiting() async throws {
        let port = try FreePort.any()
        let host = "http://127.0.0.1:\(port)"
        let runs = runs(against: host, waitForHost: .seconds(3600)) { try Self.started($0) }
        let request = request
        let swarm = Task { try await runs.swarm(request) }
        let isWaiting = try await becomesTrue {
            log.lines(after: 0).lines.contains { $0.text.contains("waiting up to 1h for '\(host)'") }
        }
        #expect(isWaiting)
        await runs.stop()
        let problem = await #expect(throws: WebProblem.self) { try await swarm.value }
        #expect(problem?.message.contains("it was stopped while it waited for its host") == true)
        #expect(await !runs.isRunning)
    }

    @Test("are ended also by who asks while one is just starting")
    func stopWhileStarting() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let (asked, isAsked) = AsyncStream.makeStream(of: Void.self)
        let runs = runs(against: mock.url) { plan in
            isAsked.finish()
            for await _ in gate {}
            return try Self.started(plan)
        }
        let request = request
        let swarm = Task { try await runs.swarm(request) }
        for await _ in asked {}
        // One that is asked for meanwhile is not begun.
        await #expect(throws: WebProblem.self) { try await runs.swarm(request) }
        let stop = Task { await runs.stop() }
        // It is asked for before the run is there.
        for _ in 0..<1_000 { await Task.yield() }
        opening.finish()
        _ = try await swarm.value
        await stop.value
        #expect(await runs.moment().word == .stopped)
        #expect(await runs.exitStatus == 0)
    }

    @Test("tell why one could not go on")
    func error() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let runs = runs(against: mock.url) { plan in
            let started = try Self.started(plan)
            return WebRun(run: started.run, processes: 1, configuration: [:]) {
                started.run.stop(.seenEnough)
                _ = try await started.run.result()
                throw EngineError(operation: "go on", reason: "the test says so")
            }
        }
        _ = try await runs.swarm(request)
        await runs.waitUntilIdle()
        let moment = await runs.moment()
        #expect(moment.word == .stopped && moment.facts?.error == "cannot go on: the test says so")
        #expect(await runs.exitStatus == 2)
        // The page shows it by this.
        let json = String(decoding: try JSONEncoder().encode(moment.state), as: UTF8.self)
        #expect(json.contains(#""error":"cannot go on: the test says so""#))
    }
}
