/// The message that an answer becomes, around its text.
struct AnswerMessage {
    /// What stands before the text, a comma first, and behind it.
    let prefix: RequestTemplate
    let suffix: RequestTemplate

    /// Nil where the text stands at no place, or at several.
    init?(_ message: RequestTemplate) {
        var parts = [RequestTemplate(), RequestTemplate()]
        var found = 0
        parts[0].append(",")
        for piece in message.pieces {
            if case .value(.answer, let form) = piece {
                found += 1
                guard found == 1 else { return nil }
                if form == .json {
                    parts[0].append("\"")
                    parts[1].append("\"")
                }
            } else {
                parts[min(found, 1)].append(piece)
            }
        }
        guard found == 1 else { return nil }
        (prefix, suffix) = (parts[0], parts[1])
    }
}
