/// Reads a short expression from left to right, and says where and why it cannot go on.
package struct ExpressionReader {
    /// The most characters of what was found that are shown.
    private static let mostShown = 24

    private let text: String
    private let characters: [Character]
    /// How many characters have been read.
    package private(set) var offset = 0

    package init(_ text: String) {
        self.text = text
        characters = Array(text)
    }

    /// The next character; nil at the end.
    package var next: Character? { offset < characters.count ? characters[offset] : nil }

    package mutating func skipBlanks() {
        while next?.isWhitespace == true { offset += 1 }
    }

    /// Takes a character, if it is the next one.
    package mutating func take(_ character: Character) -> Bool {
        guard next == character else { return false }
        offset += 1
        return true
    }

    /// Takes all characters up to one that is not of a kind.
    package mutating func take(while isOfKind: (Character) -> Bool) -> String {
        let start = offset
        while let next, isOfKind(next) { offset += 1 }
        return String(characters[start..<offset])
    }

    /// Whether a character comes before any of some others.
    package func comes(_ character: Character, before others: String) -> Bool {
        characters[offset...].first { $0 == character || others.contains($0) } == character
    }

    /// Takes the name of a number, such as `ttft.p99.9`.
    package mutating func name() -> String {
        take { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "-" }
    }

    /// Takes one of the operators.
    package mutating func comparison() throws(ExpressionError) -> Comparison {
        let start = offset
        let operators = Comparison.allCases.map(\.rawValue).joined(separator: " ")
        let found = take { "<>=!".contains($0) }
        guard !found.isEmpty else { throw expected("an operator (\(operators))") }
        if let comparison = Comparison(rawValue: found) { return comparison }
        let hint =
            Comparison.meant(by: found).map { "did you mean \($0.rawValue)?" } ?? "the operators are \(operators)"
        throw error("'\(found.prefix(Self.mostShown))' is no operator; \(hint)", at: start)
    }

    /// Takes a duration, with its unit.
    ///
    /// - Parameter name: What it is a limit of.
    /// - Returns: The duration in nanoseconds.
    /// - Throws: What is wrong with it, and where.
    package mutating func durationNs(of name: String) throws(ExpressionError) -> UInt64 {
        let start = offset
        let word = word()
        guard !word.isEmpty else { throw expected("a duration such as 500ms or 1.5s") }
        do {
            return try DurationText.read(word, requiresUnit: true).nanosecondsClamped
        } catch {
            throw self.error(
                "\(name) is a duration, such as 500ms or 1.5s: \(error.why)",
                at: start + error.offset
            )
        }
    }

    /// Takes everything up to the next blank.
    package mutating func word() -> String { take { !$0.isWhitespace } }

    /// Nothing but blanks may be left.
    package mutating func end() throws(ExpressionError) {
        skipBlanks()
        guard next == nil else { throw expected("the end") }
    }

    /// The mistake that something else is here than what has to be.
    package func expected(_ what: String) -> ExpressionError {
        let found = characters[offset...].prefix { !$0.isWhitespace }
        let shown = String(found.prefix(Self.mostShown)) + (found.count > Self.mostShown ? "…" : "")
        let isBlank = next?.isWhitespace == true
        return error("expected \(what), found \(next == nil ? "the end" : isBlank ? "a blank" : "'\(shown)'")")
    }

    /// A mistake here, or at another place.
    package func error(_ problem: String, at offset: Int? = nil) -> ExpressionError {
        ExpressionError(problem, in: text, at: offset ?? self.offset)
    }
}

extension String {
    /// The text without the blanks at both ends.
    package var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    /// The text with each line end and tab as a blank.
    package var onOneLine: String { String(map { $0.isWhitespace ? " " : $0 }) }
}
