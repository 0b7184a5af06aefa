extension JSONValue {
    /// The value as JSON writes it, without blanks; nil where a word is in it that JSON does not know.
    package var text: String? {
        switch self {
        case .object(let members):
            var texts: [String] = []
            for member in members {
                guard let text = member.value.text else { return nil }
                texts.append(Self.text(of: member.key) + ":" + text)
            }
            return "{" + texts.joined(separator: ",") + "}"
        case .array(let elements):
            var texts: [String] = []
            for element in elements {
                guard let text = element.text else { return nil }
                texts.append(text)
            }
            return "[" + texts.joined(separator: ",") + "]"
        case .string, .number, .boolean, .null, .word: return scalarText
        }
    }
}
