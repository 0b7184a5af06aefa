import Testing

@testable import LoadModel

@Suite("The limit of failures lately")
struct FailureLimitTests {
    private func turns(_ completed: UInt64, _ failed: UInt64) -> TurnCounts {
        var counts = TurnCounts()
        (counts.completed, counts.failed) = (completed, failed)
        return counts
    }

    @Test("judges the turns that ended within the window, and not before the run is as old")
    func window() throws {
        var judge = FailureJudge(try FailureLimit.parse("50%/3s"))
        #expect(judge.look(atS: 1, turns(0, 100)) == nil)
        #expect(judge.look(atS: 2, turns(0, 200)) == nil)
        #expect(judge.look(atS: 3, turns(0, 300)) == 1)
        // From then on none fails: of those of the last three seconds 2/3, then 1/3, then none.
        #expect(judge.look(atS: 4, turns(100, 300)) == 2.0 / 3)
        #expect(judge.look(atS: 5, turns(200, 300)) == nil)
        #expect(judge.look(atS: 6, turns(300, 300)) == nil)
        #expect(judge.worst == 1)
    }

    @Test("counts a share as great as the limit, and no smaller one")
    func limit() throws {
        for (failed, isExceeded) in [(49, false), (50, true)] as [(UInt64, Bool)] {
            var judge = FailureJudge(try FailureLimit.parse("50%/1s"))
            #expect((judge.look(atS: 1, turns(100 - failed, failed)) != nil) == isExceeded)
        }
    }

    @Test("is not judged while no turn ends, and begins anew when the numbers are reset")
    func nothing() throws {
        var judge = FailureJudge(try FailureLimit.parse("50%/2s"))
        for second in 1...5 { #expect(judge.look(atS: Double(second), turns(10, 0)) == nil) }
        #expect(judge.worst == 0)
        #expect(judge.look(atS: 0.5, turns(0, 5)) == nil)
        #expect(judge.look(atS: 1.5, turns(0, 9)) == nil)
        #expect(judge.look(atS: 2.5, turns(0, 9)) == 1)
    }

    @Test("is written as a threshold is", arguments: [("50%/30s", "30s < 50%"), ("0.5%/1m30s", "1m30s < 0.5%")])
    func expr(text: String, end: String) throws {
        #expect(try FailureLimit.parse(text).expr == "failures.rate over " + end)
    }
}
