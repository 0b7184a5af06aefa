import Foundation
import LoadEngine
import LoadModel
import Testing

@Suite struct ThinkTimeTests {
    // MARK: Text

    @Test(arguments: [
        ("3s", ThinkTime.constant(.seconds(3))), ("0", .constant(.zero)), (" 1m30s ", .constant(.seconds(90))),
        ("2.5", .constant(.milliseconds(2_500))), ("24h", .constant(.seconds(86_400))), ("off", .off),
        ("uniform(1s, 5s)", .uniform(.seconds(1), .seconds(5))),
        ("uniform( 250ms ,1m )", .uniform(.milliseconds(250), .seconds(60))),
        ("uniform(2s,2s)", .uniform(.seconds(2), .seconds(2))),
        ("exponential(4s)", .exponential(mean: .seconds(4))), ("exponential (4)", .exponential(mean: .seconds(4))),
        ("lognormal(3s, 0.8)", .logNormal(median: .seconds(3), sigma: 0.8)),
    ])
    func readsWhatDesignSays(_ text: String, _ expected: ThinkTime) throws {
        let time = try ThinkTime.parse(text)
        #expect(time == expected)
        #expect(try ThinkTime.parse("\(time)") == time)
        #expect(try JSONDecoder().decode(ThinkTime.self, from: try JSONEncoder().encode(time)) == time)
    }

