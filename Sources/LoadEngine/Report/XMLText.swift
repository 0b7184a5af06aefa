/// Text as XML 1.0 can hold it.
///
/// Characters that XML cannot hold, such as most control characters, become U+FFFD.
enum XMLText {
    /// A text between tags.
    static func content(_ text: String) -> String { escaped(text) { $0 == "\r" } }

    /// A text between double quotes; a reader would take its line ends and tabs for blanks.
    static func attribute(_ text: String) -> String { escaped(text) { $0 == "\r" || $0 == "\n" || $0 == "\t" } }

    private static func escaped(_ text: String, isByNumber: (Unicode.Scalar) -> Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where isByNumber(scalar): result += "&#\(scalar.value);"
            case "\t", "\n", " "..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                result.unicodeScalars.append(scalar)
            default: result += "\u{FFFD}"
            }
        }
        return result
    }
}
