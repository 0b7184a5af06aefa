import Foundation
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The page behind a real nginx, with TLS and below a path; Browser/proxy.conf.template says how.
enum ReverseProxy {
    static let whyNot = Installed.missing(of: "nginx", "openssl")
    static let name = "lt.example.test"
    static let paths = ["/stripped", "/tools/kept"]

    /// Starts the page and the proxy.
    ///
    /// - Parameters:
    ///   - isTold: Whether the page is told of the proxy.
    ///   - body: What to do meanwhile, with the proxy's port.
    static func run(
        isTold: Bool = true,
        body: (_ web: WebProgram, _ port: UInt16) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let maker = Program(path: Repository.servers.appendingPathComponent("make-certificates").path)
        let made = try await maker.run(folder.path)
        #expect(made.exitCode == 0, "\(made.errors)")
        let port = try FreePort.any()
        let origins = isTold ? paths.flatMap { ["--web-origin", "https://\(name):\(port)\($0)"] } : []
        let data = try ShownRun.data()
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        try await WebProgram.run(["--data", data.path] + origins, against: ["--host", mock.url]) { web in
            let template = "\(Repository.path)/Tests/LoadTestCLITests/Browser/proxy.conf.template"
            let configuration = try String(contentsOfFile: template, encoding: .utf8)
                .replacingOccurrences(of: "{{port}}", with: "\(port)")
                .replacingOccurrences(of: "{{page}}", with: web.url)
            let file = try folder.write(configuration, to: "nginx.conf")
            let nginx = Program(path: try #require(Installed.path(of: "nginx")))
            _ = try await nginx.run(["-p", folder.path, "-c", file]) { proxy in
                defer { proxy.send(SIGKILL) }
                let isThere = try await becomesTrue { try await status(port, "/") != nil }
                try #require(isThere, "\(proxy.complaints)")
                try await body(web, port)
            }
        }
    }

    /// The status of an answer of the proxy; nil when there is none.
    static func status(_ port: UInt16, _ path: String, _ options: String...) async throws -> Int? {
        let fixed = ["curl", "-s", "-k", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20"]
        let name = ["--resolve", "\(name):\(port):127.0.0.1", "https://\(name):\(port)\(path)"]
        let result = try await Program(path: "/usr/bin/env").run(fixed + options + name)
        return Int(result.output).flatMap { $0 == 0 ? nil : $0 }
    }
}
