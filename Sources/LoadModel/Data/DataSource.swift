/// Where the values of a conversation's templates come from: a row of a table for each of its invocations.
public struct DataSource: Equatable, Sendable, Codable {
    /// Which row an invocation gets.
    public enum Pick: String, CaseIterable, Sendable, Codable {
        /// The next that nobody has, in their order; no row is with two users at the same time.
        case each
        /// The next, in their order, and the first after the last.
        case cycle
        /// Any.
        case random
    }

    /// What happens when `each` has given every row.
    public enum WhenOut: String, CaseIterable, Sendable, Codable {
        /// The invocations that are left are not started: each row is played once.
        case stop
        /// Rows that were given back are given again, the one that was given back first before the others. When all are with
        /// users, the next waits until one is given back.
        case cycle
    }

    /// The file, by which conversations share their rows: those that name the same one never have the same row of `each`.
    public var file: String
    /// Which row an invocation gets.
    public var pick: Pick
    /// What happens when `each` has given every row; means nothing for the others, which have no end.
    public var whenOut: WhenOut
    /// The rows.
    public var table: DataTable

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - file: Where the rows come from, or another name for them.
    ///   - pick: Which row an invocation gets.
    ///   - whenOut: What happens when `each` has given every row.
    ///   - table: The rows.
    public init(file: String, pick: Pick = .cycle, whenOut: WhenOut = .stop, table: DataTable) {
        self.file = file
        self.pick = pick
        self.whenOut = whenOut
        self.table = table
    }
}
