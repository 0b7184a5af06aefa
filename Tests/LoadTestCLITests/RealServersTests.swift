import Foundation
import LoadModel
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A server whose events nobody here writes: RealServers/ has the programs.
private enum RealServer: String {
    case apis = "apis.py"
    case guidellm = "guidellm_server.py"
    case litellm = "litellm_proxy.py"

    static let folder = "Tests/LoadTestCLITests/RealServers"
    /// The time before its first token that a server is told.
    static let firstTokenMs = 40.0
    /// The key of a server that wants one.
    static let key = "sk-\(UUID().uuidString)"

    var python: PythonEnvironment {
        switch self {
        case .apis: PythonEnvironment(name: "servers-venv")
        case .guidellm: PythonEnvironment(name: "guidellm-venv")
        case .litellm: PythonEnvironment(name: "litellm-venv")
        }
    }

    /// What the server itself knows of a request; not every server knows everything.
    struct Recorded: Decodable {
        var api: String
        var model: String?
        var session: String?
        var question: String
        var messages: Int
        /// The answers that the client sent back.
        var said: [String]
        var text: String?
        var first_thought_ms: Double?
        var first_token_ms: Double?
        var pieces: Int?
        var input_tokens: Int?
        var output_tokens: Int?
    }

    /// Starts the server, and ends it after the closure.
    ///
    /// - Parameter body: What to do meanwhile, with its base address.
    func run(body: (_ url: String) async throws -> Void) async throws {
        let command = python.command(["\(Self.folder)/\(rawValue)", "--first-token-ms", "\(Self.firstTokenMs)"])
        let program = Program(path: command[0])
        _ = try await program.run(Array(command.dropFirst()), environment: ["LITELLM_MASTER_KEY": Self.key]) { server in
            defer { server.send(SIGKILL) }
            let line = try await server.firstLine()
            let port = try #require(line.wholeMatch(of: /listening on port (\d+)/)?.1, "\(line)\(server.complaints)")
            try await body("http://127.0.0.1:\(port)")
        }
    }

    /// What a server that runs has recorded, once it is so many requests.
    static func record(
        _ url: String,
        atLeast count: Int,
        where isMeant: (Recorded) -> Bool = { _ in true }
    ) async throws -> [Recorded] {
        var record: [Recorded] = []
        let isThere = try await becomesTrue {
            let curl = try await Program(path: "/usr/bin/env").run("curl", "-s", "--max-time", "20", "\(url)/record")
            record = try JSONDecoder().decode([Recorded].self, from: Data(curl.output.utf8)).filter(isMeant)
            return record.count >= count
        }
        try #require(isThere, "\(record.count) requests instead of \(count)")
        return record
    }
}

/// A run of the program, and what it says of it.
private struct Played {
    /// One line of the event log.
    struct Turn: Decodable {
        var session: String
        var conversation: String
        /// From 1.
        var turn: Int
        var outcome: String
        var ttft_ms: Double?
        var answer_ttft_ms: Double?
        var response_time_ms: Double?
        var failed_time_ms: Double?
        var input_tokens: Int?
        var output_tokens: Int?
        var finish_reason: String?
        var content_ms: [Double]?
    }

    let exitCode: Int
    let errors: String
    let summary: Summary
    let turns: [Turn]

    /// Plays conversations with five users.
    ///
    /// - Parameters:
    ///   - api: The API.
    ///   - url: The server's base address.
    ///   - data: The conversations.
    ///   - options: Further options.
    init(_ api: MockAPI, _ url: String, _ data: TemporaryFolder, _ options: [String] = []) async throws {
        let files = try TemporaryFolder()
        let result = try await Program.loadtest.run(
            [
                "--headless", "--only-summary", "-u", "5", "-r", "1000", "--api", api.rawValue, "--host", url, "--data",
                data.path, "--summary", "\(files.path)/summary", "--events", "\(files.path)/events", "--events-detail",
            ] + options,
            environment: [
                "OPENAI_API_KEY": RealServer.key, "ANTHROPIC_API_KEY": RealServer.key, "GEMINI_API_KEY": RealServer.key,
            ]
        )
        func read(_ name: String) throws -> Data {
            try #require(FileManager.default.contents(atPath: "\(files.path)/\(name)"), "\(result.errors)")
        }
        exitCode = result.exitCode
        errors = result.errors
        summary = try JSONDecoder().decode(Summary.self, from: read("summary"))
        turns = try read("events").split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(Turn.self, from: $0) }
    }

    /// How many turns ended how.
    var outcomes: [String: Int] { turns.reduce(into: [:]) { $0[$1.outcome, default: 0] += 1 } }

    /// Whether a time is not before the server's own, and not after the end of the turn.
    ///
    /// How long the way to and fro takes is nothing that a test could know: on a busy machine it was two seconds. A server's
    /// clock may be some milliseconds coarse.
    static func isTime(_ found: Double?, in turn: Turn, from server: Double) -> Bool {
        guard let found, let end = turn.response_time_ms ?? turn.failed_time_ms else { return false }
        return found > server - 5 && found <= end
    }
}

