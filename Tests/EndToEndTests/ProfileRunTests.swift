import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

/// A conversation of two turns with an API of a profile.
@Suite("An API of a profile", .ownThreads)
struct ProfileRunTests {
    private static func chunk(_ delta: String, finish: String = "null") -> String {
        "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":\(delta),"
            + "\"finish_reason\":\(finish)}]}\n\n"
    }

    private static let usage =
        "data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,"
        + "\"prompt_tokens_details\":{\"cached_tokens\":2}}}\n\n"

    private static let answer =
        chunk("{\"role\":\"assistant\",\"content\":\"\"}") + chunk("{\"content\":\"Hel\\\"lo\\ud83d\"}")
        + chunk("{\"content\":\"\\ude00 \\u00e9é\"}") + chunk("{}", finish: "\"stop\"") + usage + "data: [DONE]\n\n"

    private func conversation(_ entries: [(String, String)], invocations: Int = 1) -> Conversation {
        Conversation(
            name: "c",
            invocations: invocations,
            turns: entries.map { Conversation.Turn(role: $0.0, content: $0.1) }
        )
    }

    private func profile(_ name: String) throws -> APIProfile { try #require(Profiles.named(name)) }

    private func body(_ request: String) throws -> [String: Any] {
        let text = try #require(request.components(separatedBy: "\r\n\r\n").dropFirst().first)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func play(
        _ server: RawServer,
        _ conversation: Conversation,
        _ profile: APIProfile,
        change: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> PlayedRun {
        try PlayedRun.play(server.url, [conversation]) { configuration in
            configuration.api = profile
            change(&configuration)
        }
    }

    @Test("has its tokens, its usage, its finish reason, and the history as it was received", .timeLimit(.minutes(5)))
    func openAI() throws {
        let server = try RawServer(RawServer.chunked(Self.answer), then: .keep)
        defer { server.stop() }
        let script = conversation([
            ("system", "Be \"brief\"."), ("user", "Hi"), ("assistant", "recorded"), ("user", "And?"),
        ])
        let run = try play(server, script, try profile("openai-chat"))
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(run.violations == [])
        let summary = run.summary
        #expect(summary[.inputTokens] == 14 && summary[.outputTokens] == 6 && summary[.cachedTokens] == 4)
        #expect(summary[.turnsWithUsage] == 2)
        #expect(summary.result.total.finishReasons.byName == ["stop": 2])
        // The role, the finish reason and the usage are no tokens.
        #expect(summary[.interEvent]?.count == 2 && summary[.ttft]?.count == 2 && summary[.tpot]?.count == 2)
        #expect(summary[.answerTTFT]?.count == 2)
        let requests = server.requests
        #expect(requests.count == 2)
        #expect(requests[0].hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n"))
        let first = try #require(try body(requests[0])["messages"] as? [[String: String]])
        #expect(first == [["role": "system", "content": "Be \"brief\"."], ["role": "user", "content": "Hi"]])
        let second = try #require(try body(requests[1])["messages"] as? [[String: String]])
        #expect(
            second == first + [
                ["role": "assistant", "content": "Hel\"lo😀 éé"], ["role": "user", "content": "And?"],
            ]
        )
    }

    @Test("has what its server said of each turn in the event log, and no line for a set-up", .timeLimit(.minutes(5)))
    func eventLog() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func lines(_ server: RawServer, _ profile: String) throws -> [[String: Any]] {
            let run = try play(server, conversation([("user", "Hi"), ("user", "And?")]), try self.profile(profile)) {
                $0.eventLog = EventLogConfiguration(path: path)
            }
            #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return try text.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
        }
        let server = try RawServer(RawServer.chunked(Self.answer), then: .keep)
        defer { server.stop() }
        let told = try lines(server, "openai-chat")
        #expect(told.count == 2)
        for line in told {
            #expect(line["input_tokens"] as? Int == 7 && line["output_tokens"] as? Int == 3)
            #expect(line["cached_tokens"] as? Int == 2 && line["reasoning_tokens"] == nil)
            #expect(line["finish_reason"] as? String == "stop")
            #expect(line["answer_ttft_ms"] as? Double == line["ttft_ms"] as? Double)
        }
        // Of an answer that is not complete it may be the state of what goes on.
        let broken = try RawServer(
            RawServer.chunked(Self.chunk("{\"content\":\"a\"}", finish: "\"in_progress\"")),
            then: .keep
        )
        defer { broken.stop() }
        let run = try play(broken, conversation([("user", "Hi")]), try profile("openai-chat")) {
            $0.eventLog = EventLogConfiguration(path: path)
        }
        #expect(run.outcomes == ["truncated_stream": 1], "\(run.summary.outcomeDetails)")
        #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("finish_reason"))
        let thread = "{\"thread_id\":\"t-7\"}"
        let head =
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: \(thread.utf8.count)\r\n\r\n"
        let stream = RawServer.chunked(
            "event: messages\ndata: [{\"content\":\"Hi\",\"type\":\"AIMessageChunk\"},{}]\n\nevent: end\ndata: null\n\n"
        )
        let threads = try RawServer(answers: [
            RawServer.Answer(parts: [RawServer.Part(head + thread)], ending: .keep),
            RawServer.Answer(parts: [RawServer.Part(stream)], ending: .keep),
        ])
        defer { threads.stop() }
        #expect(try lines(threads, "langgraph").map { $0["turn"] as? Int } == [1, 2])
    }

