/// A small regular expression as a table by which a text is searched byte by byte: a deterministic automaton.
///
/// Whoever searches keeps one number, the state, and looks up the next for every byte: pieces of a text may be cut anywhere,
/// and nothing of it is kept. It works on Unicode scalars in UTF-8: `.` is any scalar but a line feed, `[ä-ü]` a range of
/// scalars, while `\d`, `\w` and `\s` are ASCII's. `^` and `$` are the ends of the whole text. Upper and lower case differ.
package struct TextPattern: Sendable, Equatable {
    /// The most states: a pattern that needs more is refused.
    package static let mostStates = 1_000
    /// The state in which the pattern was found, from which no byte leads away.
    package static let found: UInt16 = 0
    /// The state before the first byte.
    package static let start: UInt16 = 1

    /// The pattern as it is written.
    package let text: String
    /// The column of the table for each of the 256 bytes.
    package let columns: [UInt8]
    /// The next state for each state and column.
    ///
    /// `Shape:` [state * columnCount + column].
    package let next: [UInt16]
    /// Whether a text that ends in a state matches, by state.
    package let matchesAtEnd: [Bool]

    /// How many columns the table has, 1 to 256.
    package var columnCount: Int { Int(columns[255]) + 1 }
    /// How many states the table has.
    package var stateCount: Int { matchesAtEnd.count }

    /// Compiles a pattern.
    ///
    /// - Parameter text: The pattern as it is written.
    /// - Throws: `ExpressionError` that says where something is wrong, and what is supported; also for a pattern that every
    ///   text or none matches, and for one whose table would be too large.
    package init(_ text: String) throws(ExpressionError) {
        let node = try PatternParser.parse(text)
        func wrong(_ problem: String) -> ExpressionError { ExpressionError(problem, in: text, at: 0) }
        var table: PatternTable
        do {
            table = try PatternTable(try PatternProgram(node))
        } catch {
            throw wrong(
                "this pattern is too large, it needs a table of more than \(Self.mostStates) states; repeat less often, or "
                    + "look for less at once"
            )
        }
        guard !table.matchesAtEnd.allSatisfy(\.self) else {
            throw wrong("every text matches this pattern, even an empty one")
        }
        guard
            table.next.dropFirst(table.columnCount).contains(Self.found)
                || table.matchesAtEnd.dropFirst().contains(true)
        else { throw wrong("no text matches this pattern: nothing comes before ^ or after $") }
        self.text = text
        columns = table.columns
        next = table.next
        matchesAtEnd = table.matchesAtEnd
    }
}
