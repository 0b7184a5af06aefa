import FoundationEssentials

extension Conversation.Turn {
    /// The body of the turn's POST: `{"role":...,"content":...}` as UTF-8, the keys in this order.
    package var body: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return Self.role + Self.json(role, encoder) + Self.content + Self.json(content, encoder) + Self.end
    }

    private static let role = Array(#"{"role":"#.utf8)
    private static let content = Array(#","content":"#.utf8)
    private static let end = Array("}".utf8)

    private static func json(_ text: String, _ encoder: JSONEncoder) -> [UInt8] {
        do {
            return Array(try encoder.encode(text))
        } catch {
            preconditionFailure("a string that JSON cannot hold: \(error)")
        }
    }
}
