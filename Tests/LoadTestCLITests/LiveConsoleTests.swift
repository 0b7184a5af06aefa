import Foundation
import LoadEngine
import LoadModel
import LoadReports
import MockAssistant
import TestSupport
import Testing

@testable import loadtest

#if canImport(Glibc)
import Glibc
#endif

@Suite("The live console", .timeLimit(.minutes(5)), .amongFew)
struct LiveConsoleTests {
    private func mock() throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = 20
        configuration.script.interval = .milliseconds(10)
        return try MockServer(configuration)
    }

    private func arguments(_ mock: MockServer) -> [String] {
        ["--headless", "-u", "12", "-r", "100", "--host", mock.url, "--data", "data", "-t", "30"]
    }

    private func frames(_ text: String) -> [Substring] { text.split(separator: "\u{1B}[J") }

    @Test("is drawn in one place on a terminal, and stands once above the tables")
    func drawnInPlace() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let terminal = try Terminal(columns: 100, rows: 40)
        let exitCode = try await terminal.run(.loadtest, arguments(mock))
        #expect(exitCode == 0, "\(terminal.text)")
        #expect(frames(terminal.text).count > 3)
        let screen = Screen(columns: 100, showing: terminal.text).text
        func count(_ text: String) -> Int { screen.components(separatedBy: text).count - 1 }
        #expect(count("71 of 71 conversations") == 1, "\(screen)")
        #expect(count(" of 71 conversations") == 1)
        #expect(screen.contains("100 %"))
        // The live table's, and that of the end.
        #expect(count("Streaming (ms)") == 2)
        #expect(count(", canary p99") == 1)
        #expect(terminal.text.contains("\u{1B}[1m"))
    }

    @Test("takes the keys of Locust, and leaves the terminal as it was")
    func keys() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let terminal = try Terminal(columns: 100, rows: 40)
        #expect(terminal.isPlain)
        func expectShown(_ text: String) async throws {
            let isShown = try await becomesTrue { terminal.text.contains(text) }
            #expect(isShown, "\(text)")
        }
        let options = ["--headless", "-u", "2", "-r", "1000", "--host", mock.url, "--data", "data", "--repeat"]
        let exitCode = try await terminal.run(.loadtest, options, hasKeys: true) {
            try await expectShown("w/W: 1/10 users more   s/S: 1/10 fewer   q: end the run")
            #expect(!terminal.isPlain)
            terminal.press("W")
            try await expectShown("12 users from now on")
            terminal.press("xw")
            try await expectShown("13 users from now on")
            terminal.press("sS")
            try await expectShown("2 users from now on")
            terminal.press("S")
            try await expectShown("1 user from now on")
            let hasTurns = try await becomesTrue { terminal.text.contains(/turns [1-9][0-9]* completed/) }
            #expect(hasTurns)
            terminal.press("q")
        }
        #expect(exitCode == 0 && terminal.text.contains("ending the run; q again ends it at once"), "\(terminal.text)")
        #expect(terminal.modes == "shows keys, waits for Enter")
    }

    @Test("says that a key ends stages, and has one user more than there are")
    func keysAmidStages() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let terminal = try Terminal(columns: 100, rows: 40)
        let options = ["--headless", "--stages", "0s:3,1h:3,1s:900", "--host", mock.url, "--data", "data", "--repeat"]
        let exitCode = try await terminal.run(.loadtest, options, hasKeys: true) {
            let hasUsers = try await becomesTrue { terminal.text.contains("users 3 ") }
            try #require(hasUsers, "\(terminal.text)")
            terminal.press("w")
            let isSaid = try await becomesTrue { terminal.text.contains("stages ended: 4 users from now on") }
            #expect(isSaid, "\(terminal.text)")
            terminal.press("w")
            let isPlain = try await becomesTrue { terminal.text.contains("5 users from now on") }
            #expect(isPlain && !terminal.text.contains("stages ended: 5 users"))
            let hasTurns = try await becomesTrue { terminal.text.contains(/turns [1-9][0-9]* completed/) }
            #expect(hasTurns)
            terminal.press("q")
        }
        #expect(exitCode == 0, "\(terminal.text)")
    }

    @Test("keeps to the terminal's size, also when that changes")
    func resize() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let terminal = try Terminal(columns: 120, rows: 30)
        var before = 0
        _ = try await terminal.run(.loadtest, arguments(mock)) {
            let isDrawn = try await becomesTrue { self.frames(terminal.text).count > 2 }
            try #require(isDrawn)
            terminal.resize(columns: 50, rows: 12)
            before = frames(terminal.text).count
            let isDrawnAgain = try await becomesTrue { self.frames(terminal.text).count > before + 1 }
            try #require(isDrawnAgain)
        }
        // One may have been on its way; the last is followed by the tables.
        let drawn = frames(terminal.text).dropFirst(before + 1).dropLast()
        try #require(!drawn.isEmpty)
        for frame in drawn {
            let lines = Screen(columns: 1_000, showing: String(frame)).lines
            #expect(lines.allSatisfy { $0.count <= 50 })
            #expect(lines.count <= 12)
        }
    }

    @Test("says nothing twice where it is lines, also when a tick meets the end", arguments: 1...3)
    func noRepetition(seconds: Int) async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        let result = try await Program.loadtest.run(
            ["--headless", "-t", "\(seconds)", "-H", mock.url, "--data", data.path]
        )
        let lines = result.errors.split(separator: "\n").filter { $0.contains(/^\d\d:\d\d:\d\d\s/) }
        #expect(lines.count == Set(lines).count && !lines.isEmpty, "\(lines)")
    }

    @Test("says nothing twice, however often it is told the same state")
    func sameState() throws {
        let pipe = Pipe()
        let stream = StandardStream(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let console = LiveConsole(
            LiveTable.Facts(host: "http://a.test", path: "/", grouping: .conversation, runTimeS: nil),
            on: stream
        )
        let configuration = EngineConfiguration(
            host: "http://a.test",
            conversations: [Conversation(name: "a", invocations: 1, turns: [.init(role: "user", content: "Hi")])]
        )
        let snapshot = configuration.snapshotBeforeStart()
        console.update(snapshot)
        console.update(snapshot)
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text.split(separator: "\n").count == 1, "\(text)")
    }

    @Test("has no colors when NO_COLOR is set, and is lines where the cursor cannot be moved")
    func plain() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let colorless = try Terminal(columns: 100, rows: 40)
        _ = try await colorless.run(.loadtest, arguments(mock), variables: ["NO_COLOR": "1"])
        #expect(!colorless.text.contains("\u{1B}[1m") && colorless.text.contains("\u{1B}[J"))
        let dumb = try Terminal(columns: 100, rows: 40)
        _ = try await dumb.run(.loadtest, arguments(mock), variables: ["TERM": "dumb"])
        #expect(!dumb.text.contains("\u{1B}"))
        #expect(dumb.text.contains("conversations 71/71"))
    }
}
