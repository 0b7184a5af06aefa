import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

/// Intervals with 95 % confidence hold the truth in 93 to 97 % of 1,000 seeded pairs of runs.
@Suite("The intervals of a comparison")
struct CoverageTests {
    private static let pairs = 1_000
    private static let expected = 0.93...0.97
    private static let deviations = ["p50": 0.0, "p90": 1.2815515655]

    /// First tokens that are lognormally distributed; in each second the server may be slower or faster as a whole.
    private static func run(
        medianMs: Double,
        sigma: Double,
        ofSeconds: Double = 0,
        seconds: Int,
        perSecond: Int,
        hasSeries: Bool,
        _ random: inout SeededRandom
    ) -> DrawnRun {
        DrawnRun(
            firstTokensMs: (0..<seconds).map { _ in
                let second = ofSeconds * random.normal()
                return (0..<perSecond).map { _ in medianMs * exp(second + sigma * random.normal()) }
            },
            hasSeries: hasSeries
        )
    }

    private static func quantile(_ median: Double, _ sigma: Double, _ z: Double) -> Double { median * exp(sigma * z) }

    /// First tokens that are exponentially distributed, behind a time that every one takes.
    private static func exponentialRun(
        leastMs: Double,
        meanMs: Double,
        seconds: Int,
        perSecond: Int,
        hasSeries: Bool,
        _ random: inout SeededRandom
    ) -> DrawnRun {
        DrawnRun(
            firstTokensMs: (0..<seconds).map { _ in (0..<perSecond).map { _ in leastMs + meanMs * random.exponential() }
            },
            hasSeries: hasSeries
        )
    }

