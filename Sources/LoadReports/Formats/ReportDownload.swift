/// What the live page says of a file to keep, and where it is.
public struct ReportDownload: Sendable {
    /// Where it is, below the page.
    public let path: String
    /// What it is called.
    public let title: String
    /// What is in it, in a sentence.
    public let about: String
    /// Whether it is there only once the run has ended.
    public let isAfterRun: Bool

    /// Describes a file to keep.
    ///
    /// - Parameters:
    ///   - path: Where it is, below the page.
    ///   - title: What it is called.
    ///   - about: What is in it, in a sentence.
    ///   - isAfterRun: Whether it is there only once the run has ended.
    public init(path: String, title: String, about: String, isAfterRun: Bool = false) {
        self.path = path
        self.title = title
        self.about = about
        self.isAfterRun = isAfterRun
    }
}
