extension ReportFormat {
    /// The text that a command ends with.
    static let text = ReportFormat(
        name: "text",
        option: nil,
        mediaType: "text/plain; charset=utf-8",
        fileName: "report.txt",
        offer: .none(because: "the page has the same tables"),
        content: .result { Array(TextReport($0).text.utf8) }
    )
}

/// The text that a command ends with: Locust's tables, what they do not know, and the thresholds.
public struct TextReport {
    private let material: ReportMaterial

    /// Prepares the text of a result.
    ///
    /// - Parameter material: The result, and how it is to be shown.
    public init(_ material: ReportMaterial) { self.material = material }

    /// The text, with an empty line before each part.
    public var text: String {
        let summary = material.summary
        let tables = LocustTables(summary, by: material.grouping, nameWidth: material.nameWidth)
        let parts = [
            // Why all the rest is empty comes first.
            summary.unreachable.map { $0 + "\n" }, tables.text, StreamingReport(summary).text,
            summary.thresholds.isEmpty ? nil : ThresholdReport(summary).text,
        ]
        return parts.compactMap { part in part.map { "\n" + $0 } }.joined()
    }
}
