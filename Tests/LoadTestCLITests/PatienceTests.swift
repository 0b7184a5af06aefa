import Foundation
import LoadEngine
import LoadModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import LoadProcesses
@testable import loadtest

@Suite("What hangs is waited for only so long", .timeLimit(.minutes(5)), .amongFew)
struct PatienceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A program that stops itself, as somebody else may stop one, and ends only by being killed.
    private func program(beginning: String) throws -> FilePath {
        let path = try folder.write("#!/bin/bash\n\(beginning)\nkill -STOP $$\n", to: "program")
        #expect(chmod(path, 0o700) == 0)
        return FilePath(path)
    }

    @Test("a mock assistant that has been stopped and is to end")
    func mock() async throws {
        let outcome = try await MockProcess.run(
            "the mock",
            program: try program(beginning: "echo http://127.0.0.1:1"),
            arguments: [],
            endPatience: .milliseconds(50)
        ) { $0.url }
        #expect(outcome.result == "http://127.0.0.1:1")
        #expect(outcome.end == .signaled(SIGKILL))
    }

    @Test("a process of a run that has been stopped after its last message")
    func share() async throws {
        let frame = try MessageFrame.encode(ChildMessage.failed(operation: "go on", reason: "of no reason"))
        try Data(frame).write(to: URL(fileURLWithPath: folder.path + "/frame"))
        let plan = try RunPlan(
            EngineConfiguration(
                host: "http://127.0.0.1:1",
                conversations: [Conversation(name: "a", invocations: 1, turns: [.init(role: "user", content: "Hi")])]
            )
        )
        let (messages, _) = AsyncStream.makeStream(of: ParentMessage.self)
        let (kills, _) = AsyncStream.makeStream(of: Never.self)
        let end = await FleetProcess.run(
            plan,
            by: ShareProgram(path: try program(beginning: "cat \(folder.path)/frame").string, arguments: []),
            obeying: messages,
            killedBy: kills,
            endPatience: .milliseconds(50)
        ) { _ in }
        #expect(end == "signal \(SIGKILL)")
    }

    @Test("seconds and not minutes, unless a test asks for less")
    func defaults() {
        #expect(Settings.longestTrial <= .seconds(5))
        #expect(FleetProcess.endPatience <= .seconds(30))
        #expect(MockProcess.endPatience <= .seconds(30))
    }

    @Test("the search for the source that is to blame for what is wrong")
    func blame() throws {
        // The option is known; which of its lines it is, is found by trying.
        let file = try folder.write("header = X-Right: 1\nheader = wrong\n", to: "x.conf")
        let data = try TemporaryFolder.data(invocations: 1)
        let settings = try Settings(
            for: RunCommand.self,
            typed: ["--headless", "--host", "http://127.0.0.1:1", "--config", file, "--data", data.path],
            environment: [:],
            of: LoadTest.self
        )
        let parsed = try settings.parse()
        let error = try #require(throws: ConfigurationError.self) { try parsed.check() }
        func places(_ error: ConfigurationError) -> [Substring] {
            error.messages.map { $0.prefix(upTo: $0.firstRange(of: ": header")?.lowerBound ?? $0.startIndex) }
        }
        #expect(places(settings.attributing(error)) == ["\(file):2"])
        #expect(places(settings.attributing(error, longestTrial: .zero)) == ["\(file):1, \(file):2"])
    }

    @Test("and nothing is tried for what is wrong with an option that is given once")
    func known() throws {
        let settings = try Settings(
            for: RunCommand.self,
            typed: ["--headless"],
            environment: ["LOADTEST_DATA": "/no/such/folder", "LOADTEST_HOST": "http://127.0.0.1:1"],
            of: LoadTest.self
        )
        let parsed = try settings.parse()
        let error = try #require(throws: ConfigurationError.self) { try parsed.check() }
        let blamed = settings.attributing(error, longestTrial: .zero).messages
        #expect(!blamed.isEmpty && blamed.allSatisfy { $0.hasPrefix("LOADTEST_DATA: ") }, "\(blamed)")
    }
}
