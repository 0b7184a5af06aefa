import LoadEngine
import LoadModel
import TestSupport
import Testing

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
