import TestSupport
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// nginx with its Lua module, as a streaming assistant: 20 events at 10 ms unless the start or the URL's arguments
/// `events` and `interval_ms` say otherwise.
final class NginxServer: Sendable {
    /// One request, as nginx logged it when it had ended.
    struct LoggedTurn: Decodable {
        let session: String
        let method: String
        let uri: String
        let status: Int
        /// The connection's number, and the request's number on it, from 1.
        let connection: Int
        let connectionRequests: Int

        private enum CodingKeys: String, CodingKey {
            case session, method, uri, status, connection
            case connectionRequests = "connection_requests"
        }
    }

    private static let moduleFolder = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"].first {
        access("\($0)/ngx_http_lua_module.so", R_OK) == 0
    }

    /// What this machine lacks for it; empty when it lacks nothing.
    static let whyNot: String = {
        let programs = ["nginx", "openssl"].filter { Installed.path(of: $0) == nil }
        let missing = programs + (moduleFolder == nil ? ["nginx's Lua module"] : [])
        return missing.isEmpty ? "" : "not installed: \(missing.joined(separator: ", "))"
    }()
    static var isAvailable: Bool { whyNot.isEmpty }

    /// The base address, without a final slash: plain, with TLS, and of a server that closes idle connections at once.
    let url: String
    let tlsURL: String
    let closingURL: String
    /// The authority that signed the certificate of `tlsURL`.
    let caPath: String
    private let folder: URL
    private let process: RealServerProcess

    /// Starts nginx; it accepts connections on return.
    static func start(events: Int = 20, intervalMs: Int = 10) throws -> NginxServer {
        // A port that was free may be taken by the time nginx binds it.
        for _ in 1...3 {
            do {
                return try NginxServer(ports: FreePort.several(3), events: events, intervalMs: intervalMs)
            } catch let failure as RealServerProcess.Failure where failure.description.contains("in use") {
                continue
            }
        }
        return try NginxServer(ports: FreePort.several(3), events: events, intervalMs: intervalMs)
    }

    private init(ports: [UInt16], events: Int, intervalMs: Int) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        url = "http://127.0.0.1:\(ports[0])"
        tlsURL = "https://localhost:\(ports[1])"
        closingURL = "http://127.0.0.1:\(ports[2])"
        caPath = folder.appendingPathComponent("ca.pem").path

        let certificates = Repository.servers.appendingPathComponent("make-certificates").path
        let maker = try RealServerProcess([certificates, folder.path], in: folder)
        _ = try maker.lines(containing: "certificates made")

        var configuration = try String(
            contentsOf: Repository.servers.appendingPathComponent("nginx.conf.template"),
            encoding: .utf8
        )
        let values = [
            "modules": Self.moduleFolder ?? "", "events": "\(events)", "interval_ms": "\(intervalMs)",
            "port": "\(ports[0])", "tls_port": "\(ports[1])", "closing_port": "\(ports[2])",
        ]
        for (name, value) in values {
            configuration = configuration.replacingOccurrences(of: "{{\(name)}}", with: value)
        }
        let file = folder.appendingPathComponent("nginx.conf")
        try configuration.write(to: file, atomically: true, encoding: .utf8)

        let program = Installed.path(of: "nginx") ?? "nginx"
        process = try RealServerProcess([program, "-p", folder.path, "-c", file.path], in: folder)
        // Written when the sockets are bound and listen.
        _ = try process.lines(containing: "event method")
    }

    deinit {
        try? stop()
    }

    /// Waits until a number of requests has ended.
    ///
    /// - Returns: All requests that have ended by then, in the order of their ends.
    func turns(atLeast count: Int) throws -> [LoggedTurn] {
        try process.lines(containing: #"{"session":"#, atLeast: count)
            .map { try JSONDecoder().decode(LoggedTurn.self, from: Data($0.utf8)) }
    }

    /// Kills nginx and removes its files.
    func stop() throws {
        try process.stop()
        try? FileManager.default.removeItem(at: folder)
    }
}
