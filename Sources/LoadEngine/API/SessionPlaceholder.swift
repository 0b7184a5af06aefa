/// What stands for the session's id in the path that a user gives.
enum SessionPlaceholder {
    static let text = "{session_id}"

    /// The first word between braces that is not the placeholder, and so would be sent as it is; nil without any.
    static func otherPlaceholder(in path: String) -> String? {
        for part in path.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            // Anything else between braces is no word that somebody could have meant to be replaced.
            let word = part.prefix { $0.isLetter || $0.isNumber || "_-.".contains($0) }
            if part.dropFirst(word.count).first == "}", "{\(word)}" != text { return String(word) }
        }
        return nil
    }

    /// The path as a template.
    static func template(of path: String) -> Template {
        var parts: [Template.Part] = []
        for (index, piece) in path.split(separator: text, omittingEmptySubsequences: false).enumerated() {
            if index > 0 { parts.append(.value("session_id")) }
            if !piece.isEmpty { parts.append(.text(String(piece))) }
        }
        return Template(parts)
    }
}
