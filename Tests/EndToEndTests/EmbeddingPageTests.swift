import Foundation
import LoadEngine
import LoadModel
import LoadReports
import MockAssistant
import Testing

/// What docs/embedding.md shows; its snippets stand here, or in the examples, word for word.
@Suite("The page on embedding", .timeLimit(.minutes(5)))
struct EmbeddingPageTests {
    private func configuration(_ mock: MockServer, invocations: Int) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            host: mock.url,
            conversations: [PlayedRun.conversation(invocations: invocations)]
        )
        configuration.maxError = .seconds(3_600)
        return configuration
    }

    @Test("shows nothing but code that is compiled and run")
    func snippets() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
        func text(_ path: String) throws -> String {
            try String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
        func words(_ text: some StringProtocol) -> String {
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let examples = [
            "Embed/main.swift", "Share/Sources/main.swift", "Share/Package.swift", "Watch/main.swift", "Package.swift",
        ]
        let sources = try examples.map { try text("Examples/" + $0) }
        let code = words((sources + [try String(contentsOfFile: #filePath, encoding: .utf8)]).joined(separator: "\n"))
        let parts = try text("docs/embedding.md").components(separatedBy: "```swift\n").dropFirst()
        #expect(parts.count >= 5)
        for part in parts {
            let snippet = words(part.components(separatedBy: "```")[0])
            #expect(code.contains(snippet), "\(snippet)")
        }
    }

    @Test("writes the CSV files of a run while it goes on, and its result in the end")
    func csv() async throws {
        let mock = try startMock(events: 3, interval: .milliseconds(50))
        defer { mock.stop() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "loadtest-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let prefix = folder.path + "/run"
        var configuration = configuration(mock, invocations: 10)

        configuration.publishesRows = true
        let run = try LoadRun.start(configuration)
        var files = CSVFiles(prefix: prefix, endpoint: configuration.shownPath)
        for await snapshot in run.snapshots { try files.write(snapshot) }
        try files.write(try await run.result())

        func lines(_ name: String) throws -> [String] {
            try String(contentsOfFile: "\(prefix)_\(name).csv", encoding: .utf8).components(separatedBy: "\r\n")
        }
        #expect(try lines("stats").contains { $0.hasPrefix(",Aggregated,10,0,") })
        let history = try lines("stats_history")
        #expect(history.count { $0.hasPrefix("Timestamp") } == 1 && history.count >= 4, "\(history)")
        #expect(try lines("streaming").count == 4)
        #expect(try lines("failures").count == 2 && lines("exceptions").count == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count == 5, "nothing half written is left: \(names)")
        let nowhere = CSVFiles(prefix: folder.path + "/no/run", endpoint: "/")
        let result = try run.wait()
        #expect(throws: EngineError.self) { try nowhere.write(result) }
    }

    @Test("ends a run on a threshold, and judges it")
    func thresholds() async throws {
        let mock = try startMock()
        defer { mock.stop() }
        let configuration = configuration(mock, invocations: 1_000_000)

        let thresholds = [try Threshold.parse("ttft.p95 < 1ns"), try Threshold.parse("failures.rate < 1%")]
        let run = try LoadRun.start(configuration)
        let watch = run.abort(onViolationOf: thresholds, after: .seconds(1))
        var result = try await run.result()
        result.thresholds = thresholds.results(of: result, endedBy: await watch.end())

        #expect(result.thresholds.map(\.ok) == [false, true])
    }

    @Test("tells mistakes by their fields, and what the system lacks")
    func errors() throws {
        var configuration = EngineConfiguration(host: "http://127.0.0.1:1", conversations: [])
        configuration.users = 0
        var told: [String] = []
        func print(_ text: String) { told.append(text) }

        do {
            try configuration.checkCapacity()
        } catch .configuration(let error) {
            for problem in error.problems { print("\(problem.fields.map(\.rawValue)): \(problem.message)") }
        } catch .engine(let error) {
            print("\(error)")
        }

        #expect(told.map { $0.prefix { $0 != ":" } } == ["[\"users\"]", "[\"conversations\"]"])
    }
}
