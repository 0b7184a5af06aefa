import LoadEngine
import LoadModel
import Testing

@testable import loadtest

@Suite("The load of a run that the page follows")
struct WatchedLoadTests {
    private func load(_ set: (inout EngineConfiguration) throws -> Void) rethrows -> WatchedLoad {
        var configuration = EngineConfiguration(host: "http://a", conversations: [])
        configuration.users = 20
        try set(&configuration)
        return WatchedLoad(configuration)
    }

    @Test("is a number of users that stays, until it is changed")
    func users() {
        var load = load { $0.spawnRate = 4 }
        #expect(!load.isOpen && load.target(atS: 5) == nil && load.leftS(atS: 5) == nil)
        #expect(load.change(users: 7) == "7 users, 4.0 a second")
        #expect(load.users == 7 && load.spawnRate == 4 && load.stagesEnded == nil)
    }

    @Test("goes evenly through stages of users, which another number ends")
    func stages() throws {
        var load = try load { $0.stages = try LoadStages.parse("10s:100,10s:100,0s:40,20s:0") }
        #expect([0, 5, 10, 15, 20, 30, 40].map { load.target(atS: $0) } == [0, 50, 100, 100, 40, 20, nil])
        #expect(load.leftS(atS: 15) == 25 && load.leftS(atS: 50) == 0)
        #expect(load.change(users: 7, spawnRate: 2) == "stages ended: 7 users from now on")
        #expect(load.target(atS: 5) == nil && load.leftS(atS: 5) == nil)
        #expect(load.change(users: 8) == "8 users, 2.0 a second")
        #expect(load.stagesEnded == "stages ended: 7 users from now on")
    }

    @Test("has arrivals at a rate that stays, or that is changed")
    func arrivals() throws {
        let (rate, other) = (try ArrivalRate.parse("3000/m"), try ArrivalRate.parse("20/s"))
        var load = load { $0.arrivals = OpenArrivals(rate, .poisson) }
        #expect(load.isOpen && load.target(atS: 5) == 50 && load.rate == rate && load.changedRate == nil)
        #expect(load.change(users: 1) == "at most 1 user from now on")
        #expect(load.change(rate: other) == "20/s from now on")
        #expect(load.target(atS: 5) == 20 && load.changedRate == other && load.stagesEnded == nil)
    }

    @Test("has arrivals in stages, which another rate ends and other users do not, and none after the last")
    func stagesOfArrivals() throws {
        let (first, other) = (try ArrivalRate.parse("10/s"), try ArrivalRate.parse("20/s"))
        var load = try load { $0.arrivals = OpenArrivals(try LoadStages.parse("10s:30/s,10s:30/s"), from: first) }
        #expect([0, 5, 10, 20].map { load.target(atS: $0) } == [10, 20, 30, 0] && load.rate == nil)
        _ = load.change(users: 3)
        #expect(load.stagesEnded == nil && load.target(atS: 5) == 20)
        #expect(load.change(rate: other) == "stages ended: 20/s from now on")
        #expect(load.target(atS: 5) == 20 && load.target(atS: 100) == 20)
    }
}
