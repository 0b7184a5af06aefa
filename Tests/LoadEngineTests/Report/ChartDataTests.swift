import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The numbers of the charts")
struct ChartDataTests {
    /// A result with this run over time: the turns completed in each interval, and when these end.
    private func summary(_ intervals: [(endS: Double, turns: UInt64, failures: UInt64)]) -> Summary {
        var summary = sampleSummary()
        var series = TimeSeries()
        var startS = 0.0
        for interval in intervals {
            var point = TimePoint(startS: startS, endS: interval.endS)
            point.turnsCompleted = interval.turns
            point.turnsFailed = interval.failures
            if interval.turns > 0 {
                var durations = LatencyHistogram()
                for _ in 0..<interval.turns { durations.record(50_000_000) }
                point.responseTime = SmallHistogram(of: Distribution(durations), since: Distribution())
            }
            series.append(point)
            startS = interval.endS
        }
        summary.result.series = series
        return summary
    }

    private func values(_ chart: String, _ label: String, of summary: Summary) throws -> [Double?] {
        let found = try #require(ChartData(summary).charts.first { $0.id == chart })
        return try #require(found.series.first { $0.label == label }).values
    }

    @Test("are rates per second, also of an interval that is shorter")
    func rates() throws {
        let summary = summary([(1, 10, 0), (2, 20, 1), (2.5, 20, 0)])
        #expect(try values("throughput", "turns/s", of: summary) == [10, 21, 40])
        #expect(ChartData(summary).timesS == [1, 2, 2.5])
    }

    @Test("spread a very short last interval over the one before: no second had its rate")
    func shortEnd() throws {
        let found = try values("throughput", "turns/s", of: summary([(1, 10, 0), (2, 20, 0), (2.01, 5, 0)]))
        #expect(found == [10, 20, 24.752])
    }

    @Test("have a gap where nothing was measured, not a zero")
    func gaps() throws {
        let found = try values("response_time", "p95", of: summary([(1, 1, 0), (2, 0, 0), (3, 1, 0)]))
        #expect(found[1] == nil)
        let first = try #require(found[0])
        #expect(abs(first - 50) < 1)
    }

    @Test("leave out charts that would show nothing but zeros")
    func nothing() {
        func charts(_ summary: Summary) -> [String] { ChartData(summary).charts.map(\.id) }
        #expect(charts(summary([(1, 1, 0), (2, 1, 0)])) == ["throughput", "response_time", "distribution"])
        #expect(charts(summary([(1, 0, 1), (2, 0, 0)])) == ["throughput", "failures", "distribution"])
        #expect(charts(summary([(1, 5, 5)])) == ["distribution"], "a line needs two points")
    }

    @Test("follow a distribution to its greatest sample")
    func distribution() throws {
        var durations = LatencyHistogram()
        for milliseconds in 1...1_000 { durations.record(UInt64(milliseconds) * 1_000_000) }
        var summary = sampleSummary()
        for metric in Metric.allCases { summary.result.total[metric] = nil }
        summary.result.total[.ttft] = Distribution(durations)
        let data = ChartData(summary)
        let chart = try #require(data.charts.first { $0.id == "distribution" })
        #expect(chart.series.map(\.label) == ["ttft"])
        func value(at place: Double) throws -> Double {
            let index = try #require(data.tails.firstIndex(of: place))
            return try #require(chart.series[0].values[index])
        }
        // The least, the 90th percentile, the 99th, and beyond the last sample but one.
        #expect(abs(try value(at: 0) - 1) < 0.01)
        #expect(abs(try value(at: 1) - 900) < 1)
        #expect(abs(try value(at: 2) - 990) < 1)
        #expect(chart.series[0].values.last == 1_000)
        #expect(data.tails.last == 3.3)
    }

    @Test("are JSON that a script can read")
    func json() throws {
        let text = try ChartData(summary([(1, 1, 0), (2, 0, 0)])).json()
        #expect(text.contains(#""times":[1,2]"#))
        #expect(text.contains(#""values":[49."#) || text.contains(#""values":[50."#))
        #expect(text.contains(",null]"))
    }
}
