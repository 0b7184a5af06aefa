import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A loopback and names of its own, in which root may play a run.
private let whyNoNamespace: String = {
    guard geteuid() == 0 else { return "not root: no namespace of its own" }
    let tools = ["/usr/bin/unshare", "/sbin/ip", "/usr/sbin/ip", "/bin/ip"].filter {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    guard tools.contains("/usr/bin/unshare"), tools.count > 1 else { return "not installed: unshare or ip" }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = ["--mount", "--net", "true"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return "unshare cannot be run" }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "" : "no namespaces here"
}()

@Suite(
    "The host of a run",
    .enabled(if: whyNoNamespace.isEmpty, "\(whyNoNamespace)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct HostNameTests {
    private func play(_ host: String) async throws -> Program.Result {
        let script = Program(path: Repository.path + "/Tests/LoadTestCLITests/Network/in-namespace")
        return try await script.run(Program.loadtest.path, host)
    }

    @Test("may be a name with several addresses: all are used, and each is told")
    func several() async throws {
        let result = try await play("http://several.test:PORT")
        #expect(result.exitCode == 0, "\(result.errors)")
        let turns = (2...4).map { last in
            let line = result.errors.split(separator: "\n").first { $0.contains("127.0.0.\(last): ") }
            return line?.firstMatch(of: /: (\d+) turns, 4 connections/).flatMap { Int($0.1) } ?? 0
        }
        #expect(turns.reduce(0, +) == 230 && !turns.contains(0), "\(result.errors)")
    }

    @Test("may be a name of any alphabet, and a link-local address", arguments: ["bücher.test", "[fe80::77%lo]"])
    func works(host: String) async throws {
        let result = try await play("http://\(host):PORT")
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.errors.contains("230 completed"))
    }

    @Test(
        "that is a link-local address needs an interface that exists",
        arguments: [("[fe80::77]", "needs its interface"), ("[fe80::77%eth77]", "no interface 'eth77'")]
    )
    func interface(host: String, why: String) async throws {
        let result = try await play("http://\(host):PORT")
        #expect(result.exitCode == 2)
        #expect(result.errors.contains(why), "\(result.errors)")
    }
}
