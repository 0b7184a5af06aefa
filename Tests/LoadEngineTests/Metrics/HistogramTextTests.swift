import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The interchange format of histograms")
struct HistogramTextTests {
    private static func sample(count: Int, seed: UInt64) -> LatencyHistogram {
        var random = SeededRandom(seed: seed)
        var histogram = LatencyHistogram()
        for _ in 0..<count {
            let magnitude = random.next() % 42
            histogram.record((UInt64(1) << magnitude) + random.next() % (UInt64(1) << magnitude))
        }
        return histogram
    }

    private static func buckets(of samples: some DurationSamples) -> [[UInt64]] {
        var buckets: [[UInt64]] = []
        samples.forEachBucket { buckets.append([$0, $1]) }
        return buckets
    }

    @Test("gives back every counter", arguments: [0, 1, 2, 1_000, 100_000])
    func roundTrip(count: Int) throws {
        let histogram = Self.sample(count: count, seed: UInt64(count))
        let again = try #require(
            Distribution(
                text: histogram.text,
                sumNs: histogram.sumNs,
                minimumNs: histogram.minimumNs,
                maximumNs: histogram.maximumNs
            )
        )
        #expect(Self.buckets(of: again) == Self.buckets(of: histogram))
        #expect(again.count == histogram.count)
        #expect(again.percentileNs(99) == histogram.percentileNs(99))
    }

    @Test("holds counters of any size")
    func largeCounters() throws {
        for count in [UInt64(1), 63, 64, 8191, 8192, 1 << 40, UInt64(Int64.max)] {
            struct One: DurationSamples {
                let count: UInt64
                let sumNs: UInt64 = 0
                let minimumNs: UInt64 = 0
                let maximumNs: UInt64 = 0
                func forEachBucket(_ body: (UInt64, UInt64) -> Void) { body(5_119, count) }
            }
            var found: [[UInt64]] = []
            #expect(HistogramText.decode(HistogramText.encode(One(count: count))) { found.append([$0, $1]) })
            #expect(found == [[5_119, count]])
        }
    }

    @Test("is what HdrHistogram's own Python package writes for the same samples")
    func knownText() {
        // hdrh.histogram.HdrHistogram(1000, 3600000000000, 3): values 1000, 5000, 5000, 2 s, 1 h; encode().
        var histogram = LatencyHistogram()
        for value: UInt64 in [1_000, 5_000, 5_000, 2_000_000_000, 3_600_000_000_000] { histogram.record(value) }
        var found: [[UInt64]] = []
        #expect(HistogramText.decode(Self.pythonText) { found.append([$0, $1]) })
        #expect(found == Self.buckets(of: histogram))
    }

    private static let pythonText = "HISTFAAAAC14nJNpmSzMwMDAwwABzFDqBRC7GexYwGD/ASLCyMTLcvEsI9P6NYxMALAdCFQ="

    @Test("refuses what it did not write, cut or changed", arguments: ["", "x", "AAAA", "HISTFAAAAAAAA"])
    func refuses(text: String) {
        #expect(Distribution(text: text, sumNs: 0, minimumNs: 0, maximumNs: 0) == nil)
    }

    @Test("refuses every cut of a text")
    func refusesCuts() {
        let text = Self.sample(count: 50, seed: 3).text
        for length in 0..<text.count {
            #expect(!HistogramText.decode(String(text.prefix(length))) { _, _ in }, "\(length) characters")
        }
    }
}
