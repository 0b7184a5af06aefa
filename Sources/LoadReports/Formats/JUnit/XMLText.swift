/// Text as XML 1.0 can hold it: what it cannot hold is among what `Shown` writes as escapes.
enum XMLText {
    /// A text between tags.
    static func content(_ text: String) -> String { escaped(text) { _ in false } }

    /// A text between double quotes; a reader would take its line ends and tabs for blanks.
    static func attribute(_ text: String) -> String { escaped(text) { $0 == "\n" || $0 == "\t" } }

    private static func escaped(_ text: String, isByNumber: (Unicode.Scalar) -> Bool) -> String {
        var result = ""
        for scalar in Shown.lines(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where isByNumber(scalar): result += "&#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
