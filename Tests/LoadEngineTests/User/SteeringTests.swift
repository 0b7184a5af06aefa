import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A share of a run whose users somebody else decides on")
struct SteeringTests {
    private func simulator(isSteered: Bool) -> RunSimulator {
        var settings = PopulationSettings()
        settings.users = 8
        settings.spawnRate = 1_000_000
        settings.share = RunShare(index: 1, count: 4)
        settings.isSteered = isSteered
        return RunSimulator(settings, invocations: 400)
    }

    @Test("has as many as it is told, and its part of the invocations")
    func undivided() {
        for (isSteered, users) in [(true, 8), (false, 2)] {
            let run = simulator(isSteered: isSteered)
            run.run(maximumSteps: 100_000)
            #expect(run.problems == [])
            #expect(run.recorder.counters.pointee[.usersPeak] == UInt64(users))
            #expect(run.recorder.counters.pointee[.conversationsCompleted] == 100)
        }
    }

    @Test("waits while there are none, and goes on when there are some again: nothing is lost, nothing played twice")
    func none() {
        let run = simulator(isSteered: true)
        run.atStep = (200, { $0.setUsers(0, nowNs: $1) })
        run.run(maximumSteps: 100_000)
        // It waits for somebody from outside, and not at an end.
        #expect(run.problems.first?.contains("nothing is due, but the run is not finished") == true)
        #expect(run.recorder.counters.pointee.gauges.usersActive == 0 && !run.population.isFinished)
        let before = run.recorder.counters.pointee[.conversationsCompleted]
        #expect(before > 0 && before < 100)
        run.atStep = nil
        run.population.setUsers(3, nowNs: run.nowNs)
        run.goOn(maximumSteps: 100_000)
        #expect(run.problems == [] && run.population.isFinished)
        #expect(run.recorder.counters.pointee[.conversationsCompleted] == 100)
    }

    @Test("ends when it is stopped without users")
    func stopped() {
        let run = simulator(isSteered: true)
        run.atStep = (200, { $0.setUsers(0, nowNs: $1) })
        run.run(maximumSteps: 100_000)
        run.population.stop(nowNs: run.nowNs)
        #expect(run.population.isFinished)
    }
}
