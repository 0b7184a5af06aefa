import LoadEngine

/// A value as it is written in a configuration file, and a list also in a variable: bare, in quotes, or a list of these.
enum ValueText: Equatable {
    case text(String)
    case list([String])

    /// Reads a value.
    ///
    /// - Parameter text: What is behind the `=`; a `#` or `;` with a blank before it begins a comment.
    /// - Throws: `ConfigurationError` that says what is wrong, without what the value is: it may be a secret.
    init(_ text: String) throws(ConfigurationError) {
        var reader = ValueReader(text)
        self = try reader.value()
    }

    /// A text as a configuration file has it, in quotes where it would mean something else without them.
    static func written(_ text: String) -> String {
        // It has a blank before it, behind which a # begins a comment.
        if (try? ValueText(" " + text)) == .text(text) { return text }
        guard text.unicodeScalars.contains("'") else { return "'\(text)'" }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { escaped.unicodeScalars.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return "\"\(escaped)\""
    }
}

/// Reads a value from its beginning to its end.
private struct ValueReader {
    private var rest: Substring.UnicodeScalarView
    /// Whether the last that was read is a blank, behind which a `#` begins a comment.
    private var isBehindBlank = false

    init(_ text: String) {
        rest = Substring(text).unicodeScalars
    }

    mutating func value() throws(ConfigurationError) -> ValueText {
        skipBlanks()
        guard !isAtEnd else { throw ConfigurationError("the value is missing; give one, or remove the line") }
        guard rest.first == "[" else {
            let text = try item(endingWith: [])
            skipBlanks()
            guard isAtEnd else { throw ConfigurationError("there is more behind the closing quote") }
            return .text(text)
        }
        return .list(try list())
    }

    private mutating func list() throws(ConfigurationError) -> [String] {
        var items: [String] = []
        rest.removeFirst()
        skipBlanks()
        while rest.first != "]" || !items.isEmpty {
            guard rest.first != ",", rest.first != "]" else {
                throw ConfigurationError("an item of the list is missing; give one, or remove the comma")
            }
            items.append(isAtEnd ? "" : try item(endingWith: [",", "]"]))
            skipBlanks()
            guard !isAtEnd else {
                throw ConfigurationError("the list is not closed by a ]; put a text that begins with [ in quotes")
            }
            if rest.first == "]" { break }
            guard rest.first == "," else { throw ConfigurationError("there is more behind the closing quote") }
            rest.removeFirst()
            isBehindBlank = false
            skipBlanks()
        }
        rest.removeFirst()
        isBehindBlank = false
        skipBlanks()
        guard isAtEnd else { throw ConfigurationError("there is more behind the ] that closes the list") }
        return items
    }

    private mutating func item(endingWith ends: [Unicode.Scalar]) throws(ConfigurationError) -> String {
        if let quote = rest.first, quote == "'" || quote == "\"" { return try quoted(by: quote) }
        var text = String.UnicodeScalarView()
        var blanks = String.UnicodeScalarView()
        while let scalar = rest.first, !isAtEnd, !ends.contains(scalar) {
            isBehindBlank = Self.isBlank(scalar)
            if isBehindBlank {
                blanks.append(scalar)
            } else {
                text.append(contentsOf: blanks)
                text.append(scalar)
                blanks = String.UnicodeScalarView()
            }
            rest.removeFirst()
        }
        return String(text)
    }

    private mutating func quoted(by quote: Unicode.Scalar) throws(ConfigurationError) -> String {
        rest.removeFirst()
        isBehindBlank = false
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == quote { return String(text) }
            let isEscape = quote == "\"" && scalar == "\\" && (rest.first == "\"" || rest.first == "\\")
            text.append(isEscape ? rest.removeFirst() : scalar)
        }
        throw ConfigurationError("the closing \(quote) is missing")
    }

    private mutating func skipBlanks() {
        while let scalar = rest.first, Self.isBlank(scalar) {
            rest.removeFirst()
            isBehindBlank = true
        }
    }

    private var isAtEnd: Bool { rest.isEmpty || isBehindBlank && (rest.first == "#" || rest.first == ";") }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
