import Foundation
import TestSupport
import Testing

@Suite(
    "The host of a run",
    .enabled(if: Namespaces.whyNone.isEmpty, "\(Namespaces.whyNone)"),
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
