import Foundation
import MockAssistant
import TestSupport
import Testing

/// The vendors' own packages for Python: SDK/read_streams.py says what they are asked for.
private enum SDK {
    static let python = PythonEnvironment(name: "sdk-venv")

    /// The APIs whose package is there: some are only for newer versions of Python.
    static let available = MockAPI.allCases.filter { api in
        guard python.isAvailable, let folder = folders[api] else { return false }
        return FileManager.default.fileExists(atPath: "\(packages)/\(folder)")
    }

    /// What the test is skipped with; empty where nothing is missing.
    static var whyNot: String {
        guard python.isAvailable else { return python.whyNot }
        let missing = folders.keys.filter { !available.contains($0) }.map(\.rawValue).sorted()
        return missing.isEmpty ? "" : "no package for \(missing.joined(separator: ", ")) on this version of Python"
    }

    private static let folders: [MockAPI: String] = [
        .openAIChat: "openai", .openAIResponses: "openai", .anthropic: "anthropic", .gemini: "google/genai",
        .ollama: "ollama", .aiSDK: "pydantic_ai", .dify: "dify_client", .langGraph: "langgraph_sdk", .agUI: "ag_ui",
        .a2a: "a2a",
    ]

    private static let packages: String = {
        let lib = "\(Repository.path)/.build/\(python.name)/lib"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: lib)) ?? []
        return "\(lib)/\(versions.first { $0.hasPrefix("python3") } ?? "python3")/site-packages"
    }()

    /// What a package has understood of one turn.
    struct Turn: Decodable, Equatable {
        var text: String
        var reasoning: String
        var input_tokens: Int?
        var output_tokens: Int?
        var reasoning_tokens: Int?
        var finish_reason: String?
        var conversation: String?
        var error: String?
        var raised: String?
        var kinds: [String]
    }

    /// One line of the mock's log.
    struct Line: Decodable {
        var fault: String
        var events: Int
        var completed: Bool
        var messages: Int
        var has_system: Bool
        var sent_id: String?
        var given_id: String?
        var input_tokens: Int?
        var output_tokens: Int?
        var reasoning_tokens: Int?
        var finish_reason: String?
    }

    /// Plays a conversation against a mock with the API's package.
    ///
    /// - Returns: What the package and the mock say of each turn.
    static func play(
        _ api: MockAPI,
        turns: Int = 1,
        conversation: String? = nil,
        _ change: (inout MockConfiguration) -> Void = { _ in }
    ) async throws -> (turns: [Turn], lines: [Line]) {
        let folder = try TemporaryFolder()
        var configuration = MockConfiguration()
        configuration.api = api
        configuration.logPath = "\(folder.path)/log"
        configuration.script.events = 5
        configuration.script.firstToken = .milliseconds(2)
        configuration.script.interval = .milliseconds(1)
        if api.hasReasoning { configuration.script.reasoningEvents = 3 }
        change(&configuration)
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let result = try await python.run(
            ["Tests/LoadTestCLITests/SDK/read_streams.py", api.rawValue, mock.url, "\(turns)"]
                + (conversation.map { [$0] } ?? [])
        )
        try #require(result.exitCode == 0, "\(result.errors)")
        mock.stop()
        let log = try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)
        return (
            try JSONDecoder().decode([Turn].self, from: Data(result.output.utf8)),
            try log.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        )
    }
}

