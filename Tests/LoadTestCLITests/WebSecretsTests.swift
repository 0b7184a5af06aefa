import Foundation
import TestSupport
import Testing

@Suite("Secrets of the options", .timeLimit(.minutes(5)), .amongFew)
struct WebSecretsTests {
    private static let secrets = [
        "--header", "Authorization: Bearer geheim", "--path", "/chat/{session_id}?key=geheim",
    ]
    private static let form = "user_count=1&spawn_rate=1"

    /// What two servers were sent: that of --host, which the first is unless it is not named, and another.
    private func played(
        _ arguments: [String],
        isNamed: Bool = true,
        body: (WebProgram, _ own: String, _ other: String) async throws -> Void
    ) async throws -> (own: String, other: String, program: Program.Result) {
        let data = try TemporaryFolder.data(invocations: 1)
        let server = Program(path: "/usr/bin/env")
        let command = ["python3", "-B", "Tests/LoadTestCLITests/Rest/headers.py"]
        var other = ""
        var program: Program.Result?
        let own = try await server.run(command) { first in
            let ownURL = try await first.firstLine()
            other = try await server.run(command) { second in
                let otherURL = try await second.firstLine()
                program = try await WebProgram.run(
                    ["--data", data.path] + arguments,
                    against: isNamed ? ["--host", ownURL] : []
                ) { try await body($0, ownURL, otherURL) }
                second.send(SIGTERM)
            }.output
            first.send(SIGTERM)
        }.output
        return (own, other, try #require(program))
    }

    private func play(_ web: WebProgram, _ host: String?) async throws -> [String: Any] {
        let answer = try await web.swarm(([Self.form] + (host.map { ["host=\($0)"] } ?? [])).joined(separator: "&"))
        #expect(answer["success"] as? Bool == true, "\(answer)")
        try await web.waitForState("stopped")
        return answer
    }

    @Test("go to the host of --host alone, and the answer and the log say so")
    func otherHost() async throws {
        let (own, other, program) = try await played(Self.secrets) { web, _, other in
            #expect(try await play(web, nil)["note"] == nil)
            // Sent there, and shown nowhere.
            for path in [
                "/stats/summary", "/stats/report", "/stats/json", "/stats/requests", "/logs", "/stats/requests/csv",
            ] {
                #expect(try await !web.curl(path).body.contains("geheim"), "\(path)")
            }
            #expect(try await web.curl("/stats/summary").body.contains("/chat/{session_id}?key=…"))
            #expect(try await !web.curl("/live", "--max-time", "1").body.contains("geheim"))
            let note = try await play(web, other)["note"] as? String
            #expect(note?.contains("(Authorization)") == true && note?.contains("the query of --path") == true)
            #expect(note?.contains("geheim") == false)
            let summary = try await web.curl("/stats/summary").body
            #expect(!summary.contains("geheim") && summary.contains(other))
        }
        #expect(own.contains("?key=geheim") && own.contains("Bearer geheim"))
        #expect(other.contains("request /chat/") && !other.contains("geheim"), "\(other)")
        #expect(program.errors.contains("note: the values of --header (Authorization)"))
        #expect(!program.errors.contains("geheim"), "\(program.errors)")
    }

    @Test("go to nobody when the options name no host, which is said at the start")
    func noHost() async throws {
        let (_, other, program) = try await played(Self.secrets, isNamed: false) { web, _, other in
            let note = try await play(web, other)["note"] as? String
            #expect(note?.contains("without --host") == true)
        }
        #expect(other.contains("request /chat/") && !other.contains("geheim"), "\(other)")
        #expect(program.errors.contains("are sent to no host that the page names: give --host, or --web-any-host"))
    }

    @Test("go to every host with --web-any-host")
    func anyHost() async throws {
        let (_, other, _) = try await played(Self.secrets + ["--web-any-host"]) { web, _, other in
            let note = try await play(web, other)["note"]
            #expect(note == nil)
        }
        #expect(other.contains("?key=geheim") && other.contains("Bearer geheim"))
    }

    @Test("stay where the page cannot name another host, with --web-lock-host")
    func lockedHost() async throws {
        let (own, other, _) = try await played(Self.secrets + ["--web-lock-host"]) { web, own, other in
            let refused = try await web.swarm(Self.form, "host=\(other)")
            #expect(refused["success"] as? Bool == false && refused["field"] as? String == "host")
            #expect((refused["message"] as? String)?.contains("--web-lock-host") == true)
            #expect(try await web.state() == "ready")
            _ = try await play(web, own)
        }
        #expect(own.contains("Bearer geheim") && !other.contains("request"))
    }
}
