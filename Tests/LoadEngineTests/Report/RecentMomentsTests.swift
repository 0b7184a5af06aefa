import Testing

@testable import LoadEngine
@testable import LoadReports

@Suite("The last ten seconds of a run")
struct RecentMomentsTests {
    @Test("are the moments of the window and the one before it")
    func window() {
        var recent = RecentMoments<Int>()
        #expect(recent.perS { Double($0) } == nil)
        for second in 0...30 { recent.add(second * second, atS: Double(second), resets: 0) }
        #expect(recent.first?.elapsedS == 20 && recent.last?.elapsedS == 30)
        #expect(recent.perS { Double($0) } == 50)
        // Two moments are kept, however far apart.
        recent.add(0, atS: 100, resets: nil)
        #expect(recent.moments.map(\.elapsedS) == [30, 100])
    }

    @Test("begin anew at a reset")
    func reset() {
        var recent = RecentMoments<Int>()
        recent.add(1, atS: 1, resets: 0)
        recent.add(2, atS: 2, resets: nil)
        #expect(recent.moments.count == 2)
        recent.add(3, atS: 0.5, resets: 1)
        #expect(recent.moments.map(\.value) == [3])
    }
}
