import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The spawn schedule")
struct SpawnScheduleTests {
    @Test("spaces the starts evenly from its base")
    func even() {
        let schedule = SpawnSchedule(startNs: 1_000, rate: 4)
        #expect((0..<4).map { schedule.startNs(of: $0) } == [1_000, 250_001_000, 500_001_000, 750_001_000])
    }

    @Test("does not drift over a million users")
    func noDrift() {
        #expect(SpawnSchedule(startNs: 0, rate: 3).startNs(of: 3_000_000) == 1_000_000 * Nanoseconds.perSecond)
    }

    @Test("has no start within reach for a rate near 0")
    func slow() {
        #expect(SpawnSchedule(startNs: 0, rate: 1e-12).startNs(of: 5) == Nanoseconds.never)
    }
}
