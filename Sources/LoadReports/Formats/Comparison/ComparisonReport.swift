/// Two runs side by side, as text.
public struct ComparisonReport {
    private let comparison: RunComparison

    /// Prepares the text of a comparison.
    ///
    /// - Parameter comparison: The comparison.
    public init(_ comparison: RunComparison) { self.comparison = comparison }

    /// The text, each line ended.
    public var text: String {
        let head = [
            "Before         \(RunComparison.text(of: comparison.before))",
            "After          \(RunComparison.text(of: comparison.after))",
        ]
        let differences = comparison.differences.map { difference in
            (difference.weight == .unfair ? "Unfair         " : "Note           ") + difference.text
        }
        let limits = comparison.limits.map { "Limit          \($0.text)" }
        return (head + differences + [""] + table + ["", RunComparison.method] + (limits.isEmpty ? [] : [""] + limits))
            .map { $0 + "\n" }.joined()
    }

    private var table: [String] {
        let titles = ["Number", "Before", "After", "Change", "95 % interval"]
        let rows = comparison.numbers.map { number in
            [
                number.name, number.text(of: number.before), number.text(of: number.after), number.changeText,
                number.intervalText,
            ]
        }
        let widths = titles.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String], _ finding: String) -> String {
            let columns = cells.indices.map { column in
                column == 0 ? cells[0].padded(widths[0]) : cells[column].leading(widths[column])
            }
            return (columns + [finding]).joined(separator: "  ")
        }
        let lines = zip(rows, comparison.numbers).map { line($0, $1.findingText) }
        let head = line(titles, "Finding")
        return [head, String(repeating: "-", count: head.count)] + lines
    }
}