    @Test("has the recorded answers, where those are asked for", .timeLimit(.minutes(5)))
    func recorded() throws {
        let server = try RawServer(RawServer.chunked(Self.answer), then: .keep)
        defer { server.stop() }
        var profile = try profile("openai-chat")
        profile.history = .recorded
        let run = try play(
            server,
            conversation([("user", "Hi"), ("assistant", "recorded"), ("user", "And?")]),
            profile
        )
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        let messages = try #require(try body(server.requests[1])["messages"] as? [[String: String]])
        #expect(messages.map { $0["content"] } == ["Hi", "recorded", "And?"])
    }

    @Test(
        "fails with an error amid a stream that says it is well",
        .timeLimit(.minutes(5)),
        arguments: ["", chunk("{\"content\":\"a\"}")]
    )
    func error(before: String) throws {
        let text = before + "data: {\"error\":{\"message\":\"overloaded\",\"code\":504}}\n\ndata: [DONE]\n\n"
        let server = try RawServer(RawServer.chunked(text), then: .keep)
        defer { server.stop() }
        let run = try play(server, conversation([("user", "Hi")]), try profile("openai-chat"))
        #expect(run.outcomes == ["server_error_event": 1])
        let detail = try #require(run.summary.outcomeDetails["server_error_event"])
        #expect(detail.afterFirstToken == (before.isEmpty ? 0 : 1))
        #expect(detail.examples.first?.contains("overloaded") == true)
    }

    @Test(
        "is cut short without its marker, and complete for who takes a finish reason for one",
        .timeLimit(.minutes(5))
    )
    func ends() throws {
        let text = Self.chunk("{\"content\":\"a\"}") + Self.chunk("{}", finish: "\"stop\"")
        let server = try RawServer(RawServer.chunked(text), then: .keep)
        defer { server.stop() }
        let strict = try profile("openai-chat")
        #expect(try play(server, conversation([("user", "Hi")]), strict).outcomes == ["truncated_stream": 1])
        var lenient = strict
        lenient.ends = [.marker, .finishReason]
        #expect(try play(server, conversation([("user", "Hi")]), lenient).outcomes == ["completed": 1])
    }

    @Test("has JSON lines, the last without a line end", .timeLimit(.minutes(5)))
    func lines() throws {
        let text =
            "{\"message\":{\"role\":\"assistant\",\"content\":\"Hel\"},\"done\":false}\n"
            + "{\"message\":{\"role\":\"assistant\",\"content\":\"lo\"},\"done\":false}\n"
            + "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":5,\"eval_count\":2}"
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
        let server = try RawServer(head + text, then: .keep)
        defer { server.stop() }
        let run = try play(server, conversation([("user", "Hi"), ("user", "And?")]), try profile("ollama"))
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(run.summary[.outputTokens] == 4 && run.summary[.inputTokens] == 10)
        let messages = try #require(try body(server.requests[1])["messages"] as? [[String: String]])
        #expect(messages.map { $0["content"] } == ["Hi", "Hello", "And?"])
    }

    @Test("has what was captured in later requests, and nothing before", .timeLimit(.minutes(5)))
    func captures() throws {
        let text =
            "data: {\"event\":\"message\",\"answer\":\"Hi\",\"conversation_id\":\"c-1\"}\n\n"
            + "data: {\"event\":\"message_end\",\"conversation_id\":\"c-1\",\"metadata\":{\"usage\":{}}}\n\n"
        let server = try RawServer(RawServer.chunked(text), then: .keep)
        defer { server.stop() }
        let run = try play(server, conversation([("user", "Hi"), ("user", "And?")]), try profile("dify"))
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(try body(server.requests[0])["conversation_id"] == nil)
        #expect(try body(server.requests[1])["conversation_id"] as? String == "c-1")
    }

