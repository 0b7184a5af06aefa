extension APIProfile {
    /// A part of a profile: a key of its file.
    enum Part: String, CaseIterable {
        case name, description, method, path, headers, variables, body, message, roles, history, framing, events, usage
        case finishReason = "finish_reason"
        case ends, capture, setup

        /// Where it is in the file.
        var place: String { "$.\(rawValue)" }

        /// What is expected of it; nil where it may be missing.
        var expected: String? {
            switch self {
            case .name: "a name such as my-api"
            case .path: "a path such as /v1/chat"
            case .events: ProfileFile.eventsShape
            default: nil
            }
        }
    }
}
