import LoadEngine
import LoadModel
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("Answers that are kept in memory", .ownThreads, .timeLimit(.minutes(5)))
struct LargeAnswerTests {
    private func play(_ answer: String, room: Int) throws -> Summary {
        let server = try RawServer(answer, then: .hold)
        defer { server.stop() }
        var configuration = EngineConfiguration(
            host: server.url,
            conversations: [PlayedRun.conversation(invocations: 8)]
        )
        configuration.users = 8
        configuration.spawnRate = 10_000
        configuration.firstTokenTimeout = .seconds(2)
        var plan = try RunPlan(configuration)
        try plan.checkFit()
        plan.largeAnswerBytes = room
        return try ThreadBackend.start(plan).end.wait()
    }

    @Test("take no more than there is room for, whatever the server sends to all users at once")
    func events() throws {
        // Unfinished: each user has to keep it.
        let answer = RawServer.head + "\r\ndata: " + String(repeating: "x", count: 900_000)
        let summary = try play(answer, room: 4 << 20)
        let limited = summary.outcomes["client_limit"] ?? 0
        #expect(limited > 0 && limited < 8, "\(summary.outcomes)")
        #expect(summary.outcomes["first_token_timeout"] == 8 - limited)
        #expect(
            summary.outcomeDetails["client_limit"]?.examples
                == ["no memory is left for so many large events or heads at the same time"]
        )
        #expect(try play(answer, room: 64 << 20).outcomes == ["first_token_timeout": 8])
    }

    @Test("give back what they took as soon as they are refused, so that others of the same iteration fit")
    func oneIteration() throws {
        let half = String(repeating: "x", count: 400_000)
        let large = RawServer.Answer(
            parts: [.init(RawServer.head + "\r\ndata: " + half), .init(half, afterMs: 300)],
            ending: .hold
        )
        // While the loop stands still over its end, the second halves of all others come.
        let first = RawServer.Answer(
            parts: [.init(RawServer.head + "\r\ndata: [DONE]\n\n", afterMs: 150)],
            ending: .close
        )
        let server = try RawServer(answers: [first, large])
        defer { server.stop() }
        var configuration = EngineConfiguration(
            host: server.url,
            conversations: [PlayedRun.conversation(invocations: 9)]
        )
        configuration.users = 9
        configuration.spawnRate = 10_000
        configuration.firstTokenTimeout = .seconds(2)
        var plan = try RunPlan(configuration)
        try plan.checkFit()
        plan.largeAnswerBytes = 9 << 19
        let hooks = EngineHooks(onTurnDecided: { if $0.outcome == .completed { poll(nil, 0, 500) } })
        let outcomes = try ThreadBackend.start(plan, hooks: hooks).end.wait().outcomes
        #expect(outcomes["completed"] == 1)
        #expect((1...4).contains(outcomes["client_limit"] ?? 0), "\(outcomes)")
    }

    @Test("are as many as fit when the turns before have ended")
    func givenBack() throws {
        let answer = RawServer.head + "\r\ndata: " + String(repeating: "x", count: 900_000) + "\n\ndata: [DONE]\n\n"
        let server = try RawServer(answer, then: .close)
        defer { server.stop() }
        var configuration = EngineConfiguration(
            host: server.url,
            conversations: [PlayedRun.conversation(invocations: 20)]
        )
        configuration.spawnRate = 10_000
        var plan = try RunPlan(configuration)
        try plan.checkFit()
        plan.largeAnswerBytes = 4 << 20
        #expect(try ThreadBackend.start(plan).end.wait().outcomes == ["completed": 20])
    }

    @Test("of large heads count as well")
    func heads() throws {
        let lines = (0..<50).map { "X-\($0): " + String(repeating: "x", count: 1_000) + "\r\n" }.joined()
        let summary = try play(RawServer.head + lines, room: 200 << 10)
        let limited = summary.outcomes["client_limit"] ?? 0
        #expect(limited > 0 && limited < 8, "\(summary.outcomes)")
    }
}
