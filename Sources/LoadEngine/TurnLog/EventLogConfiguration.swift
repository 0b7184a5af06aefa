/// The file that gets a line for each turn; docs/events.md describes it.
public struct EventLogConfiguration: Codable, Sendable, Equatable {
    /// The file, which is emptied at the start; its folder must be there.
    public var path: String
    /// Whether each line has the times of all content events of its turn.
    public var hasContentTimes: Bool

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - hasContentTimes: Whether each line has the times of all content events of its turn.
    public init(path: String, hasContentTimes: Bool = false) {
        self.path = path
        self.hasContentTimes = hasContentTimes
    }
}
