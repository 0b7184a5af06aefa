import Testing

@testable import LoadEngine

@Suite("The times of the processors")
struct ProcessorTimesTests {
    @Test("are the first line of /proc/stat, without what guests take twice")
    func line() throws {
        let ticks = try #require(ProcessorTimes.ticks(in: "cpu  10 1 5 70 4 2 3 5 9 9\ncpu0 1 1 1 1 1 1 1 1\n"))
        #expect(ticks.all == 100)
        #expect(ticks.busy == 26)
        #expect(ProcessorTimes.ticks(in: "") == nil)
        #expect(ProcessorTimes.ticks(in: "intr 1 2 3 4 5 6 7 8\n") == nil)
    }

    @Test("tell what others had: what was busy, and not for this process")
    func others() {
        let began = ProcessorTimes(allS: 100, busyS: 50, ownS: 3)
        #expect(began.othersShare(until: ProcessorTimes(allS: 120, busyS: 60, ownS: 8)) == 0.25)
        #expect(began.othersShare(until: ProcessorTimes(allS: 120, busyS: 55, ownS: 9)) == 0)
        #expect(began.othersShare(until: began) == 0)
    }

    @Test("grow")
    func now() throws {
        let times = try #require(ProcessorTimes.now())
        #expect(times.ownS > 0 && times.busyS >= times.ownS && times.allS >= times.busyS)
    }
}
