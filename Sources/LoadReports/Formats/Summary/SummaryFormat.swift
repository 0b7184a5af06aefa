extension ReportFormat {
    /// The complete result, from which all others are written again.
    package static let summary = ReportFormat(
        name: "summary",
        option: ReportOption(
            "summary",
            help: "Write the complete result to this file, as JSON.",
            value: .file(),
            isOfRun: true
        ),
        mediaType: "application/json",
        fileName: "summary.json",
        offer: .download(
            ReportDownload(
                path: "stats/summary",
                title: "Summary (JSON)",
                about: "The whole result, which loadtest report reads; after the run.",
                isAfterRun: true
            )
        ),
        content: .result { try $0.summary.json() }
    )
}
