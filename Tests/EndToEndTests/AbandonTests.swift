import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import Synchronization
import TestSupport
import Testing

@Suite("A turn that its user leaves", .ownThreads, .timeLimit(.minutes(5)))
struct AbandonTests {
    private static func chunk(_ text: String) -> String {
        "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(text)\"}}]}\n\n"
    }

    @Test("is abandoned at once, and the server sees its connection go", arguments: ["100%@300ms", "100%@3events"])
    func connection(rule: String) async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        configuration.script.interval = .milliseconds(5)
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 4, turns: 2)]) {
            $0.users = 2
            $0.abandon = try? Abandonment.parse(rule)
        }
        #expect(run.outcomes == ["abandoned": 8] && run.violations == [])
        let summary = run.summary
        #expect(summary.conversations.completed == 4 && summary.turns.abandoned == 8 && summary.turns.failed == 0)
        #expect(summary.result[.conversationTime]?.count == 4 && summary.result[.ttft]?.count == 8)
        #expect(summary.result[.responseTime] == nil && summary.result[.failedTime] == nil)
        // Every answer would go on for an hour: that nothing streams any more is that it was cut.
        let isGone = becomesTrue { mock.counters.openStreams == 0 }
        #expect(isGone)
        // Each turn needs a connection of its own, since the one before it was cut.
        #expect(summary.generator.connectionsOpened == 8)
        if rule.contains("events") {
            #expect(run.turns.allSatisfy { $0.events == 3 })
            #expect(summary.events.total == 24)
        } else {
            #expect(run.turns.allSatisfy { $0.decidedNs - $0.sentNs >= 300_000_000 })
        }
    }

    @Test("leaves the part of its answer that came in the history, not what came behind in the same packet")
    func history() throws {
        let text = ["one ", "two ", "three ", "four "].map(Self.chunk).joined()
        let server = try RawServer(RawServer.chunkedHead + RawServer.chunk(text), then: .hold)
        defer { server.stop() }
        let script = Conversation(
            name: "c",
            invocations: 1,
            turns: [.init(role: "user", content: "Count"), .init(role: "user", content: "Go on")]
        )
        let told = EventTally()
        let run = try PlayedRun.play(
            server.url,
            [script],
            hooks: EngineHooks(onContentEvent: { _, bytes, _ in told.append(bytes.count) })
        ) {
            $0.api = Profiles.named("openai-chat") ?? $0.api
            $0.abandon = try? Abandonment.parse("100%@2events")
        }
        #expect(run.outcomes == ["abandoned": 2], "\(run.summary.outcomeDetails)")
        #expect(run.summary.events.total == 4 && told.count == 4)
        // The bytes behind the second event are none of the turn's.
        #expect(run.summary.events.bytes == UInt64(2 * (Self.chunk("one ") + Self.chunk("two ")).utf8.count))
        let last = try #require(server.requests.last?.components(separatedBy: "\r\n\r\n").last)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
        let messages = try #require(body["messages"] as? [[String: String]])
        #expect(messages.map { $0["content"] } == ["Count", "one two ", "Go on"])
    }

    @Test("has left what came in the same packet behind it, of the plain kind of answers too")
    func plain() throws {
        let events = (0..<9).map { "data: \($0)\n\n" }.joined()
        let server = try RawServer(RawServer.chunked(events + "data: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        let told = EventTally()
        let run = try PlayedRun.play(
            server.url,
            [PlayedRun.conversation(invocations: 2)],
            hooks: EngineHooks(onContentEvent: { _, bytes, _ in told.append(bytes.count) })
        ) { $0.abandon = try? Abandonment.parse("100%@4events") }
        #expect(run.outcomes == ["abandoned": 2])
        #expect(run.summary.events.total == 8 && told.count == 8)
        #expect(run.summary.events.bytes == 2 * 4 * 9)
    }
}

/// How many content events a hook was told of.
private final class EventTally: Sendable {
    private let told = Mutex(0)
    func append(_ bytes: Int) { told.withLock { $0 += bytes > 0 ? 1 : 0 } }
    var count: Int { told.withLock { $0 } }
}
