import Synchronization
import Testing

@testable import loadtest

@Suite("The connections of the page's server")
struct WebConnectionsTests {
    private final class Peer: Sendable {
        let closes = Mutex(0)
        var id: ObjectIdentifier { ObjectIdentifier(self) }
        var isClosed: Bool { closes.withLock { $0 > 0 } }
    }

    private let begin = ContinuousClock.now
    private let connections = WebConnections(places: 3)

    private func after(_ seconds: Double) -> ContinuousClock.Instant { begin + .seconds(seconds) }

    private func open(_ stage: WebConnections.Stage = .waiting, at seconds: Double) -> Peer {
        let peer = Peer()
        connections.opened(peer.id, at: after(seconds)) { peer.closes.withLock { $0 += 1 } }
        if stage != .waiting { connections.entered(stage, peer.id, at: after(seconds)) }
        return peer
    }

    @Test("have always a place for a further one: the one goes that has waited longest")
    func oldestWaits() {
        let first = (0..<3).map { open(at: Double($0)) }
        // A byte now and then makes nobody younger.
        for second in 3..<9 { connections.received(first[0].id, at: after(Double(second))) }
        let next = [open(at: 10), open(at: 10)]
        #expect(first.map(\.isClosed) == [true, true, false] || first.map(\.isClosed) == [false, true, true])
        #expect(next.allSatisfy { !$0.isClosed })
    }

    @Test("go in the order of what is lost: waiting, read, made, listening")
    func order() {
        let listening = open(.listening, at: 0)
        let handling = open(.handling, at: 1)
        let writing = open(.writing, at: 2)
        let waiting = open(at: 5)
        #expect(writing.isClosed && !handling.isClosed && !listening.isClosed)
        _ = open(.listening, at: 10)
        #expect(waiting.isClosed && !handling.isClosed && !listening.isClosed)
        _ = open(.listening, at: 15)
        #expect(handling.isClosed && !listening.isClosed)
        _ = open(.listening, at: 20)
        #expect(listening.isClosed)
    }

    @Test("stay for a second, in which their requests come")
    func youth() {
        let old = [open(.writing, at: 0), open(.writing, at: 1)]
        let young = open(at: 9.5)
        _ = open(at: 10)
        #expect(!young.isClosed && old[0].isClosed)
        // Unless there are none but young ones.
        connections.entered(.writing, old[1].id, at: after(10))
        _ = open(at: 10)
        #expect(young.isClosed && !old[1].isClosed)
    }

    @Test(
        "that wait for an answer stay, however many come that send nothing",
        arguments: [WebConnections.Stage.handling, .steering, .listening]
    )
    func burst(stage: WebConnections.Stage) {
        // Also when these are the oldest, and all others younger than a second.
        let answered = open(stage, at: 0)
        let half = (0..<150).map { open(at: 10 + Double($0) / 1_000) }
        #expect(!answered.isClosed)
        #expect(half.filter { !$0.isClosed }.count == 2 && half.last?.isClosed == false)
    }

    @Test("that all wait for answers give way only to who has sent a whole request too")
    func wholeRequest() {
        let waiting = [open(.steering, at: 0), open(.handling, at: 1), open(.handling, at: 2)]
        let next = open(at: 10)
        #expect(waiting.allSatisfy { !$0.isClosed } && !next.isClosed)
        connections.entered(.steering, next.id, at: after(10))
        #expect(waiting.map(\.isClosed) == [false, true, false] && !next.isClosed)
    }

    @Test("have places to spare for those that have just come, whose requests may be on their way")
    func spare() {
        let roomy = WebConnections(places: 2, spare: 2)
        func open(_ stage: WebConnections.Stage = .waiting, at seconds: Double) -> Peer {
            let peer = Peer()
            roomy.opened(peer.id, at: after(seconds)) { peer.closes.withLock { $0 += 1 } }
            if stage != .waiting { roomy.entered(stage, peer.id, at: after(seconds)) }
            return peer
        }
        let whole = [open(.handling, at: 0), open(.handling, at: 0)]
        let new = [open(at: 10), open(at: 10.1), open(at: 10.2)]
        #expect(whole.allSatisfy { !$0.isClosed })
        #expect(new.map(\.isClosed) == [true, false, false])
        // Nobody needs a place to spare for longer than that.
        let later = open(at: 12)
        #expect(new.map(\.isClosed) == [true, true, false] && !later.isClosed)
    }

    @Test("are closed when a request takes longer than 30 s from its first byte, however it comes")
    func requestDeadline() {
        let (idle, trickling, handling, listening) = (
            open(at: 0), open(at: 20), Peer(), Peer()
        )
        let roomy = WebConnections(places: 9)
        for (peer, stage) in [(handling, WebConnections.Stage.handling), (listening, .listening)] {
            roomy.opened(peer.id, at: begin) { peer.closes.withLock { $0 += 1 } }
            roomy.entered(stage, peer.id, at: begin)
        }
        for second in 25..<54 { connections.received(trickling.id, at: after(Double(second))) }
        connections.closeOverdue(at: after(29.9))
        #expect(!idle.isClosed)
        connections.closeOverdue(at: after(30))
        #expect(idle.isClosed && !trickling.isClosed)
        connections.closeOverdue(at: after(54.9))
        #expect(!trickling.isClosed)
        connections.closeOverdue(at: after(55))
        #expect(trickling.isClosed)
        roomy.closeOverdue(at: after(3_600))
        #expect(!handling.isClosed && !listening.isClosed)
    }

    @Test("are closed when an answer is not read within a minute, and not when it is")
    func answerDeadline() {
        let (slow, quick) = (open(.writing, at: 0), open(.writing, at: 0))
        connections.entered(.waiting, quick.id, at: after(59))
        connections.closeOverdue(at: after(60))
        #expect(slow.isClosed && !quick.isClosed)
    }

    @Test("that have gone take no place")
    func gone() {
        let first = (0..<3).map { open(at: Double($0)) }
        connections.closed(first[1].id)
        _ = open(at: 10)
        #expect(first.allSatisfy { !$0.isClosed })
        // What is late of it means nothing.
        connections.entered(.waiting, first[1].id)
        connections.received(first[1].id)
    }
}
