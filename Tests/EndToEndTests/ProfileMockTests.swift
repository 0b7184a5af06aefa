import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// Profiles and the mock know nothing of each other: what one of them has misread is found out here.
@Suite("Every built-in profile against the mock", .ownThreads)
struct ProfileMockTests {
    private static let conversation = Conversation(
        name: "c",
        invocations: 3,
        turns: [
            .init(role: "system", content: "Be \"brief\", 北🌍."),
            .init(role: "user", content: "Say \\ hello\nto é 😀"),
            .init(role: "user", content: "And again"),
        ]
    )

    /// What the mock says of a run, and what loadtest does.
    private struct Played {
        let run: PlayedRun
        let lines: [MockLogLine]
    }

    private func play(
        _ name: String,
        _ fault: Fault? = nil,
        reasoningEvents: Int = 0,
        isCumulative: Bool = false,
        change: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> Played {
        let profile = try #require(Profiles.named(name))
        let log = MockLogFile()
        let mock = try startMock(events: 6, firstToken: .milliseconds(20), fault: fault) {
            $0.api = MockAPI(rawValue: name) ?? .assistant
            $0.script.reasoningEvents = reasoningEvents
            $0.script.isCumulative = isCumulative
            $0.logPath = log.path
        }
        defer { mock.stop() }
        var conversation = Self.conversation
        // Where the server keeps the history, every entry is a turn.
        if profile.history == .none { conversation.turns.removeFirst() }
        let run = try PlayedRun.play(mock.url, [conversation]) {
            $0.api = profile
            $0.users = 2
            change(&$0)
        }
        mock.stop()
        return Played(run: run, lines: try log.lines())
    }

    @Test(
        "has the turns, tokens, finish reasons and history that the mock has",
        .timeLimit(.minutes(5)),
        arguments: Profiles.names
    )
    func agrees(name: String) throws {
        let played = try play(name)
        let (run, lines) = (played.run, played.lines)
        let summary = run.summary
        #expect(run.outcomes == ["completed": 6], "\(summary.outcomeDetails)")
        #expect(run.violations == [])
        #expect(lines.count == 6)
        let profile = try #require(Profiles.named(name))
        // Six pieces of text, whatever else comes with them.
        #expect(summary[.interEvent]?.count == 6 * 5 && summary[.ttft]?.count == 6)
        #expect(try #require(summary[.ttft]).minimumNs >= 20_000_000)
        if !profile.usage.isEmpty {
            func sum(_ tokens: (MockLogLine) -> Int?) -> UInt64 { UInt64(lines.reduce(0) { $0 + (tokens($1) ?? 0) }) }
            #expect(summary[.inputTokens] == sum(\.input_tokens))
            #expect(summary[.outputTokens] == sum(\.output_tokens))
            #expect(summary[.turnsWithUsage] == 6)
        }
        // An agent's is that it has said something without a task, which the mock does not.
        if !profile.finishReason.isEmpty, name != "a2a" {
            let found = summary.result.total.finishReasons
            #expect(found.sum == 6 && found.entries.count == 1)
            // Of APIs whose last event says how it ended, that is the reason; the mock's log has those of models only.
            if let reason = lines[0].finish_reason { #expect(found[reason] == 6) }
        }
        guard profile.history == .live else { return }
        // The system's text is a message of its own, or has a place of its own.
        let system = lines[0].roles?["system"] ?? 0
        #expect(lines.map { ($0.messages ?? 0) - system }.sorted() == [1, 1, 1, 3, 3, 3], "\(lines.map(\.messages))")
        #expect(lines.allSatisfy { $0.has_system == true })
    }

    @Test("tells reasoning from the answer", .timeLimit(.minutes(5)), arguments: Profiles.names)
    func reasoning(name: String) throws {
        guard MockAPI(rawValue: name)?.hasReasoning == true else { return }
        let played = try play(name, reasoningEvents: 4)
        let summary = played.run.summary
        #expect(played.run.outcomes == ["completed": 6], "\(summary.outcomeDetails)")
        #expect((summary[.interEvent]?.count ?? 0) == 6 * 9)
        let (first, answer) = (try #require(summary[.ttft]), try #require(summary[.answerTTFT]))
        #expect(answer.count == 6 && answer.minimumNs > first.minimumNs)
    }

    @Test(
        "has the outcome of each fault",
        .timeLimit(.minutes(5)),
        arguments: Profiles.names,
        [
            (Fault.errorFirst, "server_error_event"), (.errorEvent, "server_error_event"),
            (.noEndMarker, "truncated_stream"), (.pings, "completed"), (.unknownEvents, "completed"),
            (.heartbeats, "first_token_timeout"), (.heartbeatsMidstream, "stall_timeout"),
        ]
    )
    func fault(name: String, _ fault: (Fault, String)) throws {
        let api = try #require(MockAPI(rawValue: name))
        guard fault.0.applies(to: api) else { return }
        let profile = try #require(Profiles.named(name))
        let played = try play(name, fault.0) {
            $0.onFailure = .continue
            $0.firstTokenTimeout = .milliseconds(500)
            $0.stallTimeout = .milliseconds(500)
        }
        // Where the end of the body is an end, nothing is missing.
        let expected = fault.0 == .noEndMarker && profile.ends.contains(.eof) ? "completed" : fault.1
        #expect(Set(played.run.outcomes.keys) == [expected], "\(played.run.summary.outcomeDetails)")
        #expect(played.run.violations == [])
        let after = played.run.summary.outcomeDetails[expected]?.afterFirstToken ?? 0
        if fault.0 == .errorFirst || fault.0 == .heartbeats { #expect(after == 0) }
        if fault.0 == .errorEvent || fault.0 == .heartbeatsMidstream { #expect(after > 0) }
    }
}
