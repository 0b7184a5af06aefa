import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A metric")
struct MetricTests {
    @Test("means in the README what all reports say", arguments: Metric.allCases)
    func readme(metric: Metric) throws {
        let text = try String(contentsOfFile: "README.md", encoding: .utf8)
        #expect(text.contains("\n| `\(metric.label)` | \(metric.formula)"), "\(metric.formula)")
    }
}
