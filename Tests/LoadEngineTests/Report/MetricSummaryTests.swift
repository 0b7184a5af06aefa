import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The summary of a metric")
struct MetricSummaryTests {
    private func sample(count: Int, seed: UInt64) -> LatencyHistogram {
        var random = SeededRandom(seed: seed)
        var histogram = LatencyHistogram()
        for _ in 0..<count { histogram.record(random.next() % 40_000_000_000) }
        return histogram
    }

    @Test("merges to what recording everything gives")
    func mergedSummaries() throws {
        let left = sample(count: 700, seed: 1)
        let right = sample(count: 900, seed: 2)
        var all = left
        all.add(right)
        var sum = Distribution(left)
        sum.add(Distribution(right))
        let merged = try #require(MetricSummary(sum))
        let expected = try #require(MetricSummary(all))
        #expect(merged.hdr == expected.hdr)
        #expect(merged.count == expected.count)
        #expect(merged.p99Ms == expected.p99Ms)
        #expect(merged.minMs == expected.minMs)
        #expect(merged.maxMs == expected.maxMs)
        #expect(abs(merged.meanMs - expected.meanMs) < 1e-9 * expected.meanMs)
    }
}
