extension ReportFormat {
    /// Locust's `--json`.
    static let printedJSON = locustJSON(
        name: "printed-json",
        option: ReportOption(
            "json",
            help: "Print the result on stdout, in the structure of Locust's --json.",
            value: .flag
        ),
        offer: .none(because: "it is the file of --json-file")
    )

    /// Locust's `--json-file`, whose users leave out the ending.
    static let json = locustJSON(
        name: "json",
        option: ReportOption(
            "json-file",
            help: "Write what --json prints to NAME.json.",
            value: .file(ending: ".json"),
            valueName: "name"
        ),
        offer: .download(
            ReportDownload(
                path: "stats/json",
                title: "Statistics (JSON)",
                about: "The structure of Locust’s --json."
            )
        )
    )

    private static func locustJSON(name: String, option: ReportOption, offer: Offer) -> ReportFormat {
        ReportFormat(
            name: name,
            option: option,
            mediaType: "application/json",
            fileName: "requests.json",
            offer: offer,
            content: .result { try LocustJSON($0.summary, by: $0.grouping).json() }
        )
    }
}
