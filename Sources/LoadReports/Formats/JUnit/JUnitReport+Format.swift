extension ReportFormat {
    /// Test cases, for a build server.
    static let junit = ReportFormat(
        name: "junit",
        option: ReportOption(
            "junit",
            help: "Write conversations and thresholds as JUnit test cases to this file.",
            value: .file()
        ),
        mediaType: "application/xml",
        fileName: "junit.xml",
        offer: .none(because: "build servers read the file of a command that ended"),
        content: .result { Array(JUnitReport($0.summary).text.utf8) }
    )
}
