import Foundation
import TestSupport
import Testing

/// Servers that say what they were sent, as many do in an error; and everything that a run writes.
@Suite("Secrets that a server echoes", .timeLimit(.minutes(5)), .amongFew)
struct EchoedSecretTests {
    /// Every way in which a secret gets into a request, each with a value of its own.
    private static let profile = #"""
        {"name": "echo", "method": "POST", "path": "/chat?key={{env.IN_PATH}}", "history": "none", "framing": "sse",
         "variables": {"api_key": "hush-variable-1"},
         "headers": {"Authorization": "Bearer {{env.IN_HEADER}}", "X-Session-Token": "{{token}}"},
         "setup": [{"method": "POST", "path": "/session", "body": {}, "capture": {"token": "$.token"}}],
         "body": {"key": "{{api_key}}", "text": "{{content}}", "env": "{{env.IN_BODY}}"},
         "events": [{"is": "end", "data": "[DONE]"}, {"is": "error", "has": "$.error"}, {"is": "content", "text": "$.text"}],
         "ends": ["marker"]}
        """#
    private static let conversation = #"""
        {"name": "a", "invocations": 1, "data": {"file": "rows.csv"}, "variables": {"password": "hush-password-2"},
         "headers": {"X-Auth-Token": "{{row_token}}"},
         "conversation": [{"role": "user", "content": "I am {{password}}, and {{row_secret}}"}, {"role": "user", "content": "?"}]}
        """#
    private static let environment = [
        "IN_PATH": "hush-in-path", "IN_HEADER": "hush-in-header", "IN_BODY": "hush-in-body",
    ]
    private static let secrets =
        environment.values + [
            "hush-variable-1", "hush-password-2", "hush-captured", "hush-row-a", "hush-row-b", "hush-option",
        ]

    /// How a server echoes.
    enum Echo: CaseIterable {
        case status, errorEvent, header, notAStream

        /// An answer that has all of a request in it.
        func answer(to request: String) -> RawServer.Answer {
            let flat = request.replacingOccurrences(of: "\r\n", with: " | ")
            let json = flat.replacingOccurrences(of: "\"", with: "\\\"")
            let text =
                switch self {
                case .status: "HTTP/1.1 500 Oops\r\nContent-Length: \(flat.utf8.count)\r\n\r\n\(flat)"
                case .errorEvent: RawServer.chunked("data: {\"error\": \"\(json)\"}\n\n")
                case .header: "HTTP/1.1 302 Found\r\nLocation: http://x/?\(flat)\r\nContent-Length: 0\r\n\r\n"
                case .notAStream:
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(flat.utf8.count)\r\n\r\n\(flat)"
                }
            return RawServer.Answer(parts: [.init(text)], ending: .close)
        }
    }

    @Test("are in nothing that a run writes", arguments: Echo.allCases)
    func outputs(echo: Echo) async throws {
        let server = try RawServer { request, _ in
            guard request.hasPrefix("POST /session") else { return echo.answer(to: request) }
            let body = #"{"token": "hush-captured"}"#
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            return RawServer.Answer(parts: [.init(head + body)], ending: .close)
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let outputs = try TemporaryFolder()
        let profile = try folder.write(Self.profile, to: "echo.profile")
        try folder.write("row_token,row_secret\nhush-row-a,hush-row-b\n", to: "rows.csv")
        let data = try folder.write(Self.conversation, to: "a.json")
        let files = [
            "--summary", "summary", "--csv", "csv", "--html", "page.html", "--junit", "junit.xml", "--json-file",
            "locust",
            "--events", "events",
        ]
        let options = ["--api", profile, "--data", data, "--header", "X-Key: hush-option"]
        let result = try await Program.loadtest.run(
            ["--headless", "-H", server.url, "--events-detail"] + options
                + files.enumerated().map { $0.isMultiple(of: 2) ? $1 : "\(outputs.path)/\($1)" },
            environment: Self.environment
        )
        #expect(result.exitCode == 1, "\(result.output)\(result.errors)")
        let shown = try await Program.loadtest.run(
            ["--show-config"] + options,
            environment: Self.environment
        )
        let requests = try await Program.loadtest.run(
            ["validate", data, "--api", profile, "--show-request"],
            environment: Self.environment
        )
        #expect(shown.exitCode == 0 && requests.exitCode == 0, "\(shown.errors)\(requests.errors)")
        // They were sent: all of them.
        let sent = server.requests.joined()
        for secret in Self.secrets { #expect(sent.contains(secret), "\(secret)") }
        var texts = [
            "output": result.output + result.errors, "--show-config": shown.output + shown.errors,
            "--show-request": requests.output + requests.errors,
        ]
        for name in try FileManager.default.contentsOfDirectory(atPath: outputs.path) {
            texts[name] = String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: "\(outputs.path)/\(name)")),
                as: UTF8.self
            )
        }
        #expect(texts.count > 3 + 6)
        for (name, text) in texts {
            for secret in Self.secrets { #expect(!text.contains(secret), "\(secret) in \(name)") }
        }
        // What the server said is there otherwise.
        #expect(texts["summary"]?.contains("***") == true)
    }
}
