/// How what users wrote is shown in messages: cut where it is long, and always on one line.
enum Shown {
    /// The most of a text that is shown, in Unicode scalars.
    private static let maximumCount = 60

    /// A text in single quotes.
    static func text(_ text: String) -> String { "'\(cut(text))'" }

    /// A value in words, or itself where it is short.
    static func value(_ value: JSONValue) -> String {
        switch value {
        case .object: "an object"
        case .array(let elements): elements.isEmpty ? "an empty array" : "an array"
        case .string(let text): text.isEmpty ? "an empty string" : "the string \"\(cut(text))\""
        case .number(let text): cut(text)
        case .boolean(let isTrue): isTrue ? "true" : "false"
        case .null: "null"
        case .word(let text): "\(cut(text)) without quotes"
        }
    }

    /// A path, which is never cut.
    static func path(_ path: String) -> String { path.isEmpty ? "''" : escaped(path.unicodeScalars) }

    /// A key as a step of a JSON path.
    static func subscripted(_ key: String) -> String {
        let isPlain = key.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || Unicode.Scalar(byte).properties.isAlphabetic
                || Unicode.Scalar(byte).properties.numericType == .decimal
        }
        return isPlain && !key.isEmpty && key.utf8.count <= maximumCount ? ".\(key)" : "['\(cut(key))']"
    }

    /// Whether a character would break a line, or a terminal.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// A character by its number, such as U+0007.
    static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func cut(_ text: String) -> String {
        let start = text.unicodeScalars.prefix(maximumCount)
        return escaped(start) + (start.endIndex < text.endIndex ? "…" : "")
    }

    private static func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var result = ""
        for scalar in scalars { result += isControl(scalar) ? "<\(codePoint(scalar))>" : String(scalar) }
        return result
    }
}
