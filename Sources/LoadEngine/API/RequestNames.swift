/// What the names in the templates of a conversation and its API stand for.
struct RequestNames {
    /// What is played.
    let conversation: Conversation
    /// What it is sent to.
    let profile: APIProfile
    /// The values of `{{env.NAME}}`.
    let environment: EnvironmentValues

    /// A compiler for an entry, or for a request that is of none.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - turn: The turn that is sent, from 1.
    /// - Returns: The compiler.
    func compiler(for entry: Conversation.Entry?, turn: Int? = nil) -> RequestCompiler {
        RequestCompiler { name in meaning(of: name, entry, turn) }
    }

    /// A compiler for the message that an answer becomes; it has values of the profile only.
    static func answer(of profile: APIProfile) -> RequestCompiler {
        RequestCompiler { name in
            switch name {
            case "role": .constant(jsonText(profile.roles["assistant"] ?? "assistant"))
            case "content": .value(.answer)
            case "uuid": .value(.uuid)
            case "session_id": .value(.sessionID)
            default: profile.variables[name].map { .constant($0) } ?? .nothing
            }
        }
    }

    private static func jsonText(_ text: String) -> String { String(decoding: JSONText.string(text), as: UTF8.self) }

    private func meaning(of name: String, _ entry: Conversation.Entry?, _ turn: Int?) -> RequestCompiler.Meaning {
        switch name {
        case "content": return entry.map { content(of: $0) } ?? .nothing
        case "role": return entry.map { .constant(Self.jsonText(profile.roles[$0.role] ?? $0.role)) } ?? .nothing
        case "messages": return .messages
        case "system": return system
        case "turn": return turn.map { .constant("\($0)") } ?? .constant("0")
        case "session_id": return .value(.sessionID)
        case "user": return .value(.user)
        case "uuid": return .value(.uuid)
        case "seq": return .value(.sequence)
        case "now_ms": return .value(.nowMs)
        default: break
        }
        if name.hasPrefix(APIProfile.environmentPrefix) {
            let value = environment[String(name.dropFirst(APIProfile.environmentPrefix.count))]
            return value.map { .constant(Self.jsonText($0)) } ?? .nothing
        }
        if let column = conversation.data?.table.columns.firstIndex(of: name) { return .value(.column(column)) }
        if let json = conversation.variables[name] { return .constant(json) }
        if let index = profile.captureNames.firstIndex(of: name) { return .value(.capture(index)) }
        return profile.variables[name].map { .constant($0) } ?? .nothing
    }

    private func content(of entry: Conversation.Entry) -> RequestCompiler.Meaning {
        if let parts = entry.parts { return .json(parts) }
        return .text(entry.text)
    }

    /// The text of all system entries, an empty line between two.
    private var system: RequestCompiler.Meaning {
        let entries = conversation.turns.flatMap(\.before).filter { $0.role == "system" }
        guard !entries.isEmpty else { return .nothing }
        let parts = entries.map(\.text.parts).joined(separator: [.text("\n\n")])
        return .text(Template(Array(parts)))
    }
}

extension Conversation.Entry {
    /// Its text, with or without places for values.
    fileprivate var text: Template { template ?? Template([.text(content)]) }
}
