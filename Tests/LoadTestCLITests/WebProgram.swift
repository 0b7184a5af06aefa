import Foundation
import Testing

/// The program with its web page, played against its own mock, and what its server answers.
struct WebProgram {
    /// An answer, as curl shows it.
    struct Answer {
        let status: Int
        /// By their names in lower case.
        let headers: [String: String]
        let body: String

        /// The body as a JSON object; empty when it is none.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        }
    }

    let url: String
    let processID: pid_t

    /// Starts the program, and ends it after the closure.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments besides those for the target and the port.
    ///   - target: What it plays against.
    ///   - environment: Its variables.
    ///   - endsItself: Whether it ends without being told.
    ///   - body: What to do meanwhile.
    /// - Returns: What it left.
    @discardableResult
    static func run(
        _ arguments: [String],
        against target: [String] = ["--mock"],
        environment: [String: String] = [:],
        endsItself: Bool = false,
        body: (WebProgram) async throws -> Void
    ) async throws -> Program.Result {
        let all = target + ["--web-port", "0"] + arguments
        return try await Program.loadtest.run(all, environment: environment) { program in
            do {
                let url = try await program.errorLine(beginning: "web page: ")
                try await body(WebProgram(url: url, processID: program.processID))
                if !endsItself { program.send(SIGINT) }
            } catch {
                program.send(SIGKILL)
                throw error
            }
        }
    }

    /// What Ctrl-C does.
    func interrupt() { kill(processID, SIGINT) }

    /// Sends a request with curl.
    ///
    /// - Parameters:
    ///   - path: The path and the query.
    ///   - options: Further options of curl.
    func curl(_ path: String, _ options: String...) async throws -> Answer {
        // Not "Expect", which is answered before the answer.
        let fixed = ["-s", "-i", "-N", "--max-time", "20", "-H", "Expect:"]
        let result = try await Program(path: "/usr/bin/env").run(["curl"] + fixed + options + [url + path])
        let parts = result.output.components(separatedBy: "\r\n\r\n")
        let lines = parts[0].components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2 else { continue }
            headers[field[0].lowercased()] = field[1].trimmingCharacters(in: .whitespaces)
        }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Answer(
            status: try #require(status, "curl \(path): \(result.exitCode) \(result.errors)\(result.output)"),
            headers: headers,
            body: parts.dropFirst().joined(separator: "\r\n\r\n")
        )
    }

    /// Sends a form to `/swarm`.
    func swarm(_ fields: String...) async throws -> [String: Any] {
        let answer = try await curl("/swarm", "-d", fields.joined(separator: "&"))
        #expect(answer.status == 200)
        return answer.json
    }

    /// How far the run is.
    func state() async throws -> String {
        try #require(try await curl("/stats/requests").json["state"] as? String)
    }

    /// Waits until the run is so far.
    func waitForState(_ expected: String) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        var found = ""
        while found != expected {
            try #require(ContinuousClock.now < deadline, "the run is \(found), not \(expected)")
            if !found.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            found = try await state()
        }
    }
}
