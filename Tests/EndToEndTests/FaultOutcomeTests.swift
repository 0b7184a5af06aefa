import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

extension Fault {
    /// The outcome that a turn with this fault must have.
    fileprivate var outcome: TurnOutcome {
        switch self {
        case .http500, .http429: .httpStatus
        case .resetBeforeHeaders, .resetMidstream: .connectionReset
        case .truncate, .noEndMarker: .truncatedStream
        case .stall: .idleTimeout
        case .heartbeatsMidstream: .stallTimeout
        case .noFirstToken, .heartbeats: .firstTokenTimeout
        case .badContentType: .notEventStream
        case .malformed, .hugeEvent: .malformedStream
        case .errorEvent, .errorFirst: .serverErrorEvent
        case .lateDoneChunk, .splitBytes, .slowHeaders, .pings: .completed
        // Not of this API.
        case .finishNoMarker, .lengthLimit, .unknownEvents, .usageNullChoices, .usageNoChoices, .usageEmptyDelta:
            .completed
        }
    }

    /// Whether the fault comes after the first content event.
    fileprivate var isAfterFirstToken: Bool {
        switch self {
        case .http500, .http429, .resetBeforeHeaders, .noFirstToken, .badContentType, .errorFirst, .heartbeats: false
        default: true
        }
    }
}

@Suite("Every fault of the server leads to its outcome", .ownThreads)
struct FaultOutcomeTests {
    private func script(_ faults: [FaultShare]) -> MockScript {
        var script = MockScript()
        script.events = 6
        script.firstToken = .milliseconds(5)
        script.interval = .milliseconds(5)
        script.faults = faults
        script.seed = 11
        return script
    }

    /// Plays against a mock and compares each turn with the line that the mock wrote of it.
    private func compare(
        _ script: MockScript,
        users: Int,
        invocations: Int,
        change: (inout EngineConfiguration) -> Void
    ) throws -> PlayedRun {
        let log = MockLogFile()
        var configuration = MockConfiguration()
        configuration.script = script
        configuration.logPath = log.path
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: invocations, turns: 2)]) {
            $0.users = users
            $0.onFailure = .continue
            $0.sessionScope = .turn
            // A reset before an answer may be that of an idle connection: such a turn would be sent again.
            $0.resendsStaleTurns = false
            change(&$0)
        }
        let posts = mock.counters.posts
        mock.stop()
        let lines = try log.lines()
        #expect(run.violations == [])
        #expect(run.turns.count == invocations * 2)
        #expect(posts == run.turns.count, "one POST per turn")
        #expect(lines.count == run.turns.count, "one line per turn")
        let bySession = Dictionary(lines.map { ($0.session, $0) }) { first, _ in first }
        #expect(bySession.count == run.turns.count, "a session of its own for each turn")
        for turn in run.turns {
            guard let line = bySession[turn.session.description] else {
                Issue.record("the server knows no session \(turn.session)")
                continue
            }
            let expected = Fault(rawValue: line.fault)?.outcome ?? .completed
            #expect(turn.outcome == expected, "\(line.fault)")
            if turn.outcome == .completed { #expect(turn.events == UInt64(line.events), "\(line.fault)") }
            if turn.outcome != .completed, let fault = Fault(rawValue: line.fault) {
                #expect(turn.hasFirstToken == fault.isAfterFirstToken, "\(line.fault)")
            }
        }
        return run
    }

    private static let faults = Fault.allCases.filter { $0.applies(to: .assistant) }

    @Test("when every turn has it", .timeLimit(.minutes(5)), arguments: faults)
    func single(fault: Fault) throws {
        let run = try compare(script([FaultShare(fault, percent: 100)]), users: 4, invocations: 6) {
            $0.idleTimeout = .milliseconds(fault == .stall ? 150 : 10_000)
            $0.firstTokenTimeout = .milliseconds(fault.outcome == .firstTokenTimeout ? 150 : 10_000)
            $0.stallTimeout = .milliseconds(fault == .heartbeatsMidstream ? 300 : 300_000)
        }
        #expect(run.outcomes == [fault.outcome.label: 12])
        let detail = run.summary.outcomeDetails[fault.outcome.label]
        if fault.outcome == .completed {
            #expect(detail == nil)
        } else {
            #expect(detail?.afterFirstToken == (fault.isAfterFirstToken ? 12 : 0))
            #expect(detail?.beforeFirstToken == (fault.isAfterFirstToken ? 0 : 12))
        }
        switch fault {
        case .http500: #expect(detail?.codes == ["500": 12])
        case .http429: #expect(detail?.codes == ["429": 12])
        case .lateDoneChunk:
            // The connection outlives the late end: the next turn needs no new one.
            #expect(run.summary.generator.connectionsOpened <= 4)
        default: break
        }
    }

    @Test("when all of them come in one run", .timeLimit(.minutes(5)))
    func mixed() throws {
        let shares = Self.faults.map { FaultShare($0, percent: 5) }
        let run = try compare(script(shares), users: 60, invocations: 300) {
            $0.idleTimeout = .milliseconds(1_500)
            $0.firstTokenTimeout = .milliseconds(3_000)
            $0.stallTimeout = .milliseconds(3_000)
        }
        // 600 turns at 5 percent: with this seed every fault comes.
        #expect(run.outcomes.count == Set(Self.faults.map(\.outcome)).count)
    }
}
