import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: faults of the other APIs", .ownThreads)
struct MockDialectFaultTests {
    private static let texts = ["Every ", "answer ", "comes ", "word "]
    private static let thoughts = ["First ", "I "]

    /// Plays one turn of four events, with reasoning where the API has it, and compares what the log says of it.
    private func play<Result>(
        _ api: DialectClient,
        _ fault: Fault,
        _ body: (MockClient) throws -> Result
    ) throws -> (result: Result, line: MockLogLine) {
        let log = MockLogFile()
        let server = try startMock(events: 4, fault: fault) {
            $0.api = api.api
            $0.logPath = log.path
            if api.api.hasReasoning { $0.script.reasoningEvents = Self.thoughts.count }
        }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(api.request(api.body()))
        let result = try body(client)
        client.close()
        let line = try #require(try log.lines(count: 1).first)
        #expect(line.fault == fault.rawValue)
        return (result, line)
    }

    private func reasoning(of api: DialectClient) -> [String] { api.api.hasReasoning ? Self.thoughts : [] }

    /// The APIs that can have a fault.
    private static func having(_ fault: Fault) -> [DialectClient] {
        DialectClient.all.filter { fault.applies(to: $0.api) }
    }

    @Test("error_first is an error of the API in place of all pieces", arguments: DialectClient.all)
    func errorFirst(_ api: DialectClient) throws {
        let (answer, line) = try play(api, .errorFirst) { try $0.takeAnswer() }
        let events = api.events(in: answer.text)
        #expect(answer.status == 200)
        #expect(events.compactMap(api.content).isEmpty && events.compactMap(api.reasoning).isEmpty)
        #expect(events.compactMap(api.error) == ["the mock assistant gives up here"])
        #expect(line.events == 0 && line.reasoning_events == 0 && !line.completed)
    }

    @Test("error_event is an error of the API half way", arguments: DialectClient.all)
    func errorEvent(_ api: DialectClient) throws {
        let (answer, line) = try play(api, .errorEvent) { try $0.takeAnswer() }
        let events = api.events(in: answer.text)
        #expect(events.compactMap(api.content) == Array(Self.texts.prefix(2)))
        #expect(events.compactMap(api.reasoning) == reasoning(of: api))
        #expect(events.compactMap(api.error) == ["the mock assistant gives up here"])
        // Those with an end marker send it behind the error as well.
        let hasMarker = api.api == .openAIChat || api.api == .aiSDK
        #expect(events.last?.data == "[DONE]" ? hasMarker : !hasMarker)
        #expect(line.events == 2 && !line.completed)
    }

    @Test("truncate and no_end_marker end cleanly without the end", arguments: DialectClient.all)
    func withoutEnd(_ api: DialectClient) throws {
        for (fault, count) in [(Fault.truncate, 2), (.noEndMarker, 4)] {
            let (answer, line) = try play(api, fault) { try $0.takeAnswer() }
            let events = api.events(in: answer.text)
            #expect(events.compactMap(api.content) == Array(Self.texts.prefix(count)))
            #expect(!events.contains(where: api.isEnd))
            #expect(line.events == count && !line.completed && line.finish_reason == nil)
        }
    }

    @Test("finish_no_marker has the finish reason and not the marker", arguments: having(.finishNoMarker))
    func finishWithoutMarker(_ api: DialectClient) throws {
        let (answer, line) = try play(api, .finishNoMarker) { try $0.takeAnswer() }
        let events = api.events(in: answer.text)
        #expect(events.compactMap(api.content) == Self.texts)
        #expect(!events.contains(where: api.isEnd))
        let reason = try #require(line.finish_reason)
        #expect(events.last?.data.contains("\"\(reason)\"") == true)
        #expect(!line.completed)
    }

