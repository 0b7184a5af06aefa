import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Catching up after a standstill")
struct CatchUpTests {
    private let ms = Nanoseconds.perMillisecond

    private func mayJudge(_ catchUp: inout CatchUp, dueNs: UInt64, nowNs: UInt64) -> Bool {
        catchUp.mayJudge(dueNs: dueNs, nowNs: nowNs)
    }

    @Test("lets deadlines be judged that are looked at in time")
    func inTime() {
        var catchUp = CatchUp()
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 1_000 * ms) == true)
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 1_000 * ms + CatchUp.mostLatenessNs) == true)
        #expect(mayJudge(&catchUp, dueNs: Nanoseconds.never, nowNs: 1_000 * ms) == true, "nothing is due")
        #expect(catchUp.untilNs == Nanoseconds.never)
    }

    @Test("holds those that are late until all has been read")
    func late() {
        var catchUp = CatchUp()
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 3_000 * ms) == false)
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 3_001 * ms) == false)
        catchUp.end()
        #expect(mayJudge(&catchUp, dueNs: 3_002 * ms, nowNs: 3_002 * ms) == true)
    }

    @Test("holds them no longer than the program stood still")
    func bounded() {
        var catchUp = CatchUp()
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 3_000 * ms) == false)
        #expect(catchUp.untilNs == 5_000 * ms)
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 5_000 * ms - 1) == false)
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 5_000 * ms) == true)
        #expect(mayJudge(&catchUp, dueNs: 1_000 * ms, nowNs: 5_021 * ms) == false, "the next one is late again")
    }
}
