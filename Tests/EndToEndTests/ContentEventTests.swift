import LoadEngine
import LoadModel
import MockAssistant
import Synchronization
import TestSupport
import Testing

@Suite("The hook for content events", .ownThreads)
struct ContentEventTests {
    private struct Received {
        var session: SessionID
        var event: MockEvent?
        var receivedNs: UInt64
    }

    @Test("is called with each of them, its session, its data and its time", .timeLimit(.minutes(5)))
    func allEvents() throws {
        let mock = try startMock(events: 3)
        defer { mock.stop() }
        let events = Mutex<[Received]>([])
        let hooks = EngineHooks(onContentEvent: { session, data, receivedNs in
            let bytes = data.withUnsafeBufferPointer { Array($0) }
            let event = MockEvent(Array("data: ".utf8) + bytes + Array("\n\n".utf8))
            events.withLock { $0.append(Received(session: session, event: event, receivedNs: receivedNs)) }
        })
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 4)], hooks: hooks) { $0.users = 2 }
        #expect(run.outcomes == ["completed": 4])
        let all = events.withLock { $0 }
        #expect(all.count == 12)
        for turn in run.turns {
            let ofTurn = all.filter { $0.session == turn.session }
            #expect(ofTurn.map { $0.event?.seq } == [1, 2, 3])
            for one in ofTurn {
                let sentNs = try #require(one.event?.sent_ns)
                #expect(sentNs <= one.receivedNs && one.receivedNs <= turn.decidedNs)
            }
        }
    }
}
