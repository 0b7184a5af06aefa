extension InputFile {
    /// The most bytes that a file of data may have.
    private static let mostDataBytes = 64 << 20

    /// Reads a whole file of data, such as a conversation.
    ///
    /// - Parameter path: A regular file of at most 64 MiB.
    /// - Returns: Its bytes.
    /// - Throws: `ConfigurationError` that says why it cannot be read.
    package static func contents(of path: String) throws(ConfigurationError) -> [UInt8] {
        do {
            return try read(path, mostBytes: mostDataBytes)
        } catch {
            throw ConfigurationError("\(Shown.path(path)): \(text(of: error))")
        }
    }

    private static func text(of problem: Problem) -> String {
        switch problem {
        case .tooLarge(_, let bytes?): "expected a file of at most \(mostDataBytes >> 20) MiB, found \(bytes) bytes"
        case .folder, .device, .pipe: "expected a regular file, found something else"
        default: "the file cannot be read: \(problem.text)"
        }
    }
}
