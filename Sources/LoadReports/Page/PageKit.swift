/// What the page of a run and its report have in common: tokens and boxes, the theme, numbers and charts.
package enum PageKit {
    /// A file, as its source is.
    package struct File: Sendable {
        package let name: String
        package let text: String

        fileprivate init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            text = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Colours, spaces and boxes; a page's own rules come behind them.
    package static let styleSheet = File("kit.css", PackageResources.kit_css)
    /// The theme, before a page is drawn: no module, which would come too late.
    package static let theme = File("theme.js", PackageResources.theme_js)
    /// Numbers and times as they are read: a module.
    package static let format = File("format.js", PackageResources.format_js)
    /// How charts are drawn: a module, which needs `format`.
    package static let drawing = File("drawing.js", PackageResources.drawing_js)

    /// One module out of several: a page that is one file can import none.
    ///
    /// Their names must differ, and an import or an `export` begins its line and ends in it.
    /// - Parameter modules: Their texts, each behind those that it needs.
    /// - Returns: The module, which neither imports nor exports anything.
    package static func joined(_ modules: [String]) -> String {
        modules.map { module in
            module.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("import ") }
                .map { $0.hasPrefix("export ") ? $0.dropFirst("export ".count) : $0 }
                .joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
