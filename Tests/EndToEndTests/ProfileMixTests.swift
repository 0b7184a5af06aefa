import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

@Suite("Profiles that are not built in, and several in one run", .ownThreads)
struct ProfileMixTests {
    /// An API that keeps no history at its server, and whose answers are read in one of the ways that there are.
    private func profile(framing: APIProfile.Framing, ends: [APIProfile.End] = [.marker]) throws -> APIProfile {
        var profile = try #require(Profiles.named("openai-chat"))
        profile.name = "own"
        profile.framing = framing
        profile.ends = ends
        var end = EventRule(.end)
        end.has = try JSONPath(text: "$.over")
        var content = EventRule(.content)
        content.text = try JSONPath(text: "$.t")
        profile.events = ends.contains(.marker) ? [end, content] : [content]
        return profile
    }

    private func conversation(_ name: String = "c", turns: Int = 2) -> Conversation {
        PlayedRun.conversation(name, invocations: 1, turns: turns)
    }

    private func answer(_ type: String, _ body: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// What a request of a server says, by its number, from 1.
    private func messages(of number: Int, at server: RawServer) throws -> [String] {
        let request = try #require(server.requests.dropFirst(number - 1).first)
        let text = try #require(request.components(separatedBy: "\r\n\r\n").dropFirst().first)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        return try #require(body["messages"] as? [[String: String]]).map {
            "\($0["role"] ?? ""): \($0["content"] ?? "")"
        }
    }

    private func play(
        _ server: RawServer,
        _ conversations: [Conversation],
        _ profile: APIProfile,
        change: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> PlayedRun {
        let run = try PlayedRun.play(server.url, conversations) { configuration in
            configuration.api = profile
            change(&configuration)
        }
        #expect(run.violations == [])
        return run
    }

    @Test(
        "are read as the answer's media type says, where they say so",
        .timeLimit(.minutes(5)),
        arguments: [
            ("text/event-stream", "data: {\"t\":\"a\"}\n\ndata: {\"t\":\"b\"}\n\ndata: {\"over\":true}\n\n", 2),
            ("application/x-ndjson; charset=utf-8", "{\"t\":\"a\"}\n{\"t\":\"b\"}\n{\"over\":true}", 2),
            ("Application/JSON", "{\n\"t\": \"ab\"\n}", 1),
        ]
    )
    func auto(type: String, body: String, tokens: Int) throws {
        let server = try RawServer(answer(type, body), then: .keep)
        defer { server.stop() }
        let run = try play(server, [conversation()], try profile(framing: .auto, ends: [.marker, .eof]))
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(run.summary[.ttft]?.count == 2 && run.turns.allSatisfy { $0.events == tokens })
        #expect(try messages(of: 2, at: server) == ["user: turn 1", "assistant: ab", "user: turn 2"])
    }

    @Test("refuse an answer of another kind, in words", .timeLimit(.minutes(5)))
    func otherType() throws {
        let server = try RawServer(answer("text/html", "<p>no</p>"), then: .keep)
        defer { server.stop() }
        let run = try play(server, [conversation(turns: 1)], try profile(framing: .auto))
        #expect(run.outcomes == ["not_event_stream": 1], "\(run.summary.outcomeDetails)")
    }

    @Test("have one event where the whole answer is one value", .timeLimit(.minutes(5)))
    func whole() throws {
        let server = try RawServer(answer("application/json", "{\"t\":\"é\\n\",\n \"x\": [1]}\n"), then: .keep)
        defer { server.stop() }
        let run = try play(server, [conversation()], try profile(framing: .json, ends: [.eof]))
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(run.turns.allSatisfy { $0.events == 1 })
        #expect(try messages(of: 2, at: server) == ["user: turn 1", "assistant: é\n", "user: turn 2"])
    }

    @Test("may have an event that is the last of the answer, and a token", .timeLimit(.minutes(5)))
    func last() throws {
        let lines = "{\"t\":\"a\"}\n{\"t\":\"b\",\"final\":true}\n{\"t\":\"c\"}\n"
        let server = try RawServer(answer("application/x-ndjson", lines), then: .keep)
        defer { server.stop() }
        var profile = try profile(framing: .ndjson)
        var last = EventRule(.content)
        last.text = try JSONPath(text: "$.t")
        last.equals = [.init(path: try JSONPath(text: "$.final"), values: ["true"])]
        last.isLast = true
        profile.events = [last] + profile.events.filter { $0.kind == .content }
        let run = try play(server, [conversation()], profile)
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(run.turns.allSatisfy { $0.events == 2 })
        #expect(try messages(of: 2, at: server) == ["user: turn 1", "assistant: ab", "user: turn 2"])
    }

    @Test(
        "believe no number of tokens that no turn can have",
        .timeLimit(.minutes(5)),
        arguments: ["1e19", "9223372036854775807"]
    )
    func tokens(number: String) throws {
        let server = try RawServer(
            answer(
                "application/x-ndjson",
                "{\"t\":\"a\"}\n{\"over\":true,\"usage\":{\"completion_tokens\":\(number)}}\n"
            ),
            then: .keep
        )
        defer { server.stop() }
        let run = try play(server, [conversation()], try profile(framing: .ndjson))
        #expect(run.outcomes == ["completed": 2] && run.summary[.outputTokens] == 0)
    }

    @Test("take a page for people for no answer, and no byte order mark for a part of one", .timeLimit(.minutes(5)))
    func pages() throws {
        let page = try RawServer(answer("text/html; charset=utf-8", "<html>login</html>"), then: .keep)
        defer { page.stop() }
        let refused = try play(page, [conversation(turns: 1)], try profile(framing: .json, ends: [.eof]))
        #expect(refused.outcomes == ["not_event_stream": 1], "\(refused.summary.outcomeDetails)")
        let server = try RawServer(
            answer("application/x-ndjson", "\u{FEFF}{\"t\":\"a\"}\n{\"over\":true}\n"),
            then: .keep
        )
        defer { server.stop() }
        let run = try play(server, [conversation()], try profile(framing: .ndjson))
        #expect(run.outcomes == ["completed": 2])
        #expect(try messages(of: 2, at: server) == ["user: turn 1", "assistant: a", "user: turn 2"])
    }

    @Test("are judged by a number of events or a time alone", .timeLimit(.minutes(5)))
    func expectations() throws {
        let server = try RawServer(RawServer.chunked("data: a\n\ndata: [DONE]\n\n"), then: .keep)
        defer { server.stop() }
        var script = conversation(turns: 1)
        script.turns[0].expect = AnswerExpectation(minEvents: 2)
        let run = try play(server, [script], Profiles.assistant)
        #expect(run.outcomes == ["expectation_failed": 1], "\(run.summary.outcomeDetails)")
    }

    @Test("fail the first turn when a set-up request does not bring what later ones need", .timeLimit(.minutes(5)))
    func lackingCapture() throws {
        var profile = try profile(framing: .ndjson)
        var request = APIProfile.SetupRequest(method: "POST", path: Template([.text("/sessions")]))
        request.captures = [.init(name: "sid", source: .body([try JSONPath(text: "$.id")]))]
        profile.setup = [request]
        profile.path = Template([.text("/ask/"), .value("sid")])
        for body in ["{\"id\":null}", "{}", "<html>"] {
            let server = try RawServer(answer("application/json", body), then: .keep)
            defer { server.stop() }
            let run = try play(server, [conversation()], profile)
            #expect(run.outcomes == ["expectation_failed": 1] && server.requests.count == 1)
            let detail = run.summary.outcomeDetails["expectation_failed"]?.examples.first
            #expect(
                detail == "set-up request 1, POST /sessions: expected a value for {{sid}} at $.id, found none",
                "\(run.summary.outcomeDetails)"
            )
        }
    }

