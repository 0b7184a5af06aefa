import LoadEngine
import LoadModel
import Testing

@testable import LocustWorker

/// A session with a clock that is moved by hand.
private struct Played {
    var session = WorkerSession(nowNs: Played.startNs)
    var nowNs = Played.startNs
    private static let startNs = 1_000 * Nanoseconds.perSecond
    private var timestamp = 1.0

    init() {}

    @discardableResult
    mutating func after(_ seconds: Double = 0, _ event: WorkerEvent) -> [WorkerAction] {
        nowNs += UInt64(seconds * 1e9)
        return session.handle(event, nowNs: nowNs)
    }

    @discardableResult
    mutating func hear(_ message: MasterMessage, after seconds: Double = 0) -> [WorkerAction] {
        after(seconds, .message(message))
    }

    /// Ticks whenever something is due, and hears an echo of every heartbeat if there is a master.
    mutating func pass(_ seconds: Double, hasMaster: Bool = true) -> [WorkerAction] {
        let untilNs = nowNs + UInt64(seconds * 1e9)
        var all: [WorkerAction] = []
        while session.nextNs <= untilNs {
            nowNs = max(nowNs, session.nextNs)
            let actions = session.handle(.tick, nowNs: nowNs)
            if hasMaster, actions.contains(where: \.isBeat) { _ = hear(.heartbeat) }
            all += actions
            if actions.contains(where: { $0.end != nil }) { break }
        }
        nowNs = untilNs
        return all
    }

    mutating func join() {
        after(.connected)
        hear(.ack(index: 0))
    }

    mutating func order(_ users: Int..., host: String? = "http://h", resets: Bool = false) -> SpawnOrder {
        timestamp += 1
        return SpawnOrder(
            timestamp: timestamp,
            classes: ClassTable(users.enumerated().map { ClassTable.Entry(name: "c\($0.offset)", users: $0.element) }),
            host: host,
            resetsStatistics: resets
        )
    }

    static let half = ShardOrder(test: "t", share: RunShare(index: 1, count: 2))

    /// Joins, is given a part and so many users, and has begun to play.
    mutating func play(_ users: Int, shard: ShardOrder? = half) {
        join()
        if let shard { hear(.shard(shard)) }
        hear(.spawn(order(users)))
        after(.runStarted(session.wantedRun ?? 0))
        session.glance = RunGlance(activeUsers: users, mostUsers: 1_000)
        _ = pass(1)
    }
}

extension WorkerAction {
    fileprivate var isBeat: Bool { if case .beat = self { true } else { false } }
    fileprivate var isReport: Bool { if case .report = self { true } else { false } }
    fileprivate var isSaying: Bool { if case .say = self { true } else { false } }
    fileprivate var started: WorkerRun? { if case .start(let run) = self { run } else { nil } }
    fileprivate var end: WorkerEnd? { if case .end(let end) = self { end } else { nil } }
}

extension [WorkerAction] {
    /// Without what is only said to people.
    fileprivate var done: [WorkerAction] { filter { !$0.isSaying } }
    fileprivate var messages: [WorkerMessage] {
        compactMap { if case .send(let message) = $0 { message } else { nil } }
    }
}

@Suite("The session of a worker")
struct WorkerSessionTests {
    private func table(_ users: Int...) -> ClassTable {
        ClassTable(users.enumerated().map { ClassTable.Entry(name: "c\($0.offset)", users: $0.element) })
    }

    @Test("says that it is ready once there is a connection, every five seconds until a master knows it")
    func joins() {
        var played = Played()
        #expect(played.after(.connected) == [.send(.clientReady)])
        #expect(played.pass(4.9) == [])
        #expect(played.pass(9).messages == [.clientReady, .clientReady])
        #expect(played.hear(.ack(index: 3)).done == [.beat(.ready)])
        // Twice is the same.
        #expect(played.hear(.ack(index: 3)) == [])
        let second = played.pass(10).done
        #expect(second.allSatisfy { $0 == .beat(.ready) } && (9...11).contains(second.count))
    }

    @Test("gives up after five minutes without a master, connected or not")
    func givesUp() {
        for isConnected in [false, true] {
            var played = Played()
            if isConnected { played.after(.connected) }
            #expect(played.pass(304, hasMaster: false).allSatisfy { $0.end == nil })
            let last = played.pass(2, hasMaster: false)
            #expect(last.compactMap(\.end).first == .noMaster(.seconds(305)))
        }
    }

