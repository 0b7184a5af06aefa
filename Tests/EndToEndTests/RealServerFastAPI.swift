import TestSupport
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// FastAPI with sse-starlette under uvicorn, as a streaming assistant: 20 events at 10 ms, with CRLF line ends, unless
/// the URL's arguments `events`, `interval_ms` and `ping_s` (the time between comments) say otherwise.
final class FastAPIServer: Sendable {
    private static let environment = Repository.url.appendingPathComponent(".build/test-venv")

    /// What this machine lacks for it; empty when it lacks nothing.
    static let whyNot: String = {
        // scripts/venv copies the pins last.
        let isThere = access(environment.appendingPathComponent("requirements.txt").path, R_OK) == 0
        return isThere ? "" : "no .build/test-venv: make test makes it"
    }()
    static var isAvailable: Bool { whyNot.isEmpty }

    /// The base address, without a final slash.
    let url: String
    private let process: RealServerProcess

    /// Starts the server; it accepts connections on return.
    static func start() throws -> FastAPIServer {
        try FastAPIServer()
    }

    private init() throws {
        let announcement = "listening on port "
        let python = Self.environment.appendingPathComponent("bin/python").path
        let program = Repository.servers.appendingPathComponent("app.py").path
        process = try RealServerProcess([python, program], in: FileManager.default.temporaryDirectory)
        let line = try process.lines(containing: announcement)[0]
        url = "http://127.0.0.1:\(line.dropFirst(announcement.count))"
    }

    deinit {
        try? stop()
    }

    /// Kills the server.
    func stop() throws {
        try process.stop()
    }
}
