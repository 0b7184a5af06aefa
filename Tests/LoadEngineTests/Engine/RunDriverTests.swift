import Testing

@testable import LoadEngine
@testable import LoadModel

/// Notes what it is told, at a clock that goes on by a microsecond for everything that is done.
private final class NotedTransport: TurnTransport {
    var nowNs: UInt64 = 1_000
    var told: [String] = []
    let population: Population

    init(users: Int, stopTimeoutNs: UInt64 = 0) {
        var settings = PopulationSettings()
        settings.users = users
        settings.spawnRate = .infinity
        settings.stopTimeoutNs = stopTimeoutNs
        let turn = Conversation.Turn(role: "user", content: "x")
        population = Population(
            settings: settings,
            conversations: [Conversation(name: "a", invocations: users, turns: [turn])],
            recorder: MetricsRecorder(turnCounts: [1])
        )
    }

    func driver(sliceNs: UInt64) -> RunDriver<NotedTransport> {
        RunDriver(population, over: self, sliceNs: sliceNs) { [unowned self] in
            nowNs += 1_000
            return nowNs
        }
    }

    func send(user: Int) {
        told.append("send \(user)")
        population.turnSent(user: user, nowNs: nowNs)
    }

    func sendAfresh(user: Int) { told.append("send \(user) afresh") }

    func readOn(user: Int) { told.append("read on \(user)") }

    func close(user: Int) {
        told.append("close \(user)")
        population.transferClosed(user: user, nowNs: nowNs)
    }

    func settle() { told.append("settle") }
}

@Suite("The driver of a run")
struct RunDriverTests {
    @Test("takes as many actions as a slice has time for, and says that there are more")
    func slices() {
        let transport = NotedTransport(users: 5)
        let driver = transport.driver(sliceNs: 2_000)
        transport.population.start(nowNs: 1_000_000)
        transport.nowNs = 1_000_000

        #expect(driver.carryOut() == .slice)
        #expect(transport.told == ["send 0", "send 1", "settle"])
        #expect(driver.carryOut() == .slice)
        #expect(driver.carryOut() == .wait(untilNs: transport.population.nextDeadlineNs))
        #expect(transport.told.suffix(2) == ["send 4", "settle"])
    }

    @Test("counts what it removes and what it sends afresh as parts of a slice too")
    func slicesOfTheRest() {
        let transport = NotedTransport(users: 6)
        let population = transport.population
        population.start(nowNs: 1_000)
        transport.nowNs = 1_000_000
        _ = transport.driver(sliceNs: .max >> 1).carryOut()
        transport.told = []
        for user in 0..<3 {
            population.connected(user: user, nowNs: transport.nowNs)
            population.bodyMalformed(user: user, nowNs: transport.nowNs)
            population.actions.requestFreshSend(user: user + 3)
        }

        let driver = transport.driver(sliceNs: 2_000)
        #expect(driver.carryOut() == .slice)
        #expect(transport.told == ["close 0", "close 1", "settle"])
        #expect(driver.carryOut() == .slice)
        #expect(transport.told.suffix(3) == ["close 2", "send 3 afresh", "settle"])
        #expect(driver.carryOut() != .slice)
        #expect(transport.told.suffix(3) == ["send 4 afresh", "send 5 afresh", "settle"])
    }

    @Test("removes what is over before it sends afresh, and sends that before new turns")
    func order() {
        let transport = NotedTransport(users: 2, stopTimeoutNs: 1_000_000)
        let driver = transport.driver(sliceNs: .max >> 1)
        transport.population.start(nowNs: 1_000)
        transport.nowNs = 1_000_000
        _ = driver.carryOut()
        transport.told = []

        transport.population.connected(user: 1, nowNs: transport.nowNs)
        transport.population.bodyMalformed(user: 1, nowNs: transport.nowNs)
        transport.population.actions.requestFreshSend(user: 0)
        _ = driver.carryOut()

        #expect(transport.told == ["close 1", "send 0 afresh", "settle"])
    }

    @Test("leaves out what is over by the time that it would be done")
    func withdrawn() {
        let transport = NotedTransport(users: 2, stopTimeoutNs: 1_000_000)
        let driver = transport.driver(sliceNs: .max >> 1)
        transport.population.start(nowNs: 1_000)
        transport.population.stop(nowNs: 2_000)

        #expect(driver.carryOut() == .end)
        #expect(transport.told == ["settle"])
    }

    @Test("ends when the last user has")
    func end() {
        let transport = NotedTransport(users: 1)
        let driver = transport.driver(sliceNs: .max >> 1)
        transport.population.start(nowNs: 1_000)
        #expect(driver.carryOut() != .end)

        transport.population.transferEnded(user: 0, outcome: .connectRefused, nowNs: transport.nowNs)

        #expect(driver.carryOut() == .end)
    }

    @Test("does what is due when it is told that the time has come")
    func deadlines() {
        let transport = NotedTransport(users: 1)
        let driver = transport.driver(sliceNs: .max >> 1)
        transport.population.start(nowNs: 1_000)
        guard case .wait(let untilNs) = driver.carryOut() else {
            Issue.record("nothing is due")
            return
        }
        transport.nowNs = untilNs

        driver.expire()
        transport.told = []
        _ = driver.carryOut()

        #expect(transport.told == ["close 0", "settle"])
        #expect(transport.population.recorder.metrics.counters.total.outcomes[.connectTimeout] == 1)
    }
}
