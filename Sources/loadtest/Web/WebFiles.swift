import LoadEngine
import LoadReports

/// The files of the page, which the program carries, those that it has in common with the report, and Chart.js, as the
/// system has it.
struct WebFiles: Sendable {
    /// One file.
    struct File: Sendable {
        let bytes: [UInt8]
        let type: String
    }

    private static let style = "text/css; charset=utf-8"
    private static let script = "text/javascript; charset=utf-8"
    private let assets: [String: File]
    let index = File(bytes: PackageResources.index_html, type: "text/html; charset=utf-8")

    /// - Parameter chartLibrary: The source of Chart.js; nil where there is none.
    init(chartLibrary: String?) {
        let scripts = [
            "api.js": PackageResources.api_js, "charts.js": PackageResources.charts_js,
            "dom.js": PackageResources.dom_js, "downloads.js": PackageResources.downloads_js,
            "fields.js": PackageResources.fields_js, "form.js": PackageResources.form_js,
            "generator.js": PackageResources.generator_js, "head.js": PackageResources.head_js,
            "library.js": PackageResources.library_js, "live.js": PackageResources.live_js,
            "load.js": PackageResources.load_js, "log.js": PackageResources.log_js, "main.js": PackageResources.main_js,
            "picker.js": PackageResources.picker_js, "preview.js": PackageResources.preview_js,
            "rules.js": PackageResources.rules_js, "stages.js": PackageResources.stages_js,
            "statistics.js": PackageResources.statistics_js, "streaming.js": PackageResources.streaming_js,
            "tables.js": PackageResources.tables_js, "tabs.js": PackageResources.tabs_js,
            "tokens.js": PackageResources.tokens_js,
        ]
        var assets = scripts.mapValues { File(bytes: $0, type: Self.script) }
        for file in [PageKit.theme, PageKit.format, PageKit.drawing] {
            assets[file.name] = File(file, type: Self.script)
        }
        assets["page.css"] = File(bytes: PackageResources.page_css, type: Self.style)
        assets[PageKit.styleSheet.name] = File(PageKit.styleSheet, type: Self.style)
        assets["favicon.svg"] = File(bytes: PackageResources.favicon_svg, type: "image/svg+xml")
        // Empty where it is missing: the page says so itself.
        assets["chart.js"] = File(bytes: Array((chartLibrary ?? "").utf8), type: Self.script)
        self.assets = assets
    }

    /// A file by its name; nil where there is none.
    subscript(name: some StringProtocol) -> File? { assets[String(name)] }
}

extension WebFiles.File {
    /// A file that the report has too.
    fileprivate init(_ file: PageKit.File, type: String) { self.init(bytes: Array(file.text.utf8), type: type) }
}
