/// A form that a result is written in, and everything about it that outputs, checks, routes and help ask.
///
/// All there are stand in `all`. A further one is a file with its renderer and its `ReportFormat`, and a line in `all`.
public struct ReportFormat: Sendable {
    /// What a format is made of.
    public enum Content: Sendable {
        /// The whole result, once.
        case result(@Sendable (ReportMaterial) throws -> [UInt8])
        /// The rows of any moment: a run may write it anew while it goes on.
        case rows(@Sendable (ReportTable) -> String)
        /// The moments of a run, one after another: it grows while the run goes on, and a result has none of them.
        case history
    }

    /// How the live page offers a format.
    public enum Offer: Sendable {
        /// As a file to keep.
        case download(ReportDownload)
        /// Not at all, for a reason.
        case none(because: String)
    }

    /// Its name, unique among all.
    public let name: String
    /// What asks for it on the command line; nil for what is always shown on the terminal.
    public let option: ReportOption?
    /// What comes behind the path that the option begins, where it begins several.
    public let suffix: String
    /// Its media type.
    public let mediaType: String
    /// The name of its file, where a browser keeps it.
    public let fileName: String
    /// What it is made of.
    public let content: Content
    /// How the live page offers it.
    public let offer: Offer
    /// What a browser runs of it, where it is shown by one; nil for a file to keep.
    public let page: ReportPage?

    /// Describes a format.
    ///
    /// - Parameters:
    ///   - name: Its name, unique among all.
    ///   - option: What asks for it on the command line; nil for what is always shown on the terminal.
    ///   - suffix: What comes behind the path that the option begins.
    ///   - mediaType: Its media type.
    ///   - fileName: The name of its file, where a browser keeps it.
    ///   - offer: How the live page offers it.
    ///   - page: What a browser runs of it; nil for a file to keep.
    ///   - content: What it is made of.
    public init(
        name: String,
        option: ReportOption?,
        suffix: String = "",
        mediaType: String,
        fileName: String,
        offer: Offer,
        page: ReportPage? = nil,
        content: Content
    ) {
        self.name = name
        self.option = option
        self.suffix = suffix
        self.mediaType = mediaType
        self.fileName = fileName
        self.offer = offer
        self.page = page
        self.content = content
    }

    /// The bytes of a result in this format; of a history only its head, since a result has none of its moments.
    ///
    /// - Parameter material: The result, and how it is to be shown.
    /// - Returns: The whole file.
    /// - Throws: What an encoder throws.
    public func render(_ material: ReportMaterial) throws -> [UInt8] {
        switch content {
        case .result(let make): try make(material)
        case .rows(let make): Array(make(ReportTable(material.summary, by: material.grouping)).utf8)
        case .history: Array(LocustHistory.head.utf8)
        }
    }

    /// The file that the live page offers; nil for none.
    public var download: ReportDownload? {
        if case .download(let download) = offer { download } else { nil }
    }

    /// Its place among the files of an option.
    ///
    /// - Parameter value: The option's value.
    /// - Returns: The path; nil where it is printed and not written to a file.
    public func path(for value: String) -> String? {
        switch option?.value {
        case nil, .flag: nil
        case .file(let ending): value.isEmpty || value.hasSuffix(ending) ? value : value + ending
        case .prefix: value + suffix
        }
    }
}

extension ReportFormat {
    /// All formats: the order of the options in the help, and of the downloads on the live page.
    public static let all: [ReportFormat] = [
        .text,
        .printedJSON,
        .html,
        .junit,
        .summary,
        .statsCSV,
        .failuresCSV,
        .exceptionsCSV,
        .historyCSV,
        .streamingCSV,
        .json,
    ]
}
