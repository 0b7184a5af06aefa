import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A run over time")
struct TimeSeriesTests {
    private func point(_ second: Double, turns: UInt64 = 1, users: UInt64 = 0) -> TimePoint {
        var point = TimePoint(startS: second, endS: second + 1)
        point.turnsCompleted = turns
        point.activeUsers = users
        point.turnsByConversation = CountList([UInt32(turns), 2])
        return point
    }

    @Test("has a point for each second, until there are too many", arguments: [1, 511, 512, 513, 1_024, 1_025, 5_000])
    func bounded(seconds: Int) {
        var series = TimeSeries()
        for second in 0..<seconds { series.append(point(Double(second) + 0.003, users: UInt64(second))) }
        #expect(series.points.count <= TimeSeries.mostPoints)
        #expect(series.points.count > seconds.signum() * min(seconds, TimeSeries.mostPoints) / 2 - 1)
        #expect(series.points.reduce(0) { $0 + $1.turnsCompleted } == UInt64(seconds))
        #expect(series.points.last?.activeUsers == UInt64(seconds - 1))
        #expect(series.points.last?.endS.rounded() == Double(seconds))
        let lengths = series.points.dropLast().map { ($0.endS - $0.startS).rounded() }
        #expect(lengths.allSatisfy { $0 == series.intervalS })
    }

    @Test("has what several processes did at the same time in one point, whatever their intervals")
    func merged() {
        var short = TimeSeries()
        for second in 0..<10 { short.append(point(Double(second), users: 3)) }
        var long = TimeSeries()
        for second in 0..<600 { long.append(point(Double(second) + 0.01, turns: 2, users: 4)) }
        let merged = TimeSeries.merged([short, long])
        #expect(merged.intervalS == 2)
        #expect(merged.points.count == 300)
        #expect(merged.points.reduce(0) { $0 + $1.turnsCompleted } == 10 + 1_200)
        #expect(merged.points[0].activeUsers == 7)
        #expect(merged.points[0].turnsByConversation.values == [6, 8])
        #expect(merged.points[299].activeUsers == 4)
        #expect(TimeSeries.merged([]) == TimeSeries())
    }

    @Test("is the difference between what was published one after another")
    func difference() {
        let recorder = MetricsRecorder(turnCounts: [1, 2])
        let conversations = [1, 2].map { count in
            Conversation(
                name: "c\(count)",
                invocations: 1,
                turns: .init(repeating: .init(role: "u", content: ""), count: count)
            )
        }
        func progress(_ elapsedS: UInt64) -> RunSnapshot {
            RunSnapshot(
                RunFacts(conversations: conversations),
                phase: .running,
                elapsedNs: elapsedS * 1_000_000_000,
                plannedInvocations: 5,
                openConnections: elapsedS,
                recorder: recorder,
                generator: .init(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
            )
        }
        recorder.countOutcome(.completed, isAfterFirstToken: true, row: 0)
        recorder.record(.ttft, 100_000_000, row: 0)
        recorder.countEvent(row: 0)
        let first = progress(1)
        recorder.countOutcome(.completed, isAfterFirstToken: true, row: 2)
        recorder.countOutcome(.connectionReset, isAfterFirstToken: true, row: 1)
        recorder.record(.ttft, 300_000_000, row: 2)
        recorder.recordCanary(2_000_000)
        let point = TimePoint(from: first, to: progress(2))
        #expect(point.startS == 1 && point.endS == 2)
        #expect(point.turnsCompleted == 1 && point.turnsFailed == 1 && point.events == 0)
        #expect(point.ttft.count == 1)
        #expect(abs((point.ttft.percentileMs(50) ?? 0) - 300) < 6)
        #expect(point.canary.count == 1)
        #expect(point.openConnections == 2)
        #expect(point.turnsByConversation.values == [0, 2])
        #expect(point.failuresByConversation.values == [0, 1])
        #expect(TimePoint(from: nil, to: first).turnsCompleted == 1)
    }
}

@Suite("A small histogram")
struct SmallHistogramTests {
    private func sample(count: Int, seed: UInt64) -> LatencyHistogram {
        var random = SeededRandom(seed: seed)
        var histogram = LatencyHistogram()
        for _ in 0..<count { histogram.record(1_000_000 + random.next() % 10_000_000_000) }
        return histogram
    }

    private func small(_ histogram: LatencyHistogram) -> SmallHistogram {
        SmallHistogram(of: Distribution(histogram), since: Distribution())
    }

    @Test("has the percentiles of the large one, to 2 %", arguments: [1, 10, 10_000])
    func percentiles(count: Int) throws {
        let whole = sample(count: count, seed: 3)
        for percentile in [0.0, 1, 50, 90, 99, 100] {
            let exactMs = Double(whole.percentileNs(percentile)) / 1e6
            let foundMs = try #require(small(whole).percentileMs(percentile))
            #expect(abs(foundMs / exactMs - 1) < 0.02, "p\(percentile)")
        }
        #expect(small(LatencyHistogram()).percentileMs(50) == nil)
    }

    @Test("adds up as the large ones do, in any order")
    func sum() {
        var whole = sample(count: 500, seed: 4)
        let other = sample(count: 700, seed: 5)
        var left = small(whole)
        left.add(small(other))
        var right = small(other)
        right.add(small(whole))
        whole.add(other)
        #expect(left == small(whole))
        #expect(right == left)
        #expect(left.count == 1_200)
    }

    @Test("is read back as it was written, and nothing else is read")
    func text() throws {
        let histogram = small(sample(count: 300, seed: 6))
        let written = try JSONEncoder().encode([histogram])
        #expect(try JSONDecoder().decode([SmallHistogram].self, from: written) == [histogram])
        for wrong in [#"["1"]"#, #"["1 x"]"#, #"["5 1 4 1"]"#, #"["5 1 5 1"]"#, #"["100000 1"]"#, "[[1,2]]"] {
            #expect(throws: DecodingError.self, "\(wrong)") {
                try JSONDecoder().decode([SmallHistogram].self, from: Data(wrong.utf8))
            }
        }
    }
}
