import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The response times of a row")
struct RowTimesTests {
    private func times(_ milliseconds: [Double]) -> RowTimes {
        var durations = LatencyHistogram()
        for one in milliseconds { durations.record(UInt64(one * 1e6)) }
        return RowTimes(Distribution(durations))
    }

    @Test("have a whole median that is the nearest, and never beyond the least and the greatest")
    func median() {
        #expect(times([5, 10.6, 30]).wholeMedianMs == 11)
        #expect(times([10.6, 10.6]).wholeMedianMs == 10.6)
        #expect(times([5, 10.6, 30]).wholeMs == [15, 5, 30, 11])
        #expect(times([]).wholeMs == [0, 0, 0, 0])
    }

    @Test("are the same while a run goes on as at its end")
    func live() throws {
        var run = SampleRun()
        for milliseconds in [5, 10.6, 30.7] { run.play(row: 0, milliseconds) }
        var table = LiveTable(.init(host: "h", path: "/chat", grouping: .conversation, runTimeS: nil))
        func numbers(_ text: String) throws -> [String] {
            let line = try #require(text.split(separator: "\n").first { $0.contains("beta") })
            return line.split { $0 == " " || $0 == "|" }.suffix(6).prefix(4).map(String.init)
        }
        let snapshot = run.progress(2)
        let live = table.lines(of: snapshot, columns: 120, rows: 40).map(\.text).joined(separator: "\n")
        #expect(try numbers(live) == ["15", "5", "30", "11"])
        #expect(try numbers(LocustTables(run.summary(2)).text) == numbers(live))
    }
}
