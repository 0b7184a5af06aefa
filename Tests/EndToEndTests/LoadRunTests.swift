import LoadEngine
import LoadModel
import MockAssistant
import Synchronization
import Testing

@Suite("The handle of a run", .timeLimit(.minutes(5)))
struct LoadRunTests {
    /// A run of one user for whom each turn takes a few milliseconds.
    private func configuration(_ mock: MockServer, invocations: Int = 1_000_000) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            host: mock.url,
            conversations: [PlayedRun.conversation(invocations: invocations)]
        )
        configuration.maxError = .seconds(3_600)
        configuration.stopTimeout = .seconds(5)
        return configuration
    }

    @Test("tells its states to each who asks, to the exact last one, and ends them with the run")
    func snapshots() async throws {
        let mock = try startMock()
        defer { mock.stop() }
        let run = try LoadRun.start(configuration(mock))
        async let other = { () async -> [RunSnapshot] in
            var seen: [RunSnapshot] = []
            for await snapshot in run.snapshots { seen.append(snapshot) }
            return seen
        }()
        var states = 0
        // Who looks away loses nothing but its own states.
        for await _ in run.snapshots { break }
        for await snapshot in run.snapshots {
            #expect(snapshot.phase != .finished || snapshot.activeUsers == 0)
            states += 1
            if states == 2 { run.stop(.seenEnough) }
        }
        let result = try await run.result()
        let seen = await other
        #expect(states >= 2 && seen.count >= 2)
        #expect(seen.last?.phase == .finished)
        #expect(seen.last?[.completed] == result[.completed])
        #expect(result[.completed] > 0 && result[.events] == result.events.total)
        #expect(result[.ttft]?.percentile(50) == result.total[.ttft]?.percentile(50))
        // Who comes late gets the last state, and no other.
        var late: [RunSnapshot.Phase] = []
        for await snapshot in run.snapshots { late.append(snapshot.phase) }
        #expect(late == [.finished])
    }

    @Test("has one result for all who wait for it, with or without a thread")
    func results() async throws {
        let mock = try startMock()
        defer { mock.stop() }
        let run = try LoadRun.start(configuration(mock, invocations: 5))
        async let first = run.result()
        async let second = run.result()
        let counts = [try await first[.completed], try await second[.completed]]
        #expect(counts == [5, 5])
        #expect(try run.wait()[.completed] == 5)
    }

    @Test(
        "is interrupted by a stop, unless somebody has seen enough",
        arguments: [StopReason.interrupted, .seenEnough]
    )
    func reasons(reason: StopReason) async throws {
        let mock = try startMock()
        defer { mock.stop() }
        let run = try LoadRun.start(configuration(mock))
        run.stop(reason)
        let verdict = try await run.result().run.verdict
        #expect(verdict == (reason == .interrupted ? .interrupted : .valid))
    }

    @Test("is ended by a threshold that is violated, and not before its grace")
    func thresholds() async throws {
        let mock = try startMock()
        defer { mock.stop() }
        let thresholds = try [Threshold.parse("ttft.p50 < 10s"), Threshold.parse("ttft.max < 1ns")]
        let told = Mutex<[ThresholdResult]>([])
        let run = try LoadRun.start(configuration(mock))
        let watch = run.abort(onViolationOf: thresholds, after: .seconds(2)) { violated in
            told.withLock { $0 = violated }
        }
        var result = try await run.result()
        let violations = await watch.end()
        #expect(violations.map { $0 == nil } == [true, false])
        #expect(told.withLock { $0 } == violations.compactMap { $0 })
        result.thresholds = thresholds.results(of: result, endedBy: violations)
        #expect(result.thresholds.map(\.ok) == [true, false])
        #expect(result.thresholds[1].endedRunAfterS ?? 0 >= 2)
        #expect(result.run.verdict == .valid)
    }

    @Test("is not there for a configuration that is wrong, nor for a host that cannot be found, nor for too many users")
    func refusals() {
        var wrong = EngineConfiguration(host: "none", conversations: [])
        wrong.users = -1
        for start in [{ _ = try LoadRun.start(wrong) }, wrong.checkCapacity] as [() throws -> Void] {
            let error = #expect(throws: LoadError.self) { try start() }
            guard case .configuration(let mistakes) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(mistakes.problems.map(\.fields) == [[.host], [.users], [.conversations]])
        }
        let nowhere = EngineConfiguration(
            host: "http://nowhere.invalid",
            conversations: [PlayedRun.conversation(invocations: 1)]
        )
        var many = EngineConfiguration(
            host: "http://127.0.0.1:1",
            conversations: [PlayedRun.conversation(invocations: 16_000_000)]
        )
        many.users = 16_000_000
        for (configuration, text) in [(nowhere, "nowhere.invalid"), (many, "open files")] {
            for start in [{ _ = try LoadRun.start(configuration) }, configuration.checkCapacity] as [() throws -> Void]
            {
                let error = #expect(throws: LoadError.self) { try start() }
                guard case .engine(let failure) = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(failure.description.contains(text), "\(failure)")
            }
        }
    }
}