    @Test("have set-up requests with headers of their own, which are no turns in any metric", .timeLimit(.minutes(5)))
    func setup() throws {
        let session = answer("application/json", "{\"id\":\"s1\"}")
        let lines = answer("application/x-ndjson", "{\"t\":\"a\"}\n{\"over\":true}\n")
        let server = try RawServer { request, _ in
            RawServer.Answer(parts: [.init(request.hasPrefix("POST /sessions ") ? session : lines)], ending: .keep)
        }
        defer { server.stop() }
        var profile = try profile(framing: .ndjson)
        profile.headers = [.init(name: "X-Key", value: Template([.text("turn")]))]
        var request = APIProfile.SetupRequest(method: "POST", path: Template([.text("/sessions")]))
        request.headers = [.init(name: "x-key", value: Template([.text("setup")]))]
        request.captures = [.init(name: "sid", source: .body([try JSONPath(text: "$.id")]))]
        profile.setup = [request]
        profile.path = Template([.text("/ask/"), .value("sid")])
        let run = try play(server, [conversation()], profile)
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        let keys = server.requests.map { request in
            request.components(separatedBy: "\r\n").filter { $0.lowercased().hasPrefix("x-key:") }
        }
        #expect(keys == [["x-key: setup"], ["X-Key: turn"], ["X-Key: turn"]])
        #expect(run.summary[.setup]?.count == 1)
        #expect(run.summary[.queueDelay]?.count == 2 && run.summary[.drain]?.count == 2)
    }