    @Test("has its set-up requests before the first turn, which are no turns", .timeLimit(.minutes(5)))
    func setup() throws {
        let thread = "{\"thread_id\":\"t-7\"}"
        let created =
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: \(thread.utf8.count)\r\n\r\n"
            + thread
        let stream = RawServer.chunked(
            "event: metadata\ndata: {\"run_id\":\"r\"}\n\nevent: messages\ndata: [{\"content\":\"Hi\",\"type\":\"AIMessageChunk\"},{}]\n\n"
                + "event: end\ndata: null\n\n"
        )
        let server = try RawServer(answers: [
            RawServer.Answer(parts: [RawServer.Part(created)], ending: .keep),
            RawServer.Answer(parts: [RawServer.Part(stream)], ending: .keep),
        ])
        defer { server.stop() }
        let run = try play(server, conversation([("user", "Hi"), ("user", "And?")]), try profile("langgraph"))
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(run.violations == [])
        #expect(run.summary[.setup]?.count == 1)
        #expect(server.requests.count == 3)
        #expect(server.requests[0].hasPrefix("POST /threads HTTP/1.1\r\n"))
        #expect(server.requests[1].hasPrefix("POST /threads/t-7/runs/stream HTTP/1.1\r\n"))
        #expect(server.requests[2].hasPrefix("POST /threads/t-7/runs/stream HTTP/1.1\r\n"))
    }

    @Test("fails its first turn when a set-up request fails", .timeLimit(.minutes(5)))
    func failedSetup() throws {
        let server = try RawServer("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nfull", then: .keep)
        defer { server.stop() }
        let run = try play(server, conversation([("user", "Hi"), ("user", "And?")]), try profile("langgraph")) {
            $0.onFailure = .continue
        }
        #expect(run.outcomes == ["http_status": 1], "\(run.summary.outcomeDetails)")
        #expect(run.violations == [])
        #expect(run.summary.conversations.failed == 1 && server.requests.count == 1)
    }

    @Test("has to be as a conversation expects it", .timeLimit(.minutes(5)))
    func expectations() throws {
        let server = try RawServer(RawServer.chunked(Self.answer), then: .keep)
        defer { server.stop() }
        var script = conversation([("user", "Hi")])
        script.turns[0].expect = AnswerExpectation(minEvents: 2, contains: ["lo😀 é"], matches: ["Hel.lo"])
        #expect(try play(server, script, try profile("openai-chat")).outcomes == ["completed": 1])
        script.turns[0].expect = AnswerExpectation(contains: ["goodbye"])
        let run = try play(server, script, try profile("openai-chat"))
        #expect(run.outcomes == ["expectation_failed": 1])
        #expect(run.summary.outcomeDetails["expectation_failed"]?.examples.first?.contains("goodbye") == true)
        // The plain way has to look, too.
        let plain = try RawServer(RawServer.chunked("data: hel\n\ndata: lo\n\ndata: [DONE]\n\n"), then: .keep)
        defer { plain.stop() }
        script.turns[0].expect = AnswerExpectation(contains: ["hello"])
        #expect(try play(plain, script, Profiles.assistant).outcomes == ["completed": 1])
        script.turns[0].expect = AnswerExpectation(contains: ["hellx"])
        #expect(try play(plain, script, Profiles.assistant).outcomes == ["expectation_failed": 1])
    }

