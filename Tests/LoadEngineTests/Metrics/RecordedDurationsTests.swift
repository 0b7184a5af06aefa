import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Durations as lists of buckets")
struct DistributionTests {
    private func sample(count: Int, seed: UInt64) -> LatencyHistogram {
        var random = SeededRandom(seed: seed)
        var histogram = LatencyHistogram()
        for _ in 0..<count { histogram.record(random.next() >> (random.next() % 44 + 20)) }
        return histogram
    }

    @Test("add up as whole histograms do", arguments: [(0, 0), (0, 5), (5, 0), (1, 1), (3_000, 2_000)])
    func sum(left: Int, right: Int) {
        var whole = sample(count: left, seed: 1)
        whole.add(sample(count: right, seed: 2))
        var list = Distribution(sample(count: left, seed: 1))
        list.add(Distribution(sample(count: right, seed: 2)))
        #expect(list == Distribution(whole))
        #expect(list.percentilesNs([0, 50, 99, 100]) == whole.percentilesNs([0, 50, 99, 100]))
    }

    @Test("know what has come since an earlier moment", arguments: [(0, 5), (5, 0), (1, 1), (3_000, 2_000)])
    func since(before: Int, after: Int) {
        let earlier = Distribution(sample(count: before, seed: 1))
        let new = Distribution(sample(count: after, seed: 2))
        var later = earlier
        later.add(new)
        let found = later.since(earlier)
        #expect(found.buckets == new.buckets)
        #expect(found.count == new.count && found.sumNs == new.sumNs)
        // The greatest is known to three digits only.
        for (value, exact) in zip(found.percentilesNs([0, 50, 100]), new.percentilesNs([0, 50, 100])) {
            #expect(value >= exact && value - exact <= exact / 500 + 512)
        }
        #expect(later.since(later).count == 0 && Array(later.since(later).buckets).isEmpty)
    }
}
