/// Comma-separated values as Python's `csv` writes them: lines end with CR and LF, and only fields that need quotes have
/// them.
struct CSVText {
    /// What spreadsheets take a field for a formula by, as OWASP lists it (CSV Injection).
    private static let formulaStarts: [Unicode.Scalar] = ["=", "+", "-", "@", "\t", "\r"]

    private(set) var text = ""

    /// Adds a line.
    ///
    /// - Parameter fields: Numbers, words of this program, and what `field` has made of others.
    mutating func append(_ fields: [String]) {
        text += fields.map(Self.quoted).joined(separator: ",") + "\r\n"
    }

    /// A name or a text as a field: a single quote before what would be a formula keeps spreadsheets from running it.
    static func field(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map(formulaStarts.contains) ?? false
        return (isFormula ? "'" : "") + Shown.line(text)
    }

    private static func quoted(_ field: String) -> String {
        // By scalars: CR and LF together are one Character, which is neither of them.
        let needsQuotes = field.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
        // Only what `field` has made begins with a single quote, or a name that does so itself.
        guard needsQuotes || field.hasPrefix("'") else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
