import Dispatch
import LoadEngine
import LoadModel
import MockAssistant
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Servers that are away for a while.
@Suite("While the server is away", .ownThreads)
struct OutageTests {
    /// A server at a port that is its own again after an outage.
    private func startServer(at port: UInt16) throws -> MockServer {
        try startMock(interval: .milliseconds(2)) { $0.port = port }
    }

    private func wait(_ duration: Duration) { poll(nil, 0, Int32(duration / .milliseconds(1))) }

    @Test(
        "a run loses the conversations of that time, and not its queue",
        .timeLimit(.minutes(5)),
        arguments: zip([1, 5, 20], [7, 10, 13] as [UInt64])
    )
    func outage(seconds: Int, mostEach: UInt64) throws {
        let users = 20
        let port = try FreePort.any()
        var server = try startServer(at: port)
        defer { server.stop() }
        let run = try PlayedRun.play(
            "http://127.0.0.1:\(port)",
            [PlayedRun.conversation(invocations: 1_000_000)]
        ) {
            $0.users = users
        } whileRunning: { run in
            let hasBegun = becomesTrue { run.snapshot().turns.completed > 100 }
            #expect(hasBegun)
            server.stop()
            wait(.seconds(seconds))
            server = try startServer(at: port)
            let before = run.snapshot().turns.completed
            // All users come back, the last of them after its five seconds and a fifth.
            let isBack = becomesTrue { run.snapshot().turns.completed > before + 2_000 }
            #expect(isBack)
            run.stop()
        }
        #expect(run.violations == [])
        let refused = run.outcomes["connect_refused"] ?? 0
        #expect(refused >= UInt64(users) && refused <= UInt64(users) * mostEach)
        // What was running when the server went away was cut.
        #expect(run.summary.turns.failed - refused <= UInt64(users))
    }

    @Test("a start that waits begins when something listens there", .timeLimit(.minutes(5)))
    func waits() throws {
        let port = try FreePort.any()
        let server = Mutex<MockServer?>(nil)
        let isStarted = DispatchGroup()
        isStarted.enter()
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(400)) {
            server.withLock { $0 = try? startMock { $0.port = port } }
            isStarted.leave()
        }
        defer {
            isStarted.wait()
            server.withLock { $0?.stop() }
        }
        let run = try PlayedRun.play("http://127.0.0.1:\(port)", [PlayedRun.conversation(invocations: 20)]) {
            $0.users = 20
            $0.waitForHost = .seconds(60)
        }
        #expect(run.violations == [] && run.outcomes == ["completed": 20])
    }

    @Test("a start that has waited long enough says so", .timeLimit(.minutes(5)))
    func waitsInVain() throws {
        let port = try FreePort.any()
        let error = #expect(throws: EngineError.self) {
            try PlayedRun.play("http://127.0.0.1:\(port)", [PlayedRun.conversation(invocations: 1)]) {
                $0.waitForHost = .milliseconds(300)
            }
        }
        let text = "\(error.map { "\($0)" } ?? "")"
        #expect(text.contains("127.0.0.1:\(port)") && text.contains("300ms (--wait-for-host)"), "\(text)")
    }

    @Test("a run that has become pointless is ended, and says why", .timeLimit(.minutes(5)))
    func aborts() async throws {
        let port = try FreePort.any()
        var watch: FailureWatch?
        let limit = try FailureLimit.parse("50%/2s")
        let run = try PlayedRun.play(
            "http://127.0.0.1:\(port)",
            [PlayedRun.conversation(invocations: 1_000_000)]
        ) {
            $0.users = 5
        } whileRunning: { run in
            watch = run.abort(onFailures: limit)
        }
        #expect(run.violations == [])
        #expect(run.summary.run.verdict != .interrupted)
        #expect(run.summary.run.durationS < 60)
        #expect(run.summary.unreachable?.contains("nothing listens at http://127.0.0.1:\(port)") == true)
        let result = try #require(await watch?.end())
        #expect(!result.ok && result.observed == 1 && (result.endedRunAfterS ?? 0) >= 2)
        #expect(result.expr == "failures.rate over 2s < 50%" && result.observedText == "100.000%")
    }
}