@Suite(
    "The vendors' own SDKs",
    .enabled(if: SDK.python.isAvailable, "\(SDK.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct SDKTests {
    private static let text = "Every answer comes word by "
    private static let reasoning = "First I think, "

    @Test("are all there", .enabled(if: SDK.whyNot.isEmpty, "\(SDK.whyNot)"))
    func areThere() { #expect(SDK.available.count == MockAPI.allCases.count - 1) }

    /// Expects that a turn was understood as the mock meant it.
    private func expect(_ turn: SDK.Turn, isWhole line: SDK.Line, of api: MockAPI) {
        #expect(turn.error == nil && turn.raised == nil)
        #expect(turn.text == Self.text)
        #expect(turn.reasoning == (api.hasReasoning ? Self.reasoning : ""))
        #expect(line.completed && line.events == 5)
        #expect(turn.input_tokens == line.input_tokens && turn.output_tokens == line.output_tokens)
        if let reasoning = turn.reasoning_tokens { #expect(reasoning == line.reasoning_tokens) }
        // The state of a task is what A2A has in place of a reason.
        #expect(turn.finish_reason == (api == .a2a ? "TASK_STATE_COMPLETED" : line.finish_reason))
        #expect(!turn.kinds.isEmpty)
    }

    @Test(
        "read two turns of a conversation, with text, reasoning, usage and finish reason as the mock meant them",
        arguments: SDK.available
    )
    func conversation(_ api: MockAPI) async throws {
        let (turns, lines) = try await SDK.play(api, turns: 2)
        try #require(turns.count == 2 && lines.count == 2)
        for (turn, line) in zip(turns, lines) { expect(turn, isWhole: line, of: api) }
        #expect(lines[0].messages + (lines[0].has_system ? 0 : 1) >= 1)
        switch api {
        case .openAIChat, .ollama:
            // With the system's.
            #expect(lines.map(\.messages) == [2, 4] && lines.allSatisfy(\.has_system))
            #expect(turns.map(\.input_tokens) == [4, 11])
        case .anthropic, .gemini:
            #expect(lines.map(\.messages) == [1, 3] && lines.allSatisfy(\.has_system))
            #expect(turns.map(\.input_tokens) == [4, 11])
        case .aiSDK, .agUI: #expect(lines.map(\.messages) == [1, 3])
        case .openAIResponses, .dify, .a2a:
            #expect(lines.map(\.messages) == [1, 1])
            #expect(lines[0].sent_id == nil && lines[1].sent_id == lines[0].given_id)
            #expect(turns.map(\.conversation) == lines.map(\.given_id))
        case .langGraph: #expect(lines[0].sent_id != nil && lines[1].sent_id == lines[0].sent_id)
        case .assistant: break
        }
    }

    @Test("report an error in the stream before and after the first text", arguments: SDK.available)
    func errors(_ api: MockAPI) async throws {
        for (fault, text) in [(Fault.errorFirst, ""), (.errorEvent, "Every answer ")] {
            let (turns, lines) = try await SDK.play(api) { $0.script.faults = [FaultShare(fault, percent: 100)] }
            let turn = try #require(turns.first)
            #expect(lines.first?.fault == fault.rawValue)
            #expect(turn.text == text)
            #expect(turn.error?.contains("the mock assistant gives up here") == true, "\(turn)")
            let raised: [MockAPI: String] = [
                .openAIChat: "APIError", .anthropic: "APIStatusError", .gemini: "ServerError", .ollama: "ResponseError",
            ]
            if let name = raised[api] { #expect(turn.raised == name) }
        }
    }

    @Test("are not disturbed by pings, unknown events, and the usage chunks of other servers", arguments: SDK.available)
    func noise(_ api: MockAPI) async throws {
        let faults: [Fault] = [.pings, .unknownEvents, .usageNullChoices, .usageNoChoices, .usageEmptyDelta]
        for fault in faults where fault.applies(to: api) {
            let (turns, lines) = try await SDK.play(api) { $0.script.faults = [FaultShare(fault, percent: 100)] }
            expect(try #require(turns.first), isWhole: try #require(lines.first), of: api)
        }
    }

    @Test("read why an answer was cut", arguments: SDK.available.filter { Fault.lengthLimit.applies(to: $0) })
    func lengthLimit(_ api: MockAPI) async throws {
        let (turns, lines) = try await SDK.play(api) { $0.script.faults = [FaultShare(.lengthLimit, percent: 100)] }
        let line = try #require(lines.first)
        #expect(line.finish_reason != nil)
        expect(try #require(turns.first), isWhole: line, of: api)
    }

    @Test(
        "are refused a conversation that nobody has begun",
        arguments: SDK.available.filter { [.openAIResponses, .dify, .langGraph, .a2a].contains($0) }
    )
    func unknownConversation(_ api: MockAPI) async throws {
        let id = (api == .openAIResponses ? "resp_" : "") + "0a1b2c3d-0000-4000-8000-000000000001"
        let (turns, lines) = try await SDK.play(api, conversation: id)
        #expect(lines.isEmpty)
        let raised: [MockAPI: String] = [
            .openAIResponses: "BadRequestError", .dify: "DifyResourceNotFound", .langGraph: "NotFoundError",
            .a2a: "InvalidParamsError",
        ]
        #expect(turns.first?.raised == raised[api])
    }

    @Test("A2A's replaces what came before, where a piece is not appended", .enabled(if: SDK.available.contains(.a2a)))
    func cumulative() async throws {
        let (turns, _) = try await SDK.play(.a2a) { $0.script.isCumulative = true }
        #expect(turns.first?.text == Self.text)
    }
}
