import Foundation
import MockAssistant
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The page behind a real nginx, with TLS and below a path; Browser/proxy.conf.template says how.
enum ReverseProxy {
    private static let folders = "\(ProcessInfo.processInfo.environment["PATH"] ?? ""):/usr/local/sbin:/usr/sbin:/sbin"
    private static let nginxPath = path(of: "nginx")
    static let whyNot: String = {
        let missing = ["nginx", "openssl"].filter { path(of: $0) == nil }
        return missing.isEmpty ? "" : "not installed: \(missing.joined(separator: ", "))"
    }()
    static let name = "lt.example.test"
    static let paths = ["/stripped", "/tools/kept"]

    private static func path(of program: String) -> String? {
        folders.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// A port of the loopback that is free.
    private static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1
            }
        }
        try #require(status == 0, "no free port: errno \(errno)")
        return UInt16(bigEndian: address.sin_port)
    }

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
        let maker = Program(path: "\(Program.repository)/Tests/EndToEndTests/Servers/make-certificates")
        let made = try await maker.run(folder.path)
        #expect(made.exitCode == 0, "\(made.errors)")
        let port = try freePort()
        let origins = isTold ? paths.flatMap { ["--web-origin", "https://\(name):\(port)\($0)"] } : []
        let data = try ShownRun.data()
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        try await WebProgram.run(["--data", data.path] + origins, against: ["--host", mock.url]) { web in
            let template = "\(Program.repository)/Tests/LoadTestCLITests/Browser/proxy.conf.template"
            let configuration = try String(contentsOfFile: template, encoding: .utf8)
                .replacingOccurrences(of: "{{port}}", with: "\(port)")
                .replacingOccurrences(of: "{{page}}", with: web.url)
            let file = try folder.write(configuration, to: "nginx.conf")
            let nginx = Program(path: try #require(nginxPath))
            _ = try await nginx.run(["-p", folder.path, "-c", file]) { proxy in
                defer { proxy.send(SIGKILL) }
                let deadline = ContinuousClock.now + .seconds(20)
                while try await status(port, "/") == nil { try #require(ContinuousClock.now < deadline) }
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
