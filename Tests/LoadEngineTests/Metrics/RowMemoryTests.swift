import FoundationEssentials
@testable import LoadEngine
@testable import LoadModel
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("The distributions of rows")
struct RowMemoryTests {
    /// Each with 50 answers of 20 events that were completed, each of which stalled, and 50 that failed.
    @Test("of 200 conversations of 5 turns take less than 100 MB, with the copies that are published")
    func size() {
        let rows = 200 * 5
        var recorded = RowHistograms(repeating: PagedHistogram())
        defer { for index in recorded.indices { recorded[index].destroy() } }
        var random = SeededRandom(seed: 1)
        /// Spread over more than four octaves, as those of a server that is slow at times.
        func record(_ metric: Metric, _ middleNs: UInt64, times: Int) {
            for _ in 0..<times {
                recorded[metric.rawValue].record(middleNs / 10 + random.next() % (middleNs * 18 / 10))
            }
        }
        record(.responseTime, 300_000_000, times: 50)
        record(.failedTime, 300_000_000, times: 50)
        record(.ttfb, 100_000_000, times: 50)
        record(.ttft, 100_000_000, times: 50)
        record(.interEvent, 10_000_000, times: 1_000)
        record(.stallTime, 100_000_000, times: 50)
        let own = recorded.indices.reduce(0) { $0 + recorded[$1].allocatedBytes }
        let copy = recorded.indices.reduce(0) { $0 + Distribution(recorded[$1]).buckets.allocatedBytes }
        // One that is being made, one that is published, and one that a report is made of.
        let all = rows * (own + 3 * copy)
        #expect(all < 100_000_000, "\(own) + 3 * \(copy) bytes a row")
    }

    @Test(
        "of 20,000 conversations of 5 turns take next to nothing before anything is recorded",
        .enabled(if: dlsym(nil, "__tsan_init") == nil, "the thread sanitizer's shadow of memory is resident too")
    )
    func unused() throws {
        func residentBytes() throws -> Int {
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            return try #require(Int(text.split(separator: " ")[1])) * 4_096
        }
        // Other tests run at the same time: the least of some.
        let taken = try (0..<5).map { _ in
            let before = try residentBytes()
            let recorder = MetricsRecorder(turnCounts: Array(repeating: 5, count: 20_000))
            let copies = PublishedRows(of: recorder, hasDistributions: true)
            copies.copyAll()
            #expect(copies.rows.allSatisfy { $0.hasNoSamples })
            return try residentBytes() - before
        }.min()
        #expect(try #require(taken) < 20_000_000)
    }
}
