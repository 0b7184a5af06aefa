import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A metric")
struct MetricTests {
    @Test("means in docs/numbers.md what all reports say", arguments: Metric.allCases)
    func formula(metric: Metric) throws {
        let text = try String(contentsOfFile: "docs/numbers.md", encoding: .utf8)
        #expect(text.contains("\n| `\(metric.label)` | \(metric.formula)"), "\(metric.formula)")
    }
}

@Suite("The page about numbers")
struct NumbersPageTests {
    @Test("explains every outcome", arguments: TurnOutcome.allCases)
    func complete(outcome: TurnOutcome) throws {
        let text = try String(contentsOfFile: "docs/numbers.md", encoding: .utf8)
        let rows = text.components(separatedBy: "\n## Outcomes\n").last?.split(separator: "\n") ?? []
        #expect(rows.contains { $0.hasPrefix("| ") && $0.contains("`\(outcome.label)`") })
    }
}
