import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest report --compare", .timeLimit(.minutes(5)), .amongFew)
struct CompareCommandTests {
    private func play(_ file: String, firstToken: Duration, _ options: String...) async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 3
        configuration.script.firstToken = firstToken
        configuration.script.interval = .milliseconds(1)
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 300)
        let result = try await Program.loadtest.run(
            ["--headless", "-r", "1000", "-H", mock.url, "--data", data.path, "--only-summary", "--summary", file]
                + options
        )
        #expect([0, 4].contains(result.exitCode), "\(result.errors)")
    }

    @Test("says what has changed, and what makes it unfair, and ends with 3 by a limit")
    func compares() async throws {
        let folder = try TemporaryFolder()
        let (before, after, page) = (folder.path + "/a.json", folder.path + "/b.json", folder.path + "/c.html")
        try await play(before, firstToken: .milliseconds(20), "-u", "10")
        try await play(after, firstToken: .milliseconds(60), "-u", "10", "--stall-after", "2s")
        let result = try await Program.loadtest.run(
            [
                "report", "--compare", before, after, "--fail-if", "ttft.p50 > +10%", "--fail-if", "ttft.p50 < -10%",
                "--html", page,
            ]
        )
        #expect(result.exitCode == 3, "\(result.errors)")
        #expect(
            result.output.contains("Unfair         --stall-after: not set before, 2s after: it is counted otherwise")
        )
        #expect(result.output.contains(/ttft\.p50 .*beyond noise/), "\(result.output)")
        #expect(result.output.contains("FAILED  ttft.p50 > +10%: +") && result.output.contains("ok  ttft.p50 < -10%"))
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Comparison of two load tests"))
        let json = try await Program.loadtest.run("report", "--compare", before, after, "--json")
        #expect(json.exitCode == 0)
        let read = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(read?["schema"] as? String == "loadtest.comparison/1")
        let same = try await Program.loadtest.run("report", "--compare", before, before, "--fail-if", "ttft.p50 > +0%")
        // A busy machine may have made it unfair by itself.
        #expect(same.exitCode == 0 && !same.output.contains("counted otherwise"), "\(same.output)")
    }

    @Test(
        "is refused where there are not two results, or nothing could come of an option",
        arguments: [
            (["--compare", "a.json"], "two summaries, not 1"), (["--compare"], "two summaries, not 0"),
            (["a.json", "b.json"], "--merge"), ([], "give the file"),
            (["a.json", "--fail-if", "x"], "--fail-if needs --compare"),
            (["--compare", "a.json", "b.json", "--fail-if", "ttft.p95 > 10%"], "a sign"),
            (["--compare", "a.json", "b.json", "--junit", "x"], "no --junit"),
            (["--compare", "--merge", "a.json", "b.json"], "exclude each other"),
            (["a.json", "--summary", "b.json"], "--summary needs --merge"),
            (["--compare", "a.json", "b.json", "--ignore-noise"], "--ignore-noise needs --fail-if"),
        ]
    )
    func refused(arguments: [String], why: String) async throws {
        let result = try await Program.loadtest.run(["report"] + arguments)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(why), "\(result.errors)")
    }
}