    @Test("starts a run with the first users, and tells when they are there")
    func starts() throws {
        var played = Played()
        played.join()
        #expect(played.hear(.shard(Played.half)) == [])
        let order = played.order(3, 1)
        let actions = played.hear(.spawn(order))
        #expect(actions.first == .send(.spawning) && actions.count == 2)
        let run = try #require(actions.last?.started)
        #expect(run.order == order && run.shard == Played.half && run.spawnRate == 8)
        #expect(played.pass(3).allSatisfy { $0 == .beat(.spawning) })
        #expect(played.after(.runStarted(run.number)).done == [.setUsers(4, spawnRate: 8)])
        #expect(!played.pass(0.4).contains(.send(.spawningComplete(table(3, 1)))))
        played.session.glance = RunGlance(activeUsers: 4, mostUsers: 100)
        #expect(played.pass(0.2).contains(.send(.spawningComplete(table(3, 1)))))
        #expect(played.pass(1).contains(.beat(.running)))
    }

    @Test("follows absolute numbers up, down and to none, and no stale ones")
    func follows() {
        var played = Played()
        played.play(4)
        #expect(played.hear(.spawn(played.order(8))) == [.send(.spawning), .setUsers(8, spawnRate: 8)])
        #expect(played.pass(1).contains(.send(.spawningComplete(table(8)))))
        #expect(played.hear(.spawn(played.order(2))) == [.send(.spawning), .setUsers(2, spawnRate: 2)])
        #expect(played.after(.tick).contains(.send(.spawningComplete(table(2)))))
        let late = played.order(50)
        #expect(played.hear(.spawn(played.order(0))) == [.send(.spawning), .setUsers(0, spawnRate: 2)])
        #expect(played.hear(.spawn(late)) == [.send(.spawning)])
    }

    @Test("tells of no more users than invocations are left, and reports those that there are")
    func tellsTheTruth() {
        var played = Played()
        played.play(4)
        played.session.glance = RunGlance(activeUsers: 3, mostUsers: 5)
        played.hear(.spawn(played.order(6, 2)))
        #expect(played.pass(1).contains(.send(.spawningComplete(table(4, 1)))))
        #expect(played.pass(3).contains(.report(table(2, 1))))
    }

    @Test("waits for its first users, where the master has given them to others")
    func waits() {
        var played = Played()
        played.join()
        played.hear(.shard(Played.half))
        #expect(played.hear(.spawn(played.order(0))) == [.send(.spawning), .send(.spawningComplete(table(0)))])
        #expect(played.pass(1) == [.beat(.running)])
        #expect(played.hear(.spawn(played.order(1))).last?.started != nil)
    }

    @Test("plays nothing when all invocations are those of others, and goes on being there")
    func late() {
        var played = Played()
        played.join()
        played.hear(.shard(ShardOrder(test: "t", share: nil)))
        let actions = played.hear(.spawn(played.order(5)))
        #expect(actions.allSatisfy { $0.started == nil } && actions.contains(.send(.spawningComplete(table(0)))))
        #expect(played.hear(.spawn(played.order(9))) == [.send(.spawning), .send(.spawningComplete(table(0)))])
        #expect(played.hear(.stop) == [.send(.clientStopped), .send(.clientReady)])
        played.hear(.ack(index: 0))
        // In the next test it has a part.
        played.hear(.shard(ShardOrder(test: "u", share: RunShare(index: 0, count: 3))))
        #expect(played.hear(.spawn(played.order(5))).last?.started?.shard?.share == RunShare(index: 0, count: 3))
    }

