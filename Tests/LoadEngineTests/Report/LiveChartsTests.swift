import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The charts of a run that goes on")
struct LiveChartsTests {
    private struct Told: Decodable {
        struct Series: Decodable {
            let label: String
            let color: String
            let unit: String
            let right: Bool
            let filled: Bool
            let limit: Bool
            let values: [Double?]
        }
        struct Chart: Decodable {
            let id: String
            let title: String
            let about: String
            let logarithmic: Bool
            let series: [Series]
        }
        let times: [Double]
        let tails: [Double]
        let interval_s: Double
        let charts: [Chart]

        /// The names of all lines.
        var names: [[String]] { charts.map { [$0.id] + $0.series.map(\.label) } }
    }

    private struct Point: Decodable, Equatable {
        let index: Int
        let time: Double
        let values: [[Double?]]
    }

    private func told(_ series: TimeSeries, _ maxErrorMs: Double? = nil) throws -> Told {
        let charts = LiveCharts(series, stallAfterMs: 250, maxErrorMs: maxErrorMs)
        return try JSONDecoder().decode(Told.self, from: try JSONEncoder().encode(charts))
    }

    private func points(_ series: TimeSeries, shown: Int, _ maxErrorMs: Double? = nil) throws -> [Point] {
        let points = LiveCharts.newPoints(of: series, shown: shown, maxErrorMs: maxErrorMs)
        return try JSONDecoder().decode([Point].self, from: try JSONEncoder().encode(points))
    }

    private func series(_ events: [UInt64], lastS: Double = 1) -> TimeSeries {
        var series = TimeSeries()
        for (index, count) in events.enumerated() {
            let startS = Double(index)
            var point = TimePoint(startS: startS, endS: startS + (index + 1 == events.count ? lastS : 1))
            point.events = count
            series.append(point)
        }
        return series
    }

    @Test("have the same lines from the first moment to the end")
    func sameLines() throws {
        let first = try told(TimeSeries())
        #expect(
            first.names == [
                ["throughput", "turns/s", "events/s"],
                ["load", "users", "active streams", "open connections"],
                ["ttft", "p50", "p95", "p99"],
                ["response_time", "p50", "p95", "p99"],
                ["stalls", "stalls/s"],
                ["failures", "failed turns/s"],
                ["canary", "p50", "p99", "max", "limit of p99"],
            ]
        )
        #expect(first.times.isEmpty && first.charts.allSatisfy { $0.series.allSatisfy { $0.values.isEmpty } })
        #expect(first.charts.allSatisfy { !$0.title.isEmpty && !$0.about.isEmpty })
        #expect(first.charts.map(\.logarithmic) == [false, false, false, false, false, false, true])
        #expect(first.charts[4].about.contains("250"))
        var run = SampleRun()
        run.playAll()
        run.recorder.recordCanary(1_000_000)
        #expect(try told(run.progress(1).series, 5).names == first.names)
    }

    @Test("have the limit of the error bar once it is known, and gaps before")
    func limit() throws {
        func limit(_ maxErrorMs: Double?) throws -> Told.Series {
            let last = try #require(try told(series([1, 2]), maxErrorMs).charts.last?.series.last)
            #expect(last.limit && last.unit == "ms" && last.color == "muted")
            return last
        }
        #expect(try limit(nil).values == [nil, nil])
        #expect(try limit(7).values == [7, 7])
        #expect(try points(series([1, 2]), shown: 1, 7).last?.values.last?.last == 7)
        #expect(try points(series([1, 2]), shown: 1).last?.values.last?.last == .some(nil))
    }

    @Test("go on with the newest point, and with the last one that was told once more")
    func newPoints() throws {
        #expect(try points(TimeSeries(), shown: 0).isEmpty)
        let first = try points(series([10]), shown: 0)
        #expect(first.map(\.index) == [0] && first.map(\.time) == [1])
        // A slower process tells of the first second only now.
        let second = try points(series([14, 20]), shown: 1)
        #expect(second.map(\.index) == [0, 1] && second.map(\.time) == [1, 2])
        #expect(second.map { $0.values[0][1] } == [14, 20])
        #expect(try points(series([1, 2, 3, 4]), shown: 4).map(\.index) == [3])
    }

    @Test("go on as they are when they are all told at once", arguments: [1, 0.1])
    func sameValues(lastS: Double) throws {
        let whole = series([10, 20, 30, 5], lastS: lastS)
        let all = try told(whole)
        for shown in 1...4 {
            for point in try points(whole, shown: shown) {
                #expect(point.time == all.times[point.index])
                #expect(point.values == all.charts.map { $0.series.map { $0.values[point.index] } })
            }
        }
    }

    @Test("have a report's limit only where there is a canary")
    func report() {
        var run = SampleRun()
        run.playAll()
        _ = run.progress(1)
        run.playAll()
        let summary = run.summary(2)
        #expect(!ChartData(summary).charts.contains { $0.id == "canary" })
    }
}