    @Test("of percentiles and means hold, whether the seconds are known or not", arguments: [false, true])
    func percentiles(hasSeries: Bool) {
        var random = SeededRandom(seed: 7)
        var coverage = Coverage()
        var truth = ["ttft.mean": 45.0]
        for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95)] {
            truth["ttft.\(name)"] = 15 - 30 * log(1 - share)
        }
        for _ in 0..<Self.pairs {
            coverage.add(
                Self.exponentialRun(leastMs: 5, meanMs: 100, seconds: 30, perSecond: 30, hasSeries: hasSeries, &random),
                Self.exponentialRun(
                    leastMs: 20,
                    meanMs: 130,
                    seconds: 30,
                    perSecond: 40,
                    hasSeries: hasSeries,
                    &random
                ),
                truth: truth
            )
        }
        for name in truth.keys.sorted() {
            #expect(Self.expected.contains(coverage[name]), "\(name): \(coverage[name])")
        }
    }

    @Test("of percentiles hold of runs of the same, of which a change is found in 5 %")
    func same() {
        var random = SeededRandom(seed: 8)
        var coverage = Coverage()
        let truth = ["ttft.p50": 0.0, "ttft.p90": 0, "ttft.p95": 0, "ttft.p99": 0]
        for _ in 0..<Self.pairs {
            let runs = (0..<2).map { _ in
                Self.exponentialRun(leastMs: 5, meanMs: 100, seconds: 25, perSecond: 100, hasSeries: false, &random)
            }
            coverage.add(runs[0], runs[1], truth: truth)
        }
        for name in truth.keys.sorted() {
            #expect(Self.expected.contains(coverage[name]), "\(name): \(coverage[name])")
            #expect(abs(coverage.found(name) + coverage[name] - 1) < 1e-9)
        }
    }

    @Test("of the slowest percent of few samples are too wide rather than too narrow")
    func tails() {
        var random = SeededRandom(seed: 13)
        var coverage = Coverage()
        for _ in 0..<Self.pairs {
            let runs = (0..<2).map { _ in
                Self.exponentialRun(leastMs: 5, meanMs: 100, seconds: 10, perSecond: 40, hasSeries: false, &random)
            }
            coverage.add(runs[0], runs[1], truth: ["ttft.p99": 0])
        }
        #expect(coverage["ttft.p99"] > 0.93, "\(coverage["ttft.p99"])")
    }

    @Test("of a server that is slow for seconds are wider by what its seconds differ")
    func clusters() {
        func coverage(hasSeries: Bool) -> Coverage {
            var random = SeededRandom(seed: 9)
            var coverage = Coverage()
            // Normal of normal is normal.
            let sigma = (0.6 * 0.6 + 0.3 * 0.3).squareRoot()
            let truth = Dictionary(
                uniqueKeysWithValues: Self.deviations.map { name, z in
                    ("ttft.\(name)", Self.quantile(120, sigma, z) - Self.quantile(100, sigma, z))
                }
            )
            for _ in 0..<Self.pairs {
                let runs = [100.0, 120].map { median in
                    Self.run(
                        medianMs: median,
                        sigma: 0.6,
                        ofSeconds: 0.3,
                        seconds: 30,
                        perSecond: 30,
                        hasSeries: hasSeries,
                        &random
                    )
                }
                coverage.add(runs[0], runs[1], truth: truth)
            }
            return coverage
        }
        let (blind, knowing) = (coverage(hasSeries: false), coverage(hasSeries: true))
        for name in ["ttft.p50", "ttft.p90"] {
            #expect(Self.expected.contains(knowing[name]), "\(name): \(knowing[name])")
            #expect(blind[name] < 0.85, "\(name): \(blind[name])")
        }
    }

    @Test("of rates hold, however unevenly turns end")
    func rates() {
        var random = SeededRandom(seed: 10)
        var coverage = Coverage()
        func counts(_ mean: Double, _ variation: Double, seconds: Int) -> [UInt64] {
            (0..<seconds).map { _ in UInt64(max(mean * (1 + variation * random.normal()), 0).rounded()) }
        }
        for _ in 0..<Self.pairs {
            coverage.add(
                DrawnRun(turnsPerSecond: counts(50, 0.15, seconds: 60)),
                DrawnRun(turnsPerSecond: counts(55, 0.3, seconds: 40)),
                truth: ["turns.per_s": 5]
            )
        }
        #expect(Self.expected.contains(coverage["turns.per_s"]), "\(coverage["turns.per_s"])")
    }

    @Test("of shares hold, rare ones too", arguments: [(0.05, 0.08), (0.3, 0.3), (0.01, 0.02)])
    func shares(before: Double, after: Double) {
        var random = SeededRandom(seed: 11)
        var coverage = Coverage()
        func failed(_ share: Double, of count: Int) -> UInt64 {
            (0..<count).reduce(into: UInt64(0)) { sum, _ in if random.fraction() < share { sum += 1 } }
        }
        for _ in 0..<Self.pairs {
            coverage.add(
                DrawnRun(failed: failed(before, of: 800), of: 800),
                DrawnRun(failed: failed(after, of: 600), of: 600),
                truth: ["failures.rate": after - before]
            )
        }
        #expect(Self.expected.contains(coverage["failures.rate"]), "\(coverage["failures.rate"])")
    }

    @Test("are none of percentiles for which there are too few samples")
    func tooFew() throws {
        var random = SeededRandom(seed: 12)
        let runs = (0..<2).map { _ in
            Self.run(medianMs: 100, sigma: 0.5, seconds: 10, perSecond: 10, hasSeries: false, &random)
        }
        let numbers = RunComparison(runs[0].summary, runs[1].summary).numbers
        func finding(_ name: String) -> ComparedNumber.Finding? { numbers.first { $0.name == name }?.finding }
        // The greatest of 100 is below the 99th percentile in more than a third of the cases.
        #expect(finding("ttft.p99") == .unknown && finding("ttft.p99.9") == .unknown)
        #expect(finding("ttft.p95") != .unknown && finding("ttft.p50") != .unknown)
    }

    @Test("of Student's t are those of tables", arguments: [(3, 3.182), (7, 2.365), (19, 2.093), (31, 2.040)])
    func student(freedom: Double, deviations: Double) {
        #expect(abs(Confidence.studentDeviations(freedom: freedom) / deviations - 1) < 0.01)
    }

    @Test("have the ranks of tables of the binomial distribution")
    func ranks() throws {
        // Of 100 values the median is between the 40th and the 61st with 96.5 %; 95 % is a little less.
        let ranks = BinomialRanks(of: 0.5, count: 100)
        let (lower, upper) = try (#require(ranks.lower), #require(ranks.upper))
        #expect((40...41).contains(lower) && (60...61).contains(upper))
        #expect(abs(lower + upper - 101) < 1e-9)
        // The normal distribution goes on where the other one ends.
        let (exact, normal) = (BinomialRanks(of: 0.5, count: 3_999), BinomialRanks(of: 0.5, count: 4_001))
        #expect(abs(try #require(exact.lower) - (try #require(normal.lower))) < 1.5)
        #expect(BinomialRanks(of: 0.5, count: 5).upper == nil && BinomialRanks(of: 0.5, count: 6).upper != nil)
        #expect(BinomialRanks(of: 0.99, count: 367).upper == nil && BinomialRanks(of: 0.99, count: 369).upper != nil)
    }
}
