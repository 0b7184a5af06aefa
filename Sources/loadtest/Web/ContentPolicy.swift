import FoundationEssentials
import LoadEngine
import LoadReports

/// What a browser may load and run for an answer: the value of `Content-Security-Policy`.
struct ContentPolicy: Sendable {
    let text: String

    /// Everything of the page is its own: no other host, no inline script or style, no frame around it.
    static let page = ContentPolicy(
        scripts: "'self'",
        styles: "'self'",
        rest: "img-src 'self' data:; connect-src 'self'"
    )

    /// That of a report, which is one file: its own scripts and its own style, and nothing that got into it.
    ///
    /// - Parameters:
    ///   - page: What is its own.
    ///   - chartLibrary: The source of Chart.js; nil where there is none.
    /// - Returns: A policy with the hashes.
    static func report(_ page: ReportPage, chartLibrary: String?) -> ContentPolicy {
        ContentPolicy(
            scripts: page.programs(chartLibrary).map(hash).joined(separator: " "),
            styles: hash(page.styleSheet),
            rest: "img-src data:"
        )
    }

    private init(scripts: String, styles: String, rest: String) {
        text =
            "default-src 'none'; script-src \(scripts); style-src \(styles); \(rest); "
            + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    }

    /// As CSP Level 3 writes the hash of an element's text.
    private static func hash(_ text: String) -> String {
        "'sha256-\(Data(MessageDigest.sha256(of: Array(text.utf8))).base64EncodedString())'"
    }
}