    @Test("show no secret that an answer has changed", .timeLimit(.minutes(5)))
    func formerSecret() throws {
        var profile = try profile(framing: .ndjson)
        profile.captures = [.init(name: "session_token", source: .body([try JSONPath(text: "$.tok")]))]
        profile.headers = [.init(name: "X-Own", value: Template([.value("session_token")]))]
        var error = EventRule(.error)
        error.has = try JSONPath(text: "$.err")
        profile.events.insert(error, at: 0)
        let first = answer("application/x-ndjson", "{\"t\":\"a\",\"tok\":\"OLDSECRET-A\"}\n{\"over\":true}\n")
        let second = answer(
            "application/x-ndjson",
            "{\"tok\":\"NEWSECRET-B\"}\n{\"err\":\"expired: OLDSECRET-A, not NEWSECRET-B\"}\n"
        )
        let server = try RawServer { _, number in
            RawServer.Answer(parts: [.init(number == 1 ? first : second)], ending: .keep)
        }
        defer { server.stop() }
        let run = try play(server, [conversation()], profile)
        #expect(run.outcomes == ["completed": 1, "server_error_event": 1])
        // There is none yet for the first turn.
        #expect(server.requests.map { $0.contains("X-Own: OLDSECRET-A") } == [false, true])
        #expect(server.requests.first?.contains("X-Own") == false)
        let detail = run.summary.outcomeDetails["server_error_event"]?.examples.first ?? ""
        #expect(detail.contains("***") && !detail.contains("SECRET"), "\(detail)")
    }

    @Test("are each conversation's own, where it names one", .timeLimit(.minutes(5)))
    func several() throws {
        let chat = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n"
        let lines = "{\"message\":{\"content\":\"b\"},\"done\":false}\n{\"done\":true}\n"
        let (sse, json) = (answer("text/event-stream", chat), answer("application/x-ndjson", lines))
        let server = try RawServer { request, _ in
            RawServer.Answer(parts: [.init(request.hasPrefix("POST /api/chat ") ? json : sse)], ending: .keep)
        }
        defer { server.stop() }
        var (first, second, third) = (conversation("a"), conversation("b"), conversation("c"))
        first.api = "openai-chat"
        second.api = "ollama"
        third.headers = [.init(name: "X-Own", value: Template([.text("1")]))]
        let run = try play(server, [third, first, second, conversation("d")], Profiles.assistant) { $0.users = 4 }
        #expect(run.outcomes == ["completed": 8], "\(run.summary.outcomeDetails)")
        let requests = server.requests
        func count(_ prefix: String) -> Int { requests.count { $0.hasPrefix("POST \(prefix)") } }
        #expect(count("/v1/chat/completions ") == 2 && count("/api/chat ") == 2 && count("/stream/assistant/") == 4)
        // The first conversation's header line is no other's.
        #expect(requests.count { $0.contains("X-Own: 1\r\n") } == 2)
    }

    @Test("keep what was said when a turn fails, with an answer as far as it came", .timeLimit(.minutes(5)))
    func failedTurn() throws {
        let good = answer("application/x-ndjson", "{\"t\":\"one\"}\n{\"over\":true}\n")
        let cut = answer("application/x-ndjson", "{\"t\":\"tw\\ud83d\"}\n")
        let server = try RawServer { _, number in
            RawServer.Answer(parts: [.init(number == 2 ? cut : good)], ending: .keep)
        }
        defer { server.stop() }
        let run = try play(server, [conversation(turns: 3)], try profile(framing: .ndjson)) { $0.onFailure = .continue }
        #expect(run.outcomes == ["completed": 2, "truncated_stream": 1], "\(run.summary.outcomeDetails)")
        // The third turn has 2 x 3 - 1 messages, and no half of a character.
        #expect(
            try messages(of: 3, at: server) == [
                "user: turn 1", "assistant: one", "user: turn 2", "assistant: tw", "user: turn 3",
            ]
        )
    }

    @Test("fail the turn whose history is longer than it may be, and send nothing", .timeLimit(.minutes(5)))
    func longHistory() throws {
        let text = String(repeating: "x", count: 600)
        let server = try RawServer(
            answer("application/x-ndjson", "{\"t\":\"\(text)\"}\n{\"over\":true}\n"),
            then: .keep
        )
        defer { server.stop() }
        let run = try play(server, [conversation(turns: 4)], try profile(framing: .ndjson)) {
            $0.maximumHistoryBytes = 1_024
        }
        #expect(run.outcomes == ["completed": 2, "client_limit": 1], "\(run.summary.outcomeDetails)")
        #expect(server.requests.count == 2)
        let detail = run.summary.outcomeDetails["client_limit"]?.examples.first ?? ""
        #expect(detail.contains("--max-history-bytes"), "\(run.summary.outcomeDetails)")
    }

    @Test("use a connection no more that has been idle for as long as it may", .timeLimit(.minutes(5)))
    func idleReuse() throws {
        let server = try RawServer(answer("application/x-ndjson", "{\"t\":\"a\"}\n{\"over\":true}\n"), then: .keep)
        defer { server.stop() }
        func opened(idleReuse: Duration) throws -> UInt64 {
            let run = try play(server, [conversation()], try profile(framing: .ndjson)) {
                $0.thinkTime = .constant(.milliseconds(2_200))
                $0.idleReuse = idleReuse
            }
            #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
            return run.summary.generator.connectionsOpened
        }
        // libcurl counts whole seconds.
        #expect(try opened(idleReuse: .seconds(1)) == 2)
        #expect(try opened(idleReuse: .seconds(60)) == 1)
    }
}