    @Test(arguments: [
        ("", 0, "expected a duration"), ("3x", 1, "unknown unit 'x'"), ("-3s", 0, "it is negative"),
        ("25h", 0, "24h at most"),
        ("exponental(4s)", 0, "did you mean 'exponential'?"), ("normal(4s)", 0, "'normal' is no time to think"),
        ("On", 0, "write 3s, uniform(1s, 5s), exponential(4s), lognormal(3s, 0.8) or off"),
        ("exponential", 11, "expected '(', as in exponential(4s), found the end"),
        ("exponential(4s", 14, "expected ')'"), ("exponential(4s) x", 16, "expected the end"),
        ("exponential(0s)", 12, "the mean must be over 0"), ("exponential()", 12, "expected a duration"),
        ("uniform(5s, 1s)", 12, "cannot be shorter than the first"),
        ("uniform(5s)", 10, "expected ',' and a second value"),
        ("uniform(1s, 5q)", 13, "unknown unit 'q'"), ("uniform(1s, 30h)", 12, "24h at most"),
        ("lognormal(3s, 0x1)", 14, "sigma is a number"), ("lognormal(3s, x)", 14, "sigma is a number over 0"),
        ("lognormal(3s, 0)", 14, "sigma is a number over 0"),
        ("lognormal(3s, 11)", 14, "at most 10"), ("lognormal(0, 1)", 10, "the median must be over 0"),
        ("off please", 0, "did you mean 'off'?"),
    ])
    func tellsWhereATimeIsWrong(_ text: String, _ offset: Int, _ problem: String) throws {
        let error = try #require(throws: ExpressionError.self) { try ThinkTime.parse(text) }
        if text != "off please" { #expect(error.problem.contains(problem), "\(error.problem)") }
        #expect(error.offset == offset || text == "off please", "\(error)")
    }

    // MARK: Times

    private static func times(_ time: ThinkTime, count: Int = 100_000, seed: UInt64 = 7) -> [Double] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in Double(time.nextNs(using: &random)) / 1e9 }
    }

    @Test func aConstantTimeIsAlwaysTheSame() {
        #expect(Set(Self.times(.constant(.milliseconds(1_500)), count: 100)) == [1.5])
        #expect(Set(Self.times(.off, count: 100)) == [0])
    }

    @Test func uniformTimesLieEvenlyBetweenTheirEnds() {
        let times = Self.times(.uniform(.seconds(1), .seconds(5))).sorted()
        #expect(times.first.map { (1..<1.001).contains($0) } == true)
        #expect(times.last.map { (4.999...5).contains($0) } == true)
        for share in stride(from: 0.1, to: 1, by: 0.1) {
            #expect(abs(times[Int(share * 100_000)] - (1 + 4 * share)) < 0.03)
        }
    }

    @Test func exponentialTimesHaveTheirMeanAndTheirTail() {
        let times = Self.times(.exponential(mean: .seconds(4))).sorted()
        #expect(abs(times.reduce(0, +) / 100_000 - 4) < 0.05)
        // P(time > t) = e^(-t / mean)
        for share in [0.1, 0.5, 0.9, 0.99] {
            let expected = -4 * log(1 - share)
            #expect(abs(times[Int(share * 100_000)] - expected) < 0.05 * expected)
        }
    }

    @Test func logNormalTimesHaveTheirMedianAndTheirSpread() {
        let times = Self.times(.logNormal(median: .seconds(3), sigma: 0.8)).sorted()
        #expect(abs(times[50_000] - 3) < 0.05)
        // 68.27 % within one sigma of the logarithm, 95.45 % within two.
        for (sigmas, share) in [(1.0, 0.6827), (2, 0.9545)] {
            let factor = exp(sigmas * 0.8)
            let within = times.count { $0 > 3 / factor && $0 < 3 * factor }
            #expect(abs(Double(within) / 100_000 - share) < 0.005)
        }
        // mean = median × e^(sigma² / 2)
        let mean = times.reduce(0, +) / 100_000
        #expect(abs(mean - 3 * exp(0.32)) < 0.1)
    }

    @Test func theSameSeedGivesTheSameTimes() {
        for time in [
            ThinkTime.uniform(.zero, .seconds(9)), .exponential(mean: .seconds(1)),
            .logNormal(median: .seconds(1), sigma: 1),
        ] {
            #expect(Self.times(time, count: 50, seed: 1) == Self.times(time, count: 50, seed: 1))
            #expect(Self.times(time, count: 50, seed: 1) != Self.times(time, count: 50, seed: 2))
        }
    }

    @Test func noTimeIsLongerThanADay() {
        let times = Self.times(.logNormal(median: .seconds(80_000), sigma: 10), count: 1_000)
        #expect(times.max() == 86_400)
        #expect(times.min().map { $0 < 86_400 } == true)
        #expect(Self.times(.constant(.seconds(1_000_000)), count: 1) == [86_400])
        // What no text can say neither crashes nor waits for ever.
        for time in [
            ThinkTime.logNormal(median: .seconds(-1), sigma: .nan), .uniform(.seconds(5), .seconds(-5)),
            .exponential(mean: .seconds(Int64.max)), .constant(.seconds(-1)),
        ] {
            #expect(Self.times(time, count: 100).allSatisfy { (0...86_400).contains($0) })
        }
    }

    // MARK: Whose

    @Test func aTurnSaysItBeforeItsConversationAndThatBeforeTheRun() {
        var conversation = Conversation(
            name: "a",
            invocations: 1,
            turns: (0..<3).map { .init(role: "user", content: "\($0)") }
        )
        let (turns, own, runs) = (
            ThinkTime.constant(.seconds(1)), ThinkTime.constant(.seconds(2)), ThinkTime.constant(.seconds(3))
        )
        func all(runs: ThinkTime?) -> [ThinkTime] {
            conversation.turns.indices.map { conversation.thinkTime(beforeTurn: $0, runs: runs) }
        }
        #expect(all(runs: nil) == [.off, .off, .off])
        #expect(all(runs: runs) == [.off, runs, runs])
        conversation.thinkTime = own
        conversation.turns[2].thinkTime = turns
        #expect(all(runs: nil) == [.off, own, turns])
        #expect(all(runs: runs) == [.off, own, turns])
        #expect(all(runs: .off) == [.off, .off, .off])
        conversation.thinkTime = .off
        #expect(all(runs: runs) == [.off, .off, turns])
    }
}
