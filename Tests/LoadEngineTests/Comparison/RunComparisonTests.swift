import Foundation
import LoadReports
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Two runs, compared")
struct RunComparisonTests {
    /// A run whose first tokens are around a time.
    private static func run(_ medianMs: Double, seed: UInt64 = 1) -> Summary {
        var random = SeededRandom(seed: seed)
        return DrawnRun(
            firstTokensMs: (0..<20).map { _ in (0..<50).map { _ in medianMs * exp(0.3 * random.normal()) } }
        ).summary
    }

    private static func number(_ name: String, _ comparison: RunComparison) throws -> ComparedNumber {
        try #require(comparison.numbers.first { $0.name == name })
    }

    @Test("differ by what their numbers differ, and are said to where that is more than noise")
    func changes() throws {
        let comparison = RunComparison(Self.run(100), Self.run(120, seed: 2))
        let median = try Self.number("ttft.p50", comparison)
        #expect(median.finding == .changed)
        #expect(try abs(#require(median.change) - 0.2) < 0.05)
        let same = RunComparison(Self.run(100), Self.run(100, seed: 3))
        #expect(try Self.number("ttft.p50", same).finding == .noise)
        #expect(same.isFair && same.differences == [])
        // What only one has is told, not left out.
        var without = Self.run(100)
        without.result.total[.ttft] = nil
        let missing = try Self.number("ttft.p95", RunComparison(without, Self.run(100)))
        #expect(
            missing.before == nil && missing.after != nil && missing.difference == nil && missing.finding == .unknown
        )
    }

    @Test(
        "fail by a limit",
        arguments: [
            ("ttft.p50 > +10%", true), ("ttft.p50 > +30%", false), ("ttft.p50 > +5ms", true), ("ttft.p50 > +1s", false),
            ("ttft.p50 < -1%", false), ("ttft.count > +5", false), ("turns.per_s < -5%", false),
            ("failures.rate > +1pp", false), ("inter_event.p99 > +10%", true), ("ttft.p50>=+10%", true),
            ("a/ttft.p50 > +10%", true), ("ttft.mean > +10%", true), ("failures.rate > +10%", false),
        ]
    )
    func limits(text: String, fails: Bool) throws {
        let comparison = RunComparison(Self.run(100), Self.run(120, seed: 2), limits: [try ChangeLimit.parse(text)])
        #expect(comparison.hasFailed == fails, "\(comparison.limits)")
    }

    @Test("from nothing to something is more than any percentage")
    func fromNothing() throws {
        let limit = try ChangeLimit.parse("failures.rate > +500%")
        let (none, some) = (DrawnRun(failed: 0, of: 100).summary, DrawnRun(failed: 1, of: 100).summary)
        #expect(RunComparison(none, some, limits: [limit]).hasFailed)
        #expect(!RunComparison(none, none, limits: [limit]).hasFailed)
        #expect(!RunComparison(some, none, limits: [limit]).hasFailed)
    }

    @Test("fail by no noise where that is asked for")
    func noise() throws {
        let limit = try ChangeLimit.parse("ttft.p95 > +0.01%")
        let runs = [Self.run(100, seed: 4), Self.run(100, seed: 5)].sorted {
            ($0[.ttft]?.percentileNs(95) ?? 0) < ($1[.ttft]?.percentileNs(95) ?? 0)
        }
        #expect(RunComparison(runs[0], runs[1], limits: [limit]).hasFailed)
        #expect(!RunComparison(runs[0], runs[1], limits: [limit], ignoresNoise: true).hasFailed)
        let changed = RunComparison(Self.run(100), Self.run(150), limits: [limit], ignoresNoise: true)
        #expect(changed.hasFailed)
    }

    @Test(
        "have limits that are refused when they are none",
        arguments: [
            ("", "0"), ("ttft.p95", "an operator"), ("ttft.p95 > 10%", "a sign"),
            ("ttft.p95 > +10", "such as +10% or +50ms"),
            ("ttft.p95 > +x%", "a percentage"), ("failures.rate > +1", "percentage points"),
            ("foo.p95 > +1%", "no number of a run"),
            ("ttft.p95 > +10% x", "the end"), ("turns.per_s < -5ms", "a percentage or a number"),
            ("ttft.p95 > +", "such as"),
            ("ttft.p95 > +1e5%", "a percentage"), ("failures.rate > +1..2pp", "percentage points"),
        ]
    )
    func wrongLimits(text: String, why: String) {
        let error = #expect(throws: ExpressionError.self) { try ChangeLimit.parse(text) }
        if !text.isEmpty {
            #expect(
                "\(String(describing: error))".contains(why) || (error?.line.contains(why) == true),
                "\(String(describing: error))"
            )
        }
    }

    @Test("are unfair where the load, the users or the counting differ, and that is said")
    func unfair() throws {
        let before = Self.run(100)
        func differences(_ change: (inout Summary) -> Void) -> [String] {
            var after = Self.run(100, seed: 2)
            change(&after)
            return RunComparison(before, after).differences.map { "\($0.weight.rawValue): \($0.text)" }
        }
        #expect(
            differences { $0.configuration["users"] = "7" } == [
                "unfair: --users: not set before, 7 after: the load differs"
            ]
        )
        #expect(differences { $0.configuration["think-time"] = "3s" }[0].contains("the users do other things"))
        #expect(differences { $0.configuration["stall-after"] = "3s" }[0].contains("counted otherwise"))
        #expect(differences { $0.configuration["html"] = "x.html" } == [])
        #expect(differences { $0.configuration["host"] = "http://b" }[0].hasPrefix("note: --host"))
        #expect(differences { $0.configuration["seed"] = "5" }[0].hasPrefix("note: --seed"))
        #expect(differences { $0.run.durationS = 40 }[0].hasPrefix("unfair: they took 20.0 s and 40.0 s"))
        #expect(differences { $0.run.verdict = .generatorBound }[0].contains("the second run was generator-bound"))
        #expect(differences { $0.run.users = 9 }[0].contains("1 user before, 9 after"))
        #expect(differences { $0.run.host = "http://b" }[0].contains("note: the host is"))
        #expect(differences { $0.result.layout = RunLayout([]) }[0].contains("not the same"))
        #expect(
            differences { $0.result.generator.lostProcesses = ["process 1 was lost"] }[0].contains("process 1 was lost")
        )
        #expect(differences { $0.result.total[.completed] = 3 }.contains { $0.contains("only 3 turns") })
    }

    @Test("are told of as text, as JSON and as a page")
    func reports() throws {
        var after = Self.run(120, seed: 2)
        after.configuration["users"] = "<7>"
        let comparison = RunComparison(Self.run(100), after, limits: [try ChangeLimit.parse("ttft.p95 > +10%")])
        let text = ComparisonReport(comparison).text
        #expect(text.contains("Unfair         --users: not set before, <7> after: the load differs"))
        #expect(text.contains(/ttft\.p50 +[\d.]+.ms +[\d.]+.ms +\+[\d.]+.% .* to .*beyond noise/), "\(text)")
        #expect(text.contains("Limit          FAILED  ttft.p95 > +10%: +"))
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(try comparison.json())) as? [String: Any]
        )
        #expect(json["schema"] as? String == "loadtest.comparison/1")
        #expect(json["fair"] as? Bool == false)
        let numbers = try #require(json["numbers"] as? [[String: Any]])
        #expect(numbers.contains { $0["name"] as? String == "ttft.p95" && $0["finding"] as? String == "changed" })
        let page = String(decoding: try ComparisonPage(comparison, chartLibrary: "// charts").html(), as: UTF8.self)
        #expect(page.contains("&lt;7&gt;") && !page.contains("<7>"))
        #expect(page.contains("p95 before") && page.contains("p95 after") && page.contains("chart-distribution"))
        let without = String(decoding: try ComparisonPage(comparison, chartLibrary: nil).html(), as: UTF8.self)
        #expect(without.contains("There are no charts") && !without.contains("<canvas"))
    }
}
