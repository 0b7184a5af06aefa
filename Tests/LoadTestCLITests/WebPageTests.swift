import Foundation
import MockAssistant
import Testing

/// The page in a real browser; Browser/web.py says what is done and what is looked at.
@Suite("The web page", .serialized, .timeLimit(.minutes(5)), .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"))
struct WebPageTests {
    /// Where screenshots are kept.
    private static let folder = "\(Program.repository)/.build/web-page"
    private static let charts = HTMLPageTests.hasLibrary ? [] : ["--no-charts"]

    /// Conversations, one of them with a name that would be a script if it were not escaped.
    private func data() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let evil = #"</script><script>console.error('not escaped')</script><img src=http://loadtest.invalid/x>"#
        for (file, name) in [("a", "conversation_A"), ("b", evil)] {
            let turns = Array(repeating: #"{"role": "user", "content": "Hi"}"#, count: 3).joined(separator: ",")
            try folder.write(
                #"{"name": "\#(name)", "invocations": 80, "conversation": [\#(turns)]}"#,
                to: "\(file).json"
            )
        }
        return folder
    }

    @Test(
        "does what a reader wants",
        arguments: ["start-stop", "bad-input", "download", "reload", "keyboard", "looks"]
    )
    func scenario(name: String) async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 20
        configuration.script.firstToken = .milliseconds(100)
        configuration.script.interval = .milliseconds(10)
        configuration.script.jitterPercent = 80
        configuration.script.faults = [FaultShare(.http500, percent: 10), FaultShare(.truncate, percent: 10)]
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try data()
        let options = ["--data", data.path, "--stall-after", "20ms"]
        try await WebProgram.run(options, against: ["--host", mock.url]) { web in
            let problems = try await Browser.problems(
                of: "web.py",
                ["--scenario", name] + Self.charts + [web.url, "\(Self.folder)/\(name)"]
            )
            #expect(problems.isEmpty, "\(problems)")
        }
    }

    @Test("says that the server is gone, and is there again when the server is")
    func lose() async throws {
        let data = try data()
        try await WebProgram.run(["--data", data.path]) { web in
            let problems = try await Browser.problems(
                of: "web.py",
                ["--scenario", "lose", "--program", Program.loadtest.path, "--data", data.path] + Self.charts
                    + [web.url, "\(Self.folder)/lose"]
            )
            #expect(problems.isEmpty, "\(problems)")
        }
    }
}
