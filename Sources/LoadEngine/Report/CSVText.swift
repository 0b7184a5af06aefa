/// Comma-separated values as Python's `csv` writes them: lines end with CR and LF, and only fields that need quotes have
/// them.
struct CSVText {
    private(set) var text = ""

    /// Adds a line.
    mutating func append(_ fields: [String]) {
        text += fields.map(Self.quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ field: String) -> String {
        // By scalars: CR and LF together are one Character, which is neither of them.
        guard field.unicodeScalars.contains(where: { [",", "\"", "\r", "\n"].contains($0) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
