import Foundation
import TestSupport
import Testing

/// A worker on another host than the master, with a link that is cut and healed.
@Suite(
    "The link between a worker and its Locust master",
    .enabled(if: LocustField.python.isAvailable, "\(LocustField.python.whyNot)"),
    .enabled(if: Namespaces.whyNone.isEmpty, "\(Namespaces.whyNone)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct LocustLinkTests {
    /// After a short cut the connection goes on; after a long one it is given up, and the master still holds the old one
    /// under the worker's name.
    @Test(
        "may be cut and healed: the worker goes on with its part, and each invocation is played once",
        arguments: [8, 25]
    )
    func cut(seconds: Int) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/data", withIntermediateDirectories: true)
        try folder.write(
            #"{"name": "talk", "invocations": 160, "conversation": [{"role": "user", "content": "Hi"}]}"#,
            to: "data/a.json"
        )
        let file = try await Program.loadtest.run("locustfile", "--data", "\(folder.path)/data")
        try folder.write(file.output, to: "locustfile.py")
        let script = Program(path: Repository.path + "/Tests/LoadTestCLITests/Network/cut-link")
        let python = try #require(LocustField.python.command([]).first)
        let result = try await script.run(Program.loadtest.path, python, folder.path, "\(seconds)")
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
        }
        let (master, worker) = (try text("master.log"), try text("worker-2.log"))
        #expect(result.exitCode == 0, "\(result.errors)\(master)\(worker)")
        #expect(master.contains("is lost; invocations that it has not finished, by its last report: "), "\(master)")
        #expect(master.contains(/goes on with (its )?part/), "\(master)")
        #expect(master.contains("all invocations are played: the test ends"), "\(master)")
        let lines = try (text("mock-1.log") + text("mock-2.log")).split(separator: "\n")
        #expect(lines.count == 160, "\(master)\(worker)")
        if seconds > 20 { #expect(worker.contains("the master does not answer: looking for it as "), "\(worker)") }
    }
}
