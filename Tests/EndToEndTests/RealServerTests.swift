import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The real servers do what the tests that use them rely on; seen through curl, not through our own code.
@Suite(.ownThreads, .enabled(if: Installed.path(of: "curl") != nil, "not installed: curl"))
struct RealServerTests {
    @Suite(.ownThreads, .enabled(if: NginxServer.isAvailable, "\(NginxServer.whyNot)"))
    struct Nginx {
        @Test func streamsTwentyChunksAndTheEndMarker() async throws {
            let server = try NginxServer.start()
            let answer = try await curl("--raw", "--include", server.url + "/stream/assistant/one")
            #expect(answer.contains("Transfer-Encoding: chunked"))
            #expect(answer.contains("Content-Type: text/event-stream"))
            #expect(answer.components(separatedBy: #"data: {"index":"#).count - 1 == 20)
            // Each event is a chunk of its own: it left the server by itself.
            #expect(answer.components(separatedBy: "\r\ndata: {").count - 1 == 20)
            #expect(answer.hasSuffix("data: [DONE]\n\n\r\n0\r\n\r\n"))
        }

        @Test func keepsTheConnectionBetweenTurnsAndLogsThem() async throws {
            let server = try NginxServer.start(events: 1, intervalMs: 0)
            _ = try await curl(server.url + "/stream/assistant/one", server.url + "/stream/assistant/two?events=2")
            let turns = try server.turns(atLeast: 2)
            #expect(turns.map(\.session) == ["one", "two"])
            #expect(turns.allSatisfy { $0.method == "POST" && $0.status == 200 })
            #expect(turns.map(\.connectionRequests) == [1, 2])
            #expect(Set(turns.map(\.connection)).count == 1)
        }

        @Test func pacesTheEvents() async throws {
            let server = try NginxServer.start(events: 20, intervalMs: 10)
            let times = try await curl(
                "--output",
                "/dev/null",
                "--write-out",
                "%{time_starttransfer} %{time_total}",
                server.url + "/stream/assistant/one"
            ).split(separator: " ").compactMap { Double($0) }
            try #require(times.count == 2)
            #expect(times[1] - times[0] >= 0.19 - 0.001)
        }

        @Test func servesTLSWithACertificateOfItsOwnAuthority() async throws {
            let server = try NginxServer.start()
            let answer = try await curl("--cacert", server.caPath, server.tlsURL + "/stream/assistant/one")
            #expect(answer.hasSuffix("data: [DONE]\n\n"))
            // 60: the peer's certificate is of an unknown authority.
            await #expect(throws: CurlFailure(status: 60)) { try await curl(server.tlsURL + "/stream/assistant/one") }
        }

        @Test func closesAnIdleConnectionWhereAskedTo() async throws {
            let server = try NginxServer.start(events: 1, intervalMs: 0)
            // Ends only when the server closes: the request asks to keep the connection.
            let answer = try bytesUntilClose(from: server.closingURL)
            #expect(answer.contains("Connection: keep-alive"))
            #expect(answer.contains("data: [DONE]"))
        }

        @Test func isGoneAfterStop() async throws {
            let server = try NginxServer.start()
            try server.stop()
            await #expect(throws: CurlFailure(status: 7)) { try await curl(server.url + "/stream/assistant/one") }
        }

        @Test func reportsTheLogWhenItCannotStart() async throws {
            let nginx = try #require(Installed.path(of: "nginx"))
            let folder = FileManager.default.temporaryDirectory
            let process = try RealServerProcess([nginx, "-c", "/nonexistent/nginx.conf"], in: folder)
            let failure = #expect(throws: RealServerProcess.Failure.self) {
                try process.lines(containing: "event method")
            }
            #expect(failure?.description.contains("No such file or directory") == true)
        }

        private func bytesUntilClose(from url: String) throws -> String {
            let port = try #require(URL(string: url)?.port)
            let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { close(connection) }
            var patience = timeval(tv_sec: Int(RealServerProcess.patienceSeconds), tv_usec: 0)
            setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            let status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(status == 0)
            let request =
                "POST /stream/assistant/one HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            try #require(send(connection, request, request.utf8.count, Int32(MSG_NOSIGNAL)) > 0)
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(connection, &buffer, buffer.count, 0)
                try #require(count >= 0, "the server did not close the connection")
                if count == 0 { return String(decoding: answer, as: UTF8.self) }
                answer += buffer[..<count]
            }
        }
    }

    @Suite(.ownThreads, .enabled(if: FastAPIServer.isAvailable, "\(FastAPIServer.whyNot)"))
    struct FastAPI {
        @Test func streamsTwentyEventsWithCRLFAndTheEndMarker() async throws {
            let server = try FastAPIServer.start()
            let answer = try await curl("--include", server.url + "/stream/assistant/one")
            #expect(answer.lowercased().contains("transfer-encoding: chunked"))
            #expect(answer.lowercased().contains("content-type: text/event-stream"))
            #expect(answer.components(separatedBy: "data: {").count - 1 == 20)
            #expect(answer.hasSuffix("\r\n\r\ndata: [DONE]\r\n\r\n"))
        }

        @Test func sendsCommentsBetweenTheEvents() async throws {
            let server = try FastAPIServer.start()
            let answer = try await curl(server.url + "/stream/assistant/one?ping_s=0.02")
            #expect(answer.contains("\r\n: ping"))
            #expect(answer.contains("\r\n\r\ndata: [DONE]\r\n\r\n"))
        }

        @Test func keepsTheConnectionBetweenTurns() async throws {
            let server = try FastAPIServer.start()
            let turn = server.url + "/stream/assistant/one?events=1"
            let connects = try await curl(
                "--output",
                "/dev/null",
                "--output",
                "/dev/null",
                "--write-out",
                "%{num_connects} ",
                turn,
                turn
            )
            #expect(connects == "1 0 ")
        }

        @Test func refusesABodyWithoutContent() async throws {
            let server = try FastAPIServer.start()
            let status = try await curl(
                "--output",
                "/dev/null",
                "--write-out",
                "%{http_code}",
                server.url + "/stream/assistant/one",
                body: #"{"role":"user"}"#
            )
            #expect(status == "422")
        }
    }
}

/// The body of a turn.
private let body = #"{"role":"user","content":"Hello"}"#

/// The exit status of a curl that failed.
private struct CurlFailure: Error, Equatable {
    let status: Int32
}

/// Sends turns with the curl program, one after another.
///
/// - Returns: What it wrote to standard output: the answers, unless the arguments say otherwise.
/// - Throws: `CurlFailure`.
@discardableResult
private func curl(_ arguments: String..., body: String = body) async throws -> String {
    let result = try await Subprocess.run(
        .path(FilePath(try #require(Installed.path(of: "curl")))),
        arguments: Arguments(
            ["--silent", "--max-time", "\(RealServerProcess.patienceSeconds)"]
                + ["--header", "Content-Type: application/json", "--data", body] + arguments
        ),
        output: .string(limit: 1 << 20)
    )
    guard case .exited(0) = result.terminationStatus else {
        if case .exited(let status) = result.terminationStatus { throw CurlFailure(status: status) }
        throw CurlFailure(status: -1)
    }
    return result.standardOutput
}