    @Test("length_limit has the finish reason of a limit", arguments: having(.lengthLimit))
    func lengthLimit(_ api: DialectClient) throws {
        let (answer, line) = try play(api, .lengthLimit) { try $0.takeAnswer() }
        #expect(line.completed && line.events == 4)
        let reason = try #require(line.finish_reason)
        #expect(["length", "max_tokens", "MAX_TOKENS", "max_output_tokens"].contains(reason))
        #expect(answer.text.contains("\"\(reason)\""))
        if api.api == .openAIResponses { #expect(answer.text.contains("event: response.incomplete\n")) }
    }

    @Test("heartbeats come for ever, and nothing else", arguments: DialectClient.all)
    func heartbeats(_ api: DialectClient) throws {
        for (fault, count) in [(Fault.heartbeats, 0), (.heartbeatsMidstream, 2)] {
            let (chunks, line) = try play(api, fault) { client in
                _ = try client.takeHead()
                // The opening, the pieces, the reasoning, and then signs of life.
                return try (0..<10).map { _ in try client.takeChunk() }
            }
            let beats = chunks.suffix(5)
            #expect(Set(beats).count == 1 || api.api == .anthropic)
            let body = String(decoding: chunks.flatMap { $0 }, as: UTF8.self)
            #expect(api.events(in: body).compactMap(api.content) == Array(Self.texts.prefix(count)))
            let last = String(decoding: chunks[9], as: UTF8.self)
            let events = api.events(in: last)
            #expect(events.compactMap(api.content).isEmpty && events.compactMap(api.reasoning).isEmpty)
            switch api.api {
            case .anthropic: #expect(last == "event: ping\ndata: {\"type\": \"ping\"}\n\n")
            case .gemini, .ollama: #expect(events.count == 1)
            case .dify: #expect(last == "event: ping\n\n")
            default: #expect(last.hasPrefix(": ") && events.isEmpty)
            }
            #expect(line.events == count && !line.completed)
        }
    }

    @Test("pings and unknown_events come between the pieces, and change nothing", arguments: DialectClient.all)
    func noise(_ api: DialectClient) throws {
        let (plain, _) = try play(api, .lateDoneChunk) { try $0.takeAnswer() }
        for fault in [Fault.pings, .unknownEvents] {
            let (answer, line) = try play(api, fault) { try $0.takeAnswer() }
            let events = api.events(in: answer.text)
            #expect(events.compactMap(api.content) == Self.texts)
            #expect(events.compactMap(api.reasoning) == reasoning(of: api))
            #expect(events.last.map(api.isEnd) == true)
            #expect(line.completed)
            let more = events.count - api.events(in: plain.text).count
            // One at once, and one after each piece.
            let expected = 1 + Self.texts.count + reasoning(of: api).count
            switch (fault, api.api) {
            case (.unknownEvents, _), (_, .anthropic), (_, .gemini), (_, .ollama): #expect(more == expected)
            default:
                // Of these a parser of events sees nothing.
                #expect(more == 0)
                #expect(answer.body.count >= plain.body.count + expected * 8)
            }
            if fault == .unknownEvents {
                #expect(answer.text.components(separatedBy: "this is no part of the answer").count == expected + 1)
            }
        }
    }

    @Test(
        "A usage chunk can have choices that are none",
        arguments: [Fault.usageNullChoices, .usageNoChoices, .usageEmptyDelta]
    )
    func usageChunks(fault: Fault) throws {
        let api = DialectClient(.openAIChat)
        let (answer, line) = try play(api, fault) { try $0.takeAnswer() }
        let events = api.events(in: answer.text)
        let chunk = try #require(events.first { $0["usage"] is [String: Any] })
        #expect(events.count { $0["usage"] is [String: Any] } == 1)
        let object = try #require(chunk.json as? [String: Any])
        switch fault {
        case .usageNullChoices: #expect(object["choices"] is NSNull)
        case .usageNoChoices: #expect(object["choices"] == nil)
        default: #expect((chunk["choices.0.delta"] as? [String: Any])?.isEmpty == true)
        }
        #expect(events.last?.data == "[DONE]")
        #expect(line.output_tokens == chunk.number("usage.completion_tokens") && line.completed)
    }

    @Test("malformed and huge_event spoil one piece, and the rest goes on", arguments: DialectClient.all)
    func spoils(_ api: DialectClient) throws {
        let (malformed, line) = try play(api, .malformed) { try $0.takeAnswer() }
        #expect(malformed.chunks.filter { $0.contains(0xFF) }.count == 1)
        #expect(line.completed && line.events == 4)
        let (huge, hugeLine) = try play(api, .hugeEvent) { try $0.takeAnswer() }
        let events = api.events(in: huge.text)
        #expect(events.compactMap(api.content).map(\.utf8.count) == [6, 2 << 20, 6, 5])
        #expect(events.last.map(api.isEnd) == true && hugeLine.completed)
    }

    @Test("split_bytes sends the same answer, one byte at a time", arguments: DialectClient.all)
    func splitBytes(_ api: DialectClient) throws {
        let (answer, line) = try play(api, .splitBytes) { try $0.takeAnswer() }
        let events = api.events(in: answer.text)
        #expect(events.compactMap(api.content) == Self.texts)
        #expect(events.compactMap(api.reasoning) == reasoning(of: api))
        #expect(events.last.map(api.isEnd) == true && line.completed)
    }

    @Test("reset_midstream and stall let half of the pieces arrive", arguments: DialectClient.all)
    func halfWay(_ api: DialectClient) throws {
        let (end, line) = try play(api, .resetMidstream) { $0.takeEnd() }
        #expect(end == .reset && line.events == 2 && !line.completed)
        let (body, stalled) = try play(api, .stall) { client in
            _ = try client.takeHead()
            let opening = api.api == .gemini || api.api == .ollama ? 0 : 1
            return try (0..<opening + reasoning(of: api).count + 2).flatMap { _ in try client.takeChunk() }
        }
        let text = String(decoding: body, as: UTF8.self)
        #expect(api.events(in: text).compactMap(api.content) == Array(Self.texts.prefix(2)))
        #expect(stalled.events == 2 && !stalled.completed)
    }

    @Test("A fault that an API cannot have is refused before the start")
    func notApplicable() throws {
        var configuration = MockConfiguration()
        configuration.api = .gemini
        configuration.script.faults = [
            FaultShare(.finishNoMarker, percent: 1), FaultShare(.usageNoChoices, percent: 1),
        ]
        let error = #expect(throws: ConfigurationError.self) { try MockServer(configuration) }
        #expect(error?.messages.count == 2)
        #expect(error?.description.contains("finish_no_marker") == true)
        #expect(error?.description.contains("gemini") == true)
        configuration = MockConfiguration()
        configuration.script.reasoningEvents = 1
        #expect(throws: ConfigurationError.self) { try MockServer(configuration) }
        #expect(Fault.allCases.allSatisfy { fault in MockAPI.allCases.contains { fault.applies(to: $0) } })
    }
}
