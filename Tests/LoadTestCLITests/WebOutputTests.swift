import Testing

@Suite("Runs of the page, one after another", .timeLimit(.minutes(5)), .amongFew)
struct WebOutputTests {
    @Test("leave no descriptor, thread or memory behind, whatever they write")
    func manyRuns() async throws {
        // The script plays 50 runs with each option when it is told no number.
        let result = try await Program(path: "/usr/bin/env").run(
            ["python3", "-B", "scripts/check-web-runs", "--program", Program.loadtest.path, "--runs", "8"]
        )
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
    }
}
