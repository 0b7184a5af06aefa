import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The arrivals of users")
struct ArrivalsTests {
    private func all(_ arrivals: Arrivals) -> [UInt64] {
        var arrivals = arrivals
        var found: [UInt64] = []
        while let next = arrivals.next(), found.count < 100 { found.append(next) }
        return found
    }

    @Test("of a ramp come at its rate, as many as were asked for")
    func ramp() {
        let arrivals = Arrivals(ramp: SpawnSchedule(startNs: 5_000, rate: 1e6), count: 4, share: .whole)
        #expect(arrivals.nextNs == 5_000)
        #expect(all(arrivals) == [5_000, 6_000, 7_000, 8_000])
    }

    @Test("of two processes are together those of one")
    func shares() {
        let schedule = SpawnSchedule(startNs: 0, rate: 1e6)
        let parts = [(0, 3), (1, 2)].map { index, count in
            all(Arrivals(ramp: schedule, count: count, share: RunShare(index: index, count: 2)))
        }
        #expect(parts.flatMap(\.self).sorted() == all(Arrivals(ramp: schedule, count: 5, share: .whole)))
    }

    @Test("are over when the last has come, and say so")
    func end() {
        var arrivals = Arrivals(ramp: SpawnSchedule(startNs: 7, rate: 1), count: 1, share: .whole)
        #expect(arrivals.next() == 7)
        #expect(arrivals.nextNs == Nanoseconds.never)
        #expect(arrivals.next() == nil)
        #expect(Arrivals.none.nextNs == Nanoseconds.never)
    }

    @Test("that a rate puts beyond all time never come")
    func never() {
        let arrivals = Arrivals(ramp: SpawnSchedule(startNs: 0, rate: 1e-12), count: 2, share: .whole)
        #expect(all(arrivals) == [0])
    }
}