    @Test("has the variables, the row and the headers of its conversation", .timeLimit(.minutes(5)))
    func variables() throws {
        let server = try RawServer(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        var script = Conversation(name: "c", invocations: 2, turns: [])
        var entry = Conversation.Entry(role: "user", content: "")
        entry.template = try Template(text: "{{name}} asks for {{topic}}, {{turn}}")
        script.turns = [Conversation.Turn(entry)]
        script.variables = ["topic": "\"asy\\\"nc\""]
        script.headers = [APIProfile.Header(name: "X-Session-ID", value: try Template(text: "{{session_id}}/{{name}}"))]
        let table = try DataTable(columns: ["name"], rows: [[.text("Ada \"A\"")], [.text("Bob")]])
        script.data = DataSource(file: "people", pick: .each, table: table)
        let run = try play(server, script, Profiles.assistant)
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        let contents = try server.requests.map { try body($0)["content"] as? String ?? "" }.sorted()
        #expect(contents == ["Ada \"A\" asks for asy\"nc, 1", "Bob asks for asy\"nc, 1"])
        for request in server.requests {
            let path = try #require(request.split(separator: " ").dropFirst().first)
            let session = try #require(path.split(separator: "/").last)
            #expect(request.contains("X-Session-ID: \(session)/"))
        }
    }

    @Test("starts no conversation for which no row is left", .timeLimit(.minutes(5)), arguments: [2, 1_000_000])
    func rowsRunOut(invocations: Int) throws {
        let server = try RawServer(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        var script = conversation([("user", "Hi")], invocations: invocations)
        let table = try DataTable(columns: ["name"], rows: [[.text("Ada")]])
        script.data = DataSource(file: "people", pick: .each, table: table)
        let run = try play(server, script, Profiles.assistant)
        #expect(run.outcomes == ["completed": 1])
        #expect(run.violations == [])
        #expect(run.summary.conversations.notStarted == UInt64(invocations - 1))
    }

    @Test("waits for a row that another user has, where rows go round", .timeLimit(.minutes(5)))
    func rowsGoRound() throws {
        let server = try RawServer(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        var script = conversation([("user", "Hi"), ("user", "And?")], invocations: 6)
        let table = try DataTable(columns: ["name"], rows: [[.text("Ada")]])
        script.data = DataSource(file: "people", pick: .each, whenOut: .cycle, table: table)
        let run = try play(server, script, Profiles.assistant) { $0.users = 3 }
        #expect(run.outcomes == ["completed": 12])
        // Never two at the same time.
        #expect(run.summary.turns.peakConcurrent == 1)
    }

    @Test("is asked again after the time that its user thinks", .timeLimit(.minutes(5)))
    func thinkTime() throws {
        let server = try RawServer(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        let script = conversation([("user", "Hi"), ("user", "And?")], invocations: 2)
        let run = try play(server, script, Profiles.assistant) {
            $0.thinkTime = .constant(.milliseconds(150))
            $0.rest = .constant(.milliseconds(50))
        }
        #expect(run.outcomes == ["completed": 4])
        let turns = run.turns
        #expect(turns[1].sentNs - turns[0].decidedNs >= 150_000_000)
        #expect(turns[2].sentNs - turns[1].decidedNs >= 50_000_000)
        #expect(turns[3].sentNs - turns[2].decidedNs >= 150_000_000)
        // Thinking is no delay of ours.
        #expect(try #require(run.summary[.queueDelay]).percentileNs(50) < 100_000_000)
        #expect(run.summary.generator.connectionsOpened == 1)
    }

    @Test("is not asked any more when the run ends while its user thinks", .timeLimit(.minutes(5)))
    func stoppedThinking() throws {
        let server = try RawServer(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        let script = conversation([("user", "Hi"), ("user", "And?")], invocations: 2)
        let run = try play(server, script, Profiles.assistant) {
            $0.thinkTime = .constant(.seconds(3_600))
            $0.runTime = .milliseconds(300)
        }
        #expect(run.outcomes == ["completed": 1])
        #expect(run.violations == [])
        #expect(run.summary.conversations.cancelled == 1 && run.summary.conversations.notStarted == 1)
    }

    @Test(
        "gets a turn once more whose kept connection it had closed",
        .timeLimit(.minutes(5)),
        arguments: [true, false]
    )
    func resend(isWanted: Bool) throws {
        // Each connection answers one turn, and is closed as the next one comes.
        let answer = RawServer.Part(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"))
        let server = try RawServer(answers: [
            RawServer.Answer(parts: [answer], ending: .keep), RawServer.Answer(parts: [], ending: .close),
            RawServer.Answer(parts: [answer], ending: .keep), RawServer.Answer(parts: [], ending: .reset),
            RawServer.Answer(parts: [answer], ending: .keep),
        ])
        defer { server.stop() }
        let script = conversation([("user", "1"), ("user", "2"), ("user", "3")])
        let run = try play(server, script, Profiles.assistant) { $0.resendsStaleTurns = isWanted }
        if isWanted {
            #expect(run.outcomes == ["completed": 3], "\(run.summary.outcomeDetails)")
            #expect(server.requests.count == 5 && run.summary[.staleReuse] == 2)
        } else {
            #expect(run.outcomes == ["completed": 1, "connection_reset": 1])
        }
    }

    @Test("is given up when it closes the fresh connection, too", .timeLimit(.minutes(5)))
    func resendOnce() throws {
        let answer = RawServer.Part(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"))
        let server = try RawServer(answers: [
            RawServer.Answer(parts: [answer], ending: .keep), RawServer.Answer(parts: [], ending: .close),
        ])
        defer { server.stop() }
        let run = try play(server, conversation([("user", "1"), ("user", "2")]), Profiles.assistant)
        #expect(run.outcomes == ["completed": 1, "connection_reset": 1])
        #expect(server.requests.count == 3 && run.summary[.staleReuse] == 1)
    }
}
