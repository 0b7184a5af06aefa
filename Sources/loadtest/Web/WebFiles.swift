import LoadEngine

/// The files of the page, which the program carries, and Chart.js, as the system has it.
struct WebFiles: Sendable {
    /// One file.
    struct File: Sendable {
        let bytes: [UInt8]
        let type: String
    }

    private static let script = "text/javascript; charset=utf-8"
    private let assets: [String: File]
    let index = File(bytes: PackageResources.index_html, type: "text/html; charset=utf-8")

    /// - Parameter chartLibrary: The source of Chart.js; nil where there is none.
    init(chartLibrary: String?) {
        let scripts = [
            "api.js": PackageResources.api_js, "charts.js": PackageResources.charts_js,
            "dom.js": PackageResources.dom_js,
            "downloads.js": PackageResources.downloads_js, "fields.js": PackageResources.fields_js,
            "form.js": PackageResources.form_js, "format.js": PackageResources.format_js,
            "generator.js": PackageResources.generator_js, "head.js": PackageResources.head_js,
            "live.js": PackageResources.live_js, "log.js": PackageResources.log_js, "main.js": PackageResources.main_js,
            "picker.js": PackageResources.picker_js, "rules.js": PackageResources.rules_js,
            "statistics.js": PackageResources.statistics_js, "streaming.js": PackageResources.streaming_js,
            "tables.js": PackageResources.tables_js, "tabs.js": PackageResources.tabs_js,
            "theme.js": PackageResources.theme_js,
        ]
        var assets = scripts.mapValues { File(bytes: $0, type: Self.script) }
        assets["page.css"] = File(bytes: PackageResources.page_css, type: "text/css; charset=utf-8")
        assets["favicon.svg"] = File(bytes: PackageResources.favicon_svg, type: "image/svg+xml")
        // Empty where it is missing: the page says so itself.
        assets["chart.js"] = File(bytes: Array((chartLibrary ?? "").utf8), type: Self.script)
        self.assets = assets
    }

    /// A file by its name; nil where there is none.
    subscript(name: some StringProtocol) -> File? { assets[String(name)] }
}
