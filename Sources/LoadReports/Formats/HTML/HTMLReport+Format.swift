extension ReportFormat {
    /// The page with charts and tables.
    static let html = ReportFormat(
        name: "html",
        option: ReportOption(
            "html",
            help: "Write the result to this file as one page of HTML with charts, which opens offline.",
            value: .file()
        ),
        mediaType: "text/html; charset=utf-8",
        fileName: "report.html",
        offer: .download(
            ReportDownload(path: "stats/report", title: "HTML report", about: "One file with charts and tables.")
        ),
        page: ReportPage(styleSheet: HTMLReport.styleSheet, programs: HTMLReport.programs),
        content: .result { material in
            try HTMLReport(
                material.summary,
                by: material.grouping,
                chartLibrary: material.chartLibrary,
                goesOn: material.goesOn
            ).html()
        }
    )
}
