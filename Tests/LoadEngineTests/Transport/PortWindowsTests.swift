import Testing

@testable import LoadEngine

@Suite("The windows of local ports")
struct PortWindowsTests {
    private let range = 32_768...60_999

    @Test("cover the range, and fill evenly, whatever process takes them", arguments: 1...3)
    func even(processes: Int) throws {
        let windows = try #require(PortWindows(range: range, freeCount: range.count, mostConnections: 15_000))
        var counts: [ClosedRange<Int>: Int] = [:]
        for index in 0..<processes {
            for connection in 0..<15_000 / processes {
                let share = RunShare(index: index, count: processes)
                counts[windows.window(ofConnection: connection, share: share), default: 0] += 1
            }
        }
        let ordered = counts.keys.sorted { $0.lowerBound < $1.lowerBound }
        #expect(ordered.first?.lowerBound == range.lowerBound)
        #expect(ordered.last?.upperBound == range.upperBound)
        for (window, next) in zip(ordered, ordered.dropFirst()) { #expect(window.upperBound + 1 == next.lowerBound) }
        #expect((counts.values.max() ?? 0) - (counts.values.min() ?? 0) <= processes)
        #expect(ordered.allSatisfy { $0.count >= PortWindows.size })
    }

    @Test("are all there for each process, which may have an address of its own", arguments: 1...4)
    func allWindows(processes: Int) throws {
        let windows = try #require(PortWindows(range: range, freeCount: range.count, mostConnections: 19_000))
        for index in 0..<processes {
            let share = RunShare(index: index, count: processes)
            let taken = Set((0..<19_000).map { windows.window(ofConnection: $0, share: share) })
            #expect(taken.reduce(0) { $0 + $1.count } == range.count)
        }
    }

    @Test("are left to the system where they could get full")
    func nearlyFull() {
        #expect(PortWindows(range: range, freeCount: 28_232, mostConnections: 19_000) != nil)
        #expect(PortWindows(range: range, freeCount: 28_232, mostConnections: 20_000) == nil)
        #expect(PortWindows(range: range, freeCount: 20_000, mostConnections: 15_000) == nil)
        #expect(PortWindows(range: 1_024...1_100, freeCount: 77, mostConnections: 1) == nil)
    }
}
