import Histogram
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The histograms")
struct HistogramTests {
    /// Values from 1 ns to over an hour, dense at the limits of the buckets.
    private static func values(seed: UInt64, count: Int) -> [UInt64] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            let magnitude = random.next() % 43
            return (UInt64(1) << magnitude) + random.next() % (UInt64(1) << magnitude) - random.next() % 2
        }
    }

    @Test("give the same percentiles from pages as from the full histogram")
    func pagesAgree() {
        var paged = PagedHistogram<UInt32>()
        defer { paged.destroy() }
        var full = LatencyHistogram()
        for value in Self.values(seed: 7, count: 50_000) {
            paged.record(value)
            full.record(value)
        }
        var merged = LatencyHistogram()
        merged.add(paged)
        for rank in [0.0, 1, 10, 50, 90, 95, 99, 99.9, 99.99, 100] {
            #expect(merged.percentileNs(rank) == full.percentileNs(rank), "p\(rank)")
        }
        #expect(merged.count == full.count)
        #expect(merged.meanNs == full.meanNs)
        #expect(merged.minimumNs == full.minimumNs)
        #expect(merged.maximumNs == full.maximumNs)
    }

    @Test("give the percentiles of HdrHistogram")
    func sameAsHdrHistogram() {
        for count in [1, 2, 3, 10, 99, 100, 101, 20_000] {
            var ours = LatencyHistogram()
            var theirs = Histogram<UInt64>(
                lowestDiscernibleValue: HistogramBuckets.lowestNs,
                highestTrackableValue: HistogramBuckets.highestNs,
                numberOfSignificantValueDigits: .three
            )
            for value in Self.values(seed: UInt64(count), count: count) where value <= HistogramBuckets.highestNs {
                ours.record(value)
                theirs.record(value)
            }
            for rank in [0.1, 1, 25, 33.3, 50, 66, 75, 90, 95, 99, 99.9, 99.99, 100] {
                let found = ours.percentileNs(rank)
                // Theirs shows a value of a bucket where the greatest sample is less; the bucket is the same.
                #expect(theirs.valuesAreEquivalent(found, theirs.valueAtPercentile(rank)), "p\(rank) of \(count)")
            }
            let ranks = [1.0, 50, 50, 99.9, 100]
            #expect(ours.percentilesNs(ranks) == ranks.map { ours.percentileNs($0) })
        }
    }

    @Test("keep three digits of every percentile")
    func threeDigits() {
        let values = Self.values(seed: 8, count: 20_001).filter { $0 > 1_000_000 && $0 < HistogramBuckets.highestNs }
        var histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        let sorted = values.sorted()
        for rank in [1.0, 25, 50, 75, 90, 99, 99.9] {
            let exact = Double(sorted[min(Int((rank / 100 * Double(sorted.count)).rounded(.up)), sorted.count) - 1])
            let found = Double(histogram.percentileNs(rank))
            #expect(abs(found - exact) <= exact / 1000, "p\(rank): \(found) for \(exact)")
        }
    }

    @Test("merge to what recording everything gives")
    func merge() {
        let values = Self.values(seed: 9, count: 10_000)
        var all = LatencyHistogram()
        var left = LatencyHistogram()
        var right = LatencyHistogram()
        for (index, value) in values.enumerated() {
            all.record(value)
            if index % 3 == 0 { left.record(value) } else { right.record(value) }
        }
        left.add(right)
        for rank in [0.0, 50, 99, 100] { #expect(left.percentileNs(rank) == all.percentileNs(rank)) }
        #expect(left.count == all.count)
        #expect(left.sumNs == all.sumNs)
    }

    @Test("count what is over an hour, and know its exact maximum")
    func overflow() {
        var full = LatencyHistogram()
        var paged = PagedHistogram<UInt32>()
        defer { paged.destroy() }
        let long = 3 * HistogramBuckets.highestNs
        full.record(long)
        paged.record(long)
        var merged = LatencyHistogram()
        merged.add(paged)
        for histogram in [full, merged] {
            #expect(histogram.count == 1)
            #expect(histogram.maximumNs == long)
            #expect(histogram.percentileNs(100) >= HistogramBuckets.highestNs)
        }
    }

    @Test("never show a percentile above the greatest sample")
    func notAboveMaximum() {
        var histogram = LatencyHistogram()
        histogram.record(123_456_789)
        #expect(histogram.percentileNs(50) == 123_456_789)
        #expect(histogram.percentileNs(100) == 123_456_789)
    }

    @Test("have no summary without samples")
    func empty() {
        #expect(MetricSummary(LatencyHistogram()) == nil)
        #expect(LatencyHistogram().percentileNs(99) == 0)
    }
}
