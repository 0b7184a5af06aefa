import Foundation
import MockAssistant
import TestSupport
import Testing

/// The page in a real browser; Browser/web.py says what is done and what is looked at.
@Suite(
    "The web page",
    .serialized,
    .timeLimit(.minutes(5)),
    .amongFew,
    .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"),
    .looksWithBrowser
)
struct WebPageTests {
    /// Where screenshots are kept.
    private static let folder = "\(Repository.path)/.build/web-page"
    private static let charts = HTMLPageTests.hasLibrary ? [] : ["--no-charts"]

    @Test(
        "does what a reader wants",
        arguments: ["start-stop", "bad-input", "load", "download", "reload", "keyboard", "looks"]
    )
    func scenario(name: String) async throws {
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        let data = try ShownRun.data()
        let options = ["--data", data.path, "--stall-after", "20ms"]
        try await WebProgram.run(options, against: ["--host", mock.url]) { web in
            let problems = try await Browser.problems(
                of: "web.py",
                ["--scenario", name] + Self.charts + [web.url, "\(Self.folder)/\(name)"]
            )
            #expect(problems.isEmpty, "\(problems)")
        }
    }

    @Test(
        "says what is not sent to another host, and has no field for one where there may be none",
        arguments: [("other-host", []), ("locked-host", ["--web-lock-host"])]
    )
    func otherHost(name: String, arguments: [String]) async throws {
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        let data = try ShownRun.data()
        let options = ["--data", data.path, "--header", "Authorization: Bearer geheim"] + arguments
        // The same server by another name.
        let other = mock.url.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        try await WebProgram.run(options, against: ["--host", mock.url]) { web in
            let problems = try await Browser.problems(
                of: "web.py",
                ["--scenario", name] + (name == "other-host" ? ["--host", other] : []) + Self.charts
                    + [web.url, "\(Self.folder)/\(name)"]
            )
            #expect(problems.isEmpty, "\(problems)")
        }
    }

    @Test("begins with the load that the program was started with")
    func ownLoad() async throws {
        let mock = try ShownRun.mock()
        defer { mock.stop() }
        let data = try ShownRun.data()
        let options = ["--data", data.path, "--repeat", "--arrival-rate", "20/s", "--stages", "1s:30/s,1h:30/s"]
        try await WebProgram.run(options, against: ["--host", mock.url]) { web in
            let problems = try await Browser.problems(
                of: "web.py",
                ["--scenario", "own-load"] + Self.charts + [web.url, "\(Self.folder)/own-load"]
            )
            #expect(problems.isEmpty, "\(problems)")
        }
    }

    @Test("says that the server is gone, and is there again when the server is")
    func lose() async throws {
        let data = try ShownRun.data()
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
