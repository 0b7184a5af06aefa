/// What a browser runs of a format that it shows: a server's policy may have the hashes, and nothing else runs.
public struct ReportPage: Sendable {
    /// What is between the tags of its style.
    public let styleSheet: String
    /// What is between the tags of its scripts, for the source of Chart.js, which may be missing.
    public let programs: @Sendable (_ chartLibrary: String?) -> [String]

    /// Describes the page.
    ///
    /// - Parameters:
    ///   - styleSheet: What is between the tags of its style.
    ///   - programs: What is between the tags of its scripts.
    public init(styleSheet: String, programs: @escaping @Sendable (_ chartLibrary: String?) -> [String]) {
        self.styleSheet = styleSheet
        self.programs = programs
    }
}