/// A conversation, as a file.
///
/// - Parameters:
///   - name: Its name.
///   - system: What its system entry says, nil for none.
///   - questions: The texts of its turns; each begins with the session's id and the number of the turn, by which the
///     record of a server is read.
///   - expected: What all answers are to contain, nil for anything.
private func conversation(
    _ name: String,
    invocations: Int,
    system: String? = nil,
    questions: [String],
    expected: String? = nil
) -> String {
    let expectation = expected.map { #", "expect": {"contains": "\#($0)"}"# } ?? ""
    let entries =
        (system.map { [#"{"role": "system", "content": "\#($0)"}"#] } ?? [])
        + questions.enumerated().map { index, question in
            #"{"role": "user", "content": "{{session_id}} \#(index + 1): \#(question)"\#(expectation)}"#
        }
    return """
        {"name": "\(name)", "invocations": \(invocations), "variables": {"city": "北京"},
         "headers": {"X-Session-ID": "{{session_id}}"}, "conversation": [\(entries.joined(separator: ", "))]}
        """
}

/// What all servers are asked: conversations of three turns and of two, 26 turns.
private struct Questions {
    let data: TemporaryFolder
    let conversations: UInt64 = 10
    let turns = 26
    /// The one with a system entry.
    static let withSystem = "drei"

    /// - Parameter hasSystem: Whether one of them has a system entry; where the server keeps the conversation, that is
    ///   a turn.
    init(hasSystem: Bool) throws {
        data = try TemporaryFolder()
        let three = ["Grüße aus {{city}} 🌍", "und weiter, „bitte“?", "Danke."]
        try data.write(
            conversation(Self.withSystem, invocations: 6, system: hasSystem ? "Sei kürzer." : nil, questions: three),
            to: "a.json"
        )
        try data.write(
            conversation("zwei", invocations: 4, questions: ["think über {{city}} nach", "noch einmal"]),
            to: "b.json"
        )
    }

    /// Expects that all turns were completed, and that what the program says of each is what the server says of it.
    ///
    /// - Parameters:
    ///   - played: What the program says.
    ///   - record: What the server says.
    ///   - hasHistory: Whether the client sends what was said before.
    ///   - isSystemMessage: Whether the system entry is one of the messages.
    func expect(
        _ played: Played,
        agreesWith record: [RealServer.Recorded],
        hasHistory: Bool,
        isSystemMessage: Bool
    ) throws {
        let summary = played.summary
        #expect(played.exitCode == 0, "\(played.errors)")
        #expect(played.outcomes == ["completed": turns] && record.count == turns)
        #expect(summary.turns.completed == UInt64(turns) && summary.turns.failed == 0)
        #expect(summary.conversations.completed == conversations)
        var recorded: [String: RealServer.Recorded] = [:]
        for request in record { recorded[String(request.question.prefix { $0 != ":" })] = request }
        for turn in played.turns {
            let request = try #require(recorded["\(turn.session) \(turn.turn)"], "the server knows nothing of \(turn)")
            let earlier = (1..<turn.turn).compactMap { recorded["\(turn.session) \($0)"] }
            let firstTokenMs = request.first_token_ms ?? RealServer.firstTokenMs
            #expect(
                Played.isTime(turn.ttft_ms, in: turn, from: request.first_thought_ms ?? firstTokenMs),
                "\(turn) \(request)"
            )
            if let answer = turn.answer_ttft_ms {
                #expect(Played.isTime(answer, in: turn, from: firstTokenMs), "\(turn) \(request)")
            }
            if let pieces = request.pieces { #expect(turn.content_ms?.count == pieces, "\(turn) \(request)") }
            if let tokens = request.input_tokens {
                #expect(turn.input_tokens == tokens, "\(turn) \(request)")
                #expect(turn.output_tokens == request.output_tokens, "\(turn) \(request)")
            }
            // The server may give the conversation a name of its own, which the client is to send again.
            #expect(earlier.allSatisfy { $0.session == request.session })
            let hasSystem = isSystemMessage && turn.conversation == Self.withSystem
            #expect(request.messages == (hasHistory ? 2 * turn.turn - 1 + (hasSystem ? 1 : 0) : 1), "\(request)")
            #expect(request.said.count == (hasHistory ? turn.turn - 1 : 0), "\(request)")
            if hasHistory, request.text != nil { #expect(request.said == earlier.compactMap(\.text)) }
        }
        expectSums(summary, record)
    }

    /// Expects the same of the whole run.
    private func expectSums(_ summary: Summary, _ record: [RealServer.Recorded]) {
        #expect(summary[.ttft]?.count == UInt64(turns))
        let sums = [\RealServer.Recorded.input_tokens, \.output_tokens].map { number in
            record.compactMap { $0[keyPath: number] }.reduce(0, +)
        }
        guard sums != [0, 0] else {
            #expect(summary.tokens == nil)
            return
        }
        #expect(summary.tokens?.turns == UInt64(turns))
        #expect([summary.tokens?.input, summary.tokens?.output] == sums.map { UInt64($0) })
    }
}

@Suite(
    "Servers whose events libraries write",
    .enabled(if: RealServer.apis.python.isAvailable, "\(RealServer.apis.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct LibraryServersTests {
    /// The paths of RealServers/apis.py.
    private static let paths: [MockAPI: [String]] = [
        .assistant: [], .agUI: ["--path", "/agent"], .a2a: ["--path", "/a2a"],
    ]

    /// Plays two turns, the second of which has a word that changes its answer.
    ///
    /// - Returns: What the program says, and what the server says of the second turns.
    private func play(_ api: MockAPI, word: String) async throws -> (Played, [RealServer.Recorded]) {
        let data = try TemporaryFolder()
        try data.write(conversation("zwei", invocations: 6, questions: ["Grüße 🌍", "\(word) 🌍"]), to: "a.json")
        var results: (Played, [RealServer.Recorded])?
        try await RealServer.apis.run { url in
            let played = try await Played(api, url, data, Self.paths[api] ?? [])
            let record = try await RealServer.record(url, atLeast: 12)
            results = (played, record.filter { $0.question.contains(word) })
        }
        return try #require(results)
    }

    @Test(
        "say of every turn what the program says: sse-starlette, AG-UI's encoder, A2A's SDK",
        arguments: [MockAPI.assistant, .agUI, .a2a]
    )
    func agreement(_ api: MockAPI) async throws {
        let questions = try Questions(hasSystem: api == .agUI)
        try await RealServer.apis.run { url in
            let played = try await Played(api, url, questions.data, Self.paths[api] ?? [])
            let record = try await RealServer.record(url, atLeast: questions.turns)
            try questions.expect(played, agreesWith: record, hasHistory: api == .agUI, isSystemMessage: true)
            // Its own id of the session, or the one that the client gave.
            let (ours, theirs) = (Set(played.turns.map(\.session)), Set(record.compactMap(\.session)))
            #expect(api == .a2a ? ours.isDisjoint(with: theirs) : ours == theirs)
            #expect(theirs.count == Int(questions.conversations))
            if api == .agUI {
                #expect(played.summary.finishReasons.byName == ["success": UInt64(questions.turns)])
                // Those who think have the first token before the first of the answer.
                let thinking = played.turns.filter { $0.conversation == "zwei" && $0.turn == 1 }
                #expect(thinking.allSatisfy { ($0.answer_ttft_ms ?? 0) > ($0.ttft_ms ?? .infinity) })
            }
        }
    }

    @Test(
        "fail as they say, or by an exception, after some text",
        arguments: [
            (.assistant, "fail", "server_error_event"), (.assistant, "crash", "truncated_stream"),
            (.agUI, "fail", "server_error_event"), (.agUI, "crash", "truncated_stream"),
            // Its SDK makes an error event of an exception.
            (.a2a, "fail", "server_error_event"), (.a2a, "crash", "server_error_event"),
        ] as [(MockAPI, String, String)]
    )
    func failures(api: MockAPI, word: String, outcome: String) async throws {
        let (played, record) = try await play(api, word: word)
        #expect(played.exitCode == 1)
        #expect(played.outcomes == ["completed": 6, outcome: 6], "\(played.errors)")
        #expect(played.summary.conversations.failed == 6)
        for turn in played.turns where turn.turn == 2 {
            let request = try #require(record.first { $0.question.hasPrefix(turn.session) })
            #expect(request.text == "Grüße aus 北京 🌍")
            #expect(turn.content_ms?.count == request.pieces, "\(turn) \(request)")
            #expect(Played.isTime(turn.ttft_ms, in: turn, from: request.first_token_ms ?? .infinity))
        }
        #expect(played.errors.contains("\(outcome) (such as: "), "\(played.errors)")
    }

    @Test(
        "of A2A end with a question to the user, are one message, or a task that is done at once",
        arguments: ["ask", "reply", "whole"]
    )
    func a2a(word: String) async throws {
        let (played, record) = try await play(.a2a, word: word)
        #expect(played.exitCode == 0 && played.outcomes == ["completed": 12], "\(played.errors)")
        for turn in played.turns where turn.turn == 2 {
            let request = try #require(record.first { $0.question.hasPrefix(turn.session) })
            #expect(turn.content_ms?.count == 1)
            #expect(Played.isTime(turn.ttft_ms, in: turn, from: request.first_token_ms ?? .infinity))
        }
    }

    @Test("read the number of the turn in a question, also where the client keeps what was said")
    func numberOfTurn() async throws {
        let data = try TemporaryFolder()
        let questions = Array(repeating: "{{turn}}", count: 3)
        try data.write(conversation("drei", invocations: 2, questions: questions), to: "a.json")
        try await RealServer.apis.run { url in
            let played = try await Played(.agUI, url, data, Self.paths[.agUI] ?? [])
            #expect(played.outcomes == ["completed": 6], "\(played.errors)")
            for request in try await RealServer.record(url, atLeast: 6) {
                let turn = request.said.count + 1
                #expect(request.question.hasSuffix(" \(turn): \(turn)"), "\(request)")
            }
        }
    }
}

@Suite(
    "guidellm's mock server",
    .enabled(if: RealServer.guidellm.python.isAvailable, "\(RealServer.guidellm.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct GuidellmTests {
    @Test("says of every turn what the program says", arguments: [MockAPI.openAIChat, .openAIResponses])
    func agreement(_ api: MockAPI) async throws {
        let questions = try Questions(hasSystem: true)
        try await RealServer.guidellm.run { url in
            let played = try await Played(api, url, questions.data)
            let record = try await RealServer.record(url, atLeast: questions.turns)
            // The instructions of Responses are none.
            let isSystemMessage = api == .openAIChat
            try questions.expect(played, agreesWith: record, hasHistory: true, isSystemMessage: isSystemMessage)
            // As many as the server was told, each an event.
            #expect(played.turns.allSatisfy { $0.output_tokens == 6 && $0.content_ms?.count == 6 })
            let reason = api == .openAIChat ? "stop" : "completed"
            #expect(played.summary.finishReasons.byName == [reason: UInt64(questions.turns)])
        }
    }
}

@Suite(
    "LiteLLM's proxy",
    .enabled(if: RealServer.litellm.python.isAvailable, "\(RealServer.litellm.python.whyNot)"),
    .timeLimit(.minutes(10)),
    .amongFew
)
struct LitellmTests {
    /// One API, and the model of the proxy's configuration that is played.
    private struct Case {
        let api: MockAPI
        let model: String
        /// What the proxy calls a request of this API.
        let call: String
        let isSystemMessage: Bool
        let reason: String
    }

    private static let cases = [
        Case(api: .openAIChat, model: "mock", call: "acompletion", isSystemMessage: true, reason: "stop"),
        Case(
            api: .anthropic,
            model: "relay",
            call: "anthropic_messages",
            isSystemMessage: false,
            reason: "end_turn"
        ),
        // For the proxy a system instruction is a message.
        Case(api: .gemini, model: "mock", call: "acompletion", isSystemMessage: true, reason: "STOP"),
    ]

    /// It takes long to start: all of these in one test.
    @Test("says of every turn what the program says, and how it fails")
    func agreement() async throws {
        let questions = try Questions(hasSystem: true)
        try await RealServer.litellm.run { url in
            for expected in Self.cases {
                let played = try await Played(expected.api, url, questions.data, ["--var", "model=\(expected.model)"])
                // Only those of this run: the sessions are its own.
                let sessions = Set(played.turns.map(\.session))
                let record = try await RealServer.record(url, atLeast: questions.turns) { request in
                    request.api == expected.call && request.model == expected.model
                        && sessions.contains(String(request.question.prefix { $0 != " " }))
                }
                try questions.expect(
                    played,
                    agreesWith: record,
                    hasHistory: true,
                    isSystemMessage: expected.isSystemMessage
                )
                #expect(played.summary.finishReasons.byName == [expected.reason: UInt64(questions.turns)])
            }
            for (api, model, outcome, text) in [
                (.openAIChat, "limit", "http_status", "HTTP status 429: "),
                (.anthropic, "limit", "http_status", "HTTP status 429: "),
                (.openAIChat, "breaks", "http_status", "HTTP status 529: "),
                // It does not stream, though it was asked to.
                (.anthropic, "mock", "not_event_stream", "Content-Type is application/json"),
            ] as [(MockAPI, String, String, String)] {
                let played = try await Played(api, url, questions.data, ["--var", "model=\(model)"])
                #expect(played.exitCode == 1 && played.outcomes == [outcome: Int(questions.conversations)])
                #expect(played.errors.contains(text), "\(played.errors)")
            }
        }
    }
}

/// nginx with its Lua module, which sends the answers of RealServers/streams byte by byte.
private enum Replay {
    private static let modules = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"].first {
        access("\($0)/ngx_http_lua_module.so", R_OK) == 0
    }
    static let whyNot: String = {
        let missing = Installed.missing(of: "nginx", "curl")
        return missing.isEmpty && modules == nil ? "not installed: nginx's Lua module" : missing
    }()

    /// What all answers say, in five pieces.
    static let text = "Grüße aus 北京 🌍!"
    static let pieces = 5

    /// One line of nginx's log.
    struct Line: Decodable {
        var stream: String
        var status: Int
        var messages: Int
        /// How often the body has the text of the answer.
        var said: Int
        var session: String
        var sent_id: String
        var first_token_ms: Double?
    }

    /// Starts nginx, and ends it after the closure.
    ///
    /// - Parameter body: What to do meanwhile, with its base address; it returns how many turns it has sent.
    /// - Returns: The log of these.
    static func run(body: (_ url: String) async throws -> Int) async throws -> [Line] {
        // Not before it is its turn: a port that is free now may not be later.
        try await ProgramGate.pass {
            let folder = try TemporaryFolder()
            defer { withExtendedLifetime(folder) {} }
            let port = try FreePort.any()
            let source = "\(Repository.path)/\(RealServer.folder)"
            let configuration = try String(contentsOfFile: "\(source)/nginx.conf.template", encoding: .utf8)
                .replacingOccurrences(of: "{{modules}}", with: modules ?? "")
                .replacingOccurrences(of: "{{port}}", with: "\(port)")
                .replacingOccurrences(of: "{{streams}}", with: "\(source)/streams")
            let file = try folder.write(configuration, to: "nginx.conf")
            let program = Program(path: try #require(Installed.path(of: "nginx")))
            var lines: [Line] = []
            _ = try await program.run(["-p", folder.path, "-c", file]) { nginx in
                defer { nginx.send(SIGKILL) }
                let isThere = try await becomesTrue {
                    let curl = ["curl", "-s", "-o", "/dev/null", "http://127.0.0.1:\(port)/"]
                    return try await Program(path: "/usr/bin/env").run(curl).exitCode == 0
                }
                try #require(isThere, "\(nginx.complaints)")
                let turns = try await body("http://127.0.0.1:\(port)")
                // A request's line comes when it has ended, and the last one may be half written.
                let isLogged = try await becomesTrue {
                    lines = nginx.complaints.split(separator: "\n")
                        .compactMap { try? JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
                        .filter { !$0.session.isEmpty }
                    return lines.count >= turns
                }
                try #require(isLogged, "\(nginx.complaints)")
            }
            return lines
        }
    }

    /// Plays three turns of five conversations against an API's stream.
    ///
    /// - Parameters:
    ///   - api: The API.
    ///   - headers: What changes the answer: RealServers/nginx.conf.template has them.
    ///   - expectsText: Whether an answer without the text is a failure.
    /// - Returns: What the program says, and what nginx does.
    static func play(
        _ api: MockAPI,
        headers: [String],
        expectsText: Bool = true
    ) async throws -> (played: Played, lines: [Line]) {
        let data = try TemporaryFolder()
        let text = conversation(
            "drei",
            invocations: 5,
            system: api.hasHistory ? "Sei kürzer." : nil,
            questions: ["Hallo {{city}} 🌍", "und weiter?", "Danke."],
            // Its profile has no place of the text in an event: the text is all of the event's data.
            expected: api == .assistant || !expectsText ? nil : Self.text
        )
        try data.write(text, to: "a.json")
        var played: Played?
        let lines = try await run { url in
            let result = try await Played(api, url, data, headers.flatMap { ["--header", $0] })
            played = result
            return result.turns.count
        }
        return (try #require(played), lines)
    }
}

extension MockAPI {
    /// Whether the client sends what was said before.
    fileprivate var hasHistory: Bool { ![.assistant, .dify, .langGraph, .a2a].contains(self) }
    /// Whether a system entry is one of the messages.
    fileprivate var isSystemMessage: Bool { [.openAIChat, .ollama, .aiSDK, .agUI].contains(self) }
    /// Whether a request has its role in its body.
    fileprivate var hasRole: Bool { self != .dify }
    /// How many events of thoughts RealServers/streams has before the text.
    fileprivate var thoughts: Int {
        switch self {
        case .assistant, .openAIChat, .dify, .a2a: 0
        case .gemini, .langGraph: 1
        case .openAIResponses, .anthropic, .ollama, .aiSDK, .agUI: 2
        }
    }
    /// Why the answer of RealServers/streams has ended; nil where nothing says so.
    fileprivate var reason: String? {
        switch self {
        case .assistant, .dify, .a2a: nil
        case .openAIChat, .ollama, .aiSDK: "stop"
        case .openAIResponses: "completed"
        case .anthropic, .langGraph: "end_turn"
        case .gemini: "STOP"
        case .agUI: "success"
        }
    }
}

@Suite(
    "Answers as the vendors' documents show them",
    .enabled(if: Replay.whyNot.isEmpty, "\(Replay.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct ReplayTests {
    @Test(
        "are read alike wherever they are cut",
        arguments: MockAPI.allCases,
        // One byte at a time, amid characters and events, and all at once.
        [1, 61, 100_000]
    )
    func pieces(api: MockAPI, bytes: Int) async throws {
        let (played, lines) = try await Replay.play(
            api,
            headers: ["X-Piece: \(bytes)", "X-Pause-MS: \(bytes == 61 ? 5 : 0)"]
        )
        #expect(played.exitCode == 0 && played.outcomes == ["completed": 15], "\(played.errors)")
        #expect(lines.count == 15 && lines.allSatisfy { $0.status == 200 && $0.stream == api.rawValue })
        for turn in played.turns {
            #expect(turn.content_ms?.count == Replay.pieces + api.thoughts, "\(turn)")
            #expect(turn.finish_reason == api.reason)
            // The turns of a session come one after another.
            let line = try #require(lines.filter { $0.session == turn.session }.dropFirst(turn.turn - 1).first)
            let firstTokenMs = try #require(line.first_token_ms)
            #expect(Played.isTime(turn.answer_ttft_ms ?? turn.ttft_ms, in: turn, from: firstTokenMs), "\(turn) \(line)")
            #expect(line.said == (api.hasHistory ? turn.turn - 1 : 0))
            let messages = api.hasHistory ? 2 * turn.turn - 1 + (api.isSystemMessage ? 1 : 0) : api.hasRole ? 1 : 0
            #expect(line.messages == messages, "\(line)")
        }
        expectTokens(played.summary, api)
        try expectIDs(lines, api)
    }

    /// What RealServers/streams tells of every turn.
    private func expectTokens(_ summary: Summary, _ api: MockAPI) {
        guard ![.assistant, .a2a].contains(api) else {
            #expect(summary.tokens == nil)
            return
        }
        #expect(summary.tokens?.turns == 15)
        #expect(summary.tokens?.input == 21 * 15 && summary.tokens?.output == 9 * 15)
        let hasReasoning = [MockAPI.openAIResponses, .gemini, .langGraph, .agUI].contains(api)
        if hasReasoning { #expect(summary.tokens?.reasoning == 4 * 15) }
        if hasReasoning || [.openAIChat, .anthropic].contains(api) { #expect(summary.tokens?.cached == 8 * 15) }
        if let reason = api.reason { #expect(summary.finishReasons.byName == [reason: 15]) }
    }

    /// What a client sends again of what the server gave it in the first turn, or before it.
    private func expectIDs(_ lines: [Replay.Line], _ api: MockAPI) throws {
        let ids = Dictionary(grouping: lines, by: \.session).mapValues { $0.map(\.sent_id) }
        switch api {
        case .dify: #expect(ids.values.allSatisfy { $0[0].isEmpty && $0[1].hasPrefix("45701982-") && $0[1] == $0[2] })
        case .a2a: #expect(ids.values.allSatisfy { $0[0].isEmpty && $0[1].hasPrefix("c295ea44-") && $0[1] == $0[2] })
        case .langGraph:
            #expect(ids.values.allSatisfy { !$0[0].isEmpty && Set($0).count == 1 })
            #expect(Set(ids.values.map { $0[0] }).count == 5)
        default: #expect(lines.allSatisfy { $0.sent_id.isEmpty })
        }
    }

    @Test("of Dify's agents are read, which repeat the text behind it")
    func difyAgent() async throws {
        let (played, lines) = try await Replay.play(.dify, headers: ["X-Stream: dify-agent"])
        #expect(played.exitCode == 0 && played.outcomes == ["completed": 15], "\(played.errors)")
        #expect(lines.count == 15)
        // The thought before the text, and the text.
        #expect(played.turns.allSatisfy { $0.content_ms?.count == 1 + Replay.pieces })
    }

    @Test("of A2A's agents are read, and truncated without their end, also behind a message of a task that works")
    func a2aWorking() async throws {
        let stream = "X-Stream: a2a-working"
        let (whole, _) = try await Replay.play(.a2a, headers: [stream])
        #expect(whole.exitCode == 0 && whole.outcomes == ["completed": 15], "\(whole.errors)")
        let (cut, _) = try await Replay.play(.a2a, headers: [stream, "X-Fault: cut"], expectsText: false)
        #expect(cut.exitCode == 1 && cut.outcomes == ["truncated_stream": 5], "\(cut.errors)")
    }

    @Test("fail when they say so, also after some text", arguments: MockAPI.allCases)
    func errors(api: MockAPI) async throws {
        let (played, _) = try await Replay.play(api, headers: ["X-Fault: error"])
        #expect(played.exitCode == 1 && played.outcomes == ["server_error_event": 5], "\(played.errors)")
        #expect(played.turns.allSatisfy { $0.content_ms?.count == 3 + api.thoughts })
        // In the server's own words.
        #expect(played.errors.contains("server_error_event (such as: {"), "\(played.errors)")
    }

    @Test("are truncated without their end", arguments: MockAPI.allCases.filter { $0 != .langGraph })
    func cut(api: MockAPI) async throws {
        let (played, _) = try await Replay.play(api, headers: ["X-Fault: cut"])
        #expect(played.exitCode == 1 && played.outcomes == ["truncated_stream": 5], "\(played.errors)")
        #expect(played.turns.allSatisfy { $0.content_ms?.count == 3 + api.thoughts })
    }
}
