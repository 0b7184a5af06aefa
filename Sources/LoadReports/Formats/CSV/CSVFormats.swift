extension ReportFormat {
    static let statsCSV = csv(
        "stats",
        path: "stats/requests/csv",
        fileName: "requests.csv",
        title: "Request statistics",
        about: "Locust’s _stats.csv: requests, failures and response times of each row.",
        content: .rows { LocustCSV($0).stats }
    )

    static let failuresCSV = csv(
        "failures",
        path: "stats/failures/csv",
        fileName: "failures.csv",
        title: "Failures",
        about: "Locust’s _failures.csv: what failed, and how often.",
        content: .rows { LocustCSV($0).failures }
    )

    static let exceptionsCSV = csv(
        "exceptions",
        path: "exceptions/csv",
        fileName: "exceptions.csv",
        title: "Exceptions",
        about: "Locust’s _exceptions.csv: problems of the generator itself.",
        content: .rows { LocustCSV($0).exceptions }
    )

    static let historyCSV = csv(
        "stats_history",
        path: "stats/requests_full_history/csv",
        fileName: "requests_full_history.csv",
        title: "History",
        about: "Locust’s _stats_history.csv: the run over time.",
        content: .history
    )

    static let streamingCSV = csv(
        "streaming",
        path: "stats/streaming/csv",
        fileName: "streaming.csv",
        title: "Streaming",
        about: "First tokens, gaps between events, stalls and tokens of each row.",
        content: .rows { StreamingCSV($0).text }
    )

    /// One of the files whose names begin alike.
    private static func csv(
        _ name: String,
        path: String,
        fileName: String,
        title: String,
        about: String,
        content: Content
    ) -> ReportFormat {
        ReportFormat(
            name: "\(name)-csv",
            option: .csv,
            suffix: "_\(name).csv",
            mediaType: "text/csv; charset=utf-8",
            fileName: fileName,
            offer: .download(ReportDownload(path: path, title: "\(title) (CSV)", about: about)),
            content: content
        )
    }
}

extension ReportOption {
    /// What the CSV files begin with.
    package static let csv = ReportOption(
        "csv",
        help: "Write Locust's CSV files PREFIX_stats.csv, PREFIX_failures.csv and PREFIX_exceptions.csv, and "
            + "PREFIX_streaming.csv. A run writes them anew every second, less often when they have thousands "
            + "of rows, and PREFIX_stats_history.csv too.",
        value: .prefix,
        valueName: "prefix"
    )
}