    @Test("has one stop: turns end, then the last numbers, and it is ready for the next test")
    func stops() {
        var played = Played()
        played.play(4)
        #expect(played.hear(.stop).done == [.stop(atOnce: false)])
        // A master hears that it is alive meanwhile.
        #expect(played.pass(2).contains(.beat(.running)))
        #expect(
            played.after(.runEnded(1, failure: nil))
                == [.report(table(0)), .send(.clientStopped), .send(.clientReady)]
        )
        // It is not on the list.
        #expect(played.pass(4) == [])
        #expect(played.hear(.ack(index: 0)).done == [.beat(.ready)])
        played.hear(.shard(Played.half))
        #expect(played.hear(.spawn(played.order(2))).last?.started?.number == 2)
    }

    @Test("is drained: the last numbers, a word to the locustfile, and it stays")
    func drained() {
        var played = Played()
        played.play(4)
        #expect(played.after(.runEnded(1, failure: nil)).done == [.report(table(0)), .send(.drained(test: "t"))])
        #expect(played.pass(20).done.allSatisfy { $0 == .beat(.running) })
        #expect(played.hear(.finish) == [.send(.finished)])
        #expect(played.hear(.quit) == [.send(.quit), .end(.quit)])
    }

    @Test("tells a master with another locustfile nothing that it does not know")
    func otherLocustfile() throws {
        var played = Played()
        played.play(4, shard: nil)
        #expect(played.after(.runEnded(1, failure: nil)).done == [.report(table(0))])
    }

    @Test("ends when the locustfile says so, and tells when it has")
    func finishes() {
        var played = Played()
        played.play(4)
        #expect(played.hear(.finish).done == [.stop(atOnce: false)])
        #expect(played.hear(.finish) == [])
        #expect(played.after(.runEnded(1, failure: nil)) == [.report(table(0)), .send(.finished)])
        #expect(played.hear(.stop) == [.send(.clientStopped), .send(.clientReady)])
    }

    @Test("leaves with its last numbers within what a master hears, whether its run has ended or not")
    func leaves() {
        for isInTime in [true, false] {
            var played = Played()
            played.play(4)
            #expect(played.hear(.quit) == [.stop(atOnce: true)])
            #expect(played.hear(.quit) == [])
            let last =
                isInTime ? played.after(0.1, .runEnded(1, failure: nil)) : played.pass(0.31).done.filter { !$0.isBeat }
            #expect(last.count == 3 && last[0].isReport && last[1] == .send(.quit) && last[2] == .end(.quit))
        }
        var idle = Played()
        idle.join()
        #expect(idle.after(.interrupted) == [.send(.quit), .end(.interrupted)])
    }

    @Test("leaves a run alone that begins after all")
    func forgotten() {
        var played = Played()
        played.join()
        played.hear(.shard(Played.half))
        played.hear(.spawn(played.order(2)))
        #expect(played.hear(.stop) == [.forget, .send(.clientStopped), .send(.clientReady)])
        #expect(played.session.wantedRun == nil)
        #expect(played.after(.runStarted(1)) == [] && played.after(.runFailed(1, "x")) == [])
        played.hear(.ack(index: 0))
        played.hear(.shard(Played.half))
        #expect(played.hear(.spawn(played.order(2))).last?.started?.number == 3)
    }

    @Test("says at the master why it cannot play")
    func refuses() {
        var played = Played()
        played.join()
        played.hear(.shard(Played.half))
        played.hear(.spawn(played.order(2)))
        #expect(
            played.after(.runFailed(1, "no target")).done
                == [
                    .send(.exception("no target")), .send(.refused("no target")), .send(.spawningComplete(table(0))),
                ]
        )
        #expect(played.hear(.stop) == [.send(.clientStopped), .send(.clientReady)])
    }

    @Test("begins to count anew with --reset-stats when all users of the test are there")
    func resets() {
        for resets in [true, false] {
            var played = Played()
            played.play(4)
            played.hear(.spawn(played.order(4, resets: resets)))
            #expect(played.hear(.spawningComplete) == (resets ? [.resetStatistics] : []))
        }
    }

    // MARK: Masters and links that go

    @Test("asks for an echo when a connection is there again, and takes a new name only if none comes")
    func reconnects() {
        var played = Played()
        played.play(4)
        #expect(played.after(.disconnected).done == [])
        #expect(played.after(0.5, .connected) == [.beat(.running)])
        // It is still known: who says then that he is ready would get users twice.
        played.hear(.heartbeat, after: 0.1)
        #expect(played.pass(10).messages.isEmpty)
        // A new master does not know it, or this one has kept the old connection, and does not hear it.
        played.after(.disconnected)
        played.after(0.5, .connected)
        #expect(!played.pass(2.9, hasMaster: false).contains(.open(asNew: true)))
        #expect(played.pass(0.2, hasMaster: false).contains(.open(asNew: true)))
        #expect(played.after(.connected) == [.send(.clientReady)])
        #expect(played.hear(.ack(index: 2)).done == [.beat(.running), .send(.resumed(Played.half))])
        // A new worker has no part for the master; its locustfile knows the part, and says so.
        played.hear(.shard(ShardOrder(test: "t", share: nil)))
        played.hear(.shard(Played.half))
        #expect(!played.pass(30).contains(.stop(atOnce: false)))
    }

    @Test("takes a new name when nothing comes over a connection that seems to be there")
    func silence() {
        var played = Played()
        played.join()
        #expect(played.pass(14.9, hasMaster: false).done.allSatisfy { $0.isBeat })
        #expect(played.pass(0.2, hasMaster: false).done.filter { !$0.isBeat } == [.open(asNew: true)])
        #expect(played.after(.connected) == [.send(.clientReady)])
    }

    @Test("keeps what the master must hear until it is heard: a deaf connection takes everything")
    func holds() {
        var played = Played()
        played.play(4)
        played.after(.disconnected)
        #expect(played.after(.runEnded(1, failure: nil)).done == [])
        played.after(.connected)
        #expect(played.pass(4, hasMaster: false).done.allSatisfy { $0.isBeat || $0 == .open(asNew: true) })
        played.after(.connected)
        #expect(
            played.hear(.ack(index: 1)).done
                == [.beat(.running), .send(.resumed(Played.half)), .report(table(0)), .send(.drained(test: "t"))]
        )
        // What is told twice is not played twice.
        played.hear(.shard(ShardOrder(test: "t", share: nil)))
        played.hear(.shard(Played.half))
        #expect(played.hear(.spawn(played.order(3))) == [.send(.spawning), .send(.spawningComplete(table(0)))])
    }

    @Test("says its last words again after a connection was lost: nobody knows what came through it")
    func lastWords() {
        var played = Played()
        played.play(4)
        #expect(played.after(.runEnded(1, failure: nil)).contains(.send(.drained(test: "t"))))
        played.after(.disconnected)
        played.after(1, .connected)
        #expect(played.hear(.heartbeat) == [.report(table(0)), .send(.drained(test: "t"))])
        #expect(played.pass(10).allSatisfy { $0.isBeat })
        // Not in the next test.
        played.hear(.stop)
        played.hear(.ack(index: 0))
        played.after(.disconnected)
        played.after(1, .connected)
        #expect(played.hear(.heartbeat) == [])
    }

    @Test("ends a run that a new master knows nothing of, and not one that it has users for")
    func adoption() {
        for isAdopted in [true, false] {
            var played = Played()
            played.play(4)
            played.after(.disconnected)
            played.after(2, .connected)
            _ = played.pass(3.1, hasMaster: false)
            played.after(.connected)
            played.hear(.ack(index: 0))
            if isAdopted { played.hear(.spawn(played.order(6))) }
            #expect(played.pass(6).contains(.stop(atOnce: false)) == !isAdopted)
            guard !isAdopted else { continue }
            // Nobody wants its numbers.
            #expect(played.after(.runEnded(1, failure: nil)) == [])
            #expect(played.pass(1) == [.beat(.ready)])
        }
    }

    @Test("ends its run when no master was heard for a minute")
    func orphan() {
        var played = Played()
        played.play(4)
        played.after(.disconnected)
        #expect(!played.pass(58, hasMaster: false).contains(.stop(atOnce: false)))
        #expect(played.pass(3, hasMaster: false).contains(.stop(atOnce: false)))
    }

    @Test("ends a run for a test that has begun instead of its own")
    func replaced() {
        var played = Played()
        played.play(4)
        #expect(
            played.hear(.shard(ShardOrder(test: "u", share: RunShare(index: 0, count: 1)))).done == [
                .stop(atOnce: true)
            ]
        )
        #expect(played.hear(.spawn(played.order(7))) == [.send(.spawning)])
        let run = played.after(.runEnded(1, failure: nil)).last?.started
        #expect(run?.order.classes.users == 7 && run?.shard?.test == "u")
    }

    @Test("reports to nobody who does not know it")
    func reportsToKnown() {
        var played = Played()
        played.play(4)
        #expect(played.pass(7).filter(\.isReport).count == 2)
        played.after(.disconnected)
        played.after(.connected)
        #expect(played.pass(20, hasMaster: false).filter(\.isReport).count <= 1)
    }

    @Test("goes on after what it does not understand, and opens a new connection when it is asked to")
    func nonsense() {
        var played = Played()
        played.join()
        #expect(played.after(.nonsense(MessageProblem("x"))).done == [])
        #expect(played.hear(.other(type: "hello")) == [])
        #expect(played.hear(.reconnect) == [.open(asNew: false)])
    }

    @Test("has nothing due in the past, whatever happens: 20,000 random courses of events")
    func fuzz() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<400 {
            var played = Played()
            for _ in 0..<50 {
                let number = Int(random.next() % 4)
                let events: [WorkerEvent] = [
                    .connected, .disconnected, .runStarted(number), .runFailed(number, "x"), .tick,
                    .runEnded(number, failure: number == 1 ? "x" : nil), .nonsense(MessageProblem("x")),
                    .message(.ack(index: 0)), .message(.heartbeat), .message(.stop), .message(.finish),
                    .message(.reconnect), .message(.spawningComplete), .message(.shard(Played.half)),
                    .message(.shard(ShardOrder(test: "\(number)", share: nil))),
                    .message(.spawn(played.order(number))), .message(.spawn(played.order(number, 2, resets: true))),
                ]
                let event = events[Int(random.next() % UInt64(events.count))]
                let actions = played.after(Double(random.next() % 3_000) / 1_000, event)
                #expect(actions.compactMap(\.started).allSatisfy { $0.order.classes.users > 0 })
                // A tick never leaves anything undone: who waits would spin.
                _ = played.after(.tick)
                if actions.contains(where: { $0.end != nil }) { break }
                let due = played.session.nextNs
                #expect(due > played.nowNs || played.after(.tick).contains { $0.end != nil }, "\(event) \(due)")
            }
        }
    }
}

extension Played {
    @discardableResult
    fileprivate mutating func after(_ event: WorkerEvent) -> [WorkerAction] { after(0, event) }
}
