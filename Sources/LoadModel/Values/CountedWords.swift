/// A number with the word that it counts, such as "1 turn" and "2 turns".
///
/// - Parameters:
///   - count: How many there are.
///   - word: What there is, one of it.
///   - many: The word for several; nil where an s is added.
/// - Returns: Both.
package func counted(_ count: some BinaryInteger, _ word: String, _ many: String? = nil) -> String {
    "\(count) \(plural(count, word, many))"
}

/// The word alone, for a number that is written otherwise.
package func plural(_ count: some BinaryInteger, _ word: String, _ many: String? = nil) -> String {
    count == 1 ? word : many ?? word + "s"
}
