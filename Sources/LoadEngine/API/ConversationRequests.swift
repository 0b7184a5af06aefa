/// The requests of one conversation, compiled: one for each turn, and those that come before the first.
struct ConversationRequests {
    /// One request.
    struct Request {
        let head: RequestHead
        /// Nil for a request without one, and for one that `RunRequests.layOut` has taken.
        fileprivate(set) var body: RequestTemplate?
        /// Whether its header lines are others than those of its API, or differ from user to user.
        let hasOwnHeaders: Bool

        /// Whether nothing but the session's id in the path differs from user to user.
        var isPrepared: Bool {
            !hasOwnHeaders && body.map { $0.constant != nil } ?? true && head.hasPreparedPath
        }
    }

    /// The request of each turn.
    ///
    /// `Shape:` [turn]
    private(set) var turns: [Request]
    /// What each turn adds to the messages before its answer, a comma between two; empty where nobody keeps them.
    ///
    /// `Shape:` [turn]
    let messages: [RequestTemplate]
    /// The requests before the first turn.
    ///
    /// `Shape:` [request]
    let setup: [Request]

    /// Compiles the requests of a conversation.
    ///
    /// - Parameters:
    ///   - conversation: What is played, arranged for the API's history.
    ///   - common: What it is sent to.
    init(_ conversation: Conversation, to common: CommonRequests) {
        let profile = common.profile
        let names = RequestNames(conversation: conversation, profile: profile, environment: common.environment)
        messages = conversation.turns.enumerated().map { index, turn in
            Self.messages(of: turn, number: index + 1, names, usesSystem: common.usesSystem)
        }
        // What is the same for all users is made once.
        let areConstant = profile.history == .recorded && Self.areFew(messages)
        var soFar: [UInt8] = []
        func head(_ compiler: RequestCompiler) -> RequestHead {
            RequestHead(
                method: profile.method,
                path: profile.path,
                headers: profile.headers,
                ofConversation: conversation.headers,
                compiler
            )
        }
        let differ = common.headsDiffer(in: conversation)
        let shared = common.sharesHead(conversation) ? common.head : head(names.compiler(for: nil))
        turns = []
        turns.reserveCapacity(conversation.turns.count)
        for (index, turn) in conversation.turns.enumerated() {
            var compiler = names.compiler(for: turn.entry, turn: index + 1)
            if areConstant {
                if index > 0 { soFar.append(UInt8(ascii: ",")) }
                soFar += messages[index].constant ?? []
                compiler = compiler.knowing("messages", "[" + String(decoding: soFar, as: UTF8.self) + "]")
            }
            let head = differ ? head(compiler) : shared
            turns.append(
                Request(
                    head: head,
                    body: profile.body.map(compiler.json),
                    hasOwnHeaders: !head.hasLines(of: common.head)
                )
            )
        }
        setup = profile.setup.map { request in
            let compiler = names.compiler(for: nil)
            let head = RequestHead(
                method: request.method,
                path: request.path,
                headers: profile.headers.filter { !request.has($0.name) } + request.headers,
                ofConversation: conversation.headers,
                compiler
            )
            return Request(head: head, body: request.body.map(compiler.json), hasOwnHeaders: true)
        }
    }

    /// The most bytes that the prepared histories of a conversation have together: they grow with the square of its turns.
    private static let mostPreparedBytes = 1 << 18

    /// Whether messages are the same for all users, and all that was said before each turn is little.
    private static func areFew(_ messages: [RequestTemplate]) -> Bool {
        var (soFar, sum) = (0, 0)
        for message in messages {
            guard let bytes = message.constant else { return false }
            soFar += bytes.count + 1
            sum += soFar
        }
        return sum <= mostPreparedBytes
    }

    /// What a turn adds to the messages before its answer.
    private static func messages(
        of turn: Conversation.Turn,
        number: Int,
        _ names: RequestNames,
        usesSystem: Bool
    ) -> RequestTemplate {
        var added = RequestTemplate()
        guard let message = names.profile.message, names.profile.history != .none else { return added }
        for entry in turn.before + [turn.entry] where !(entry.role == "system" && usesSystem) {
            if !added.pieces.isEmpty { added.append(",") }
            added.append(contentsOf: names.compiler(for: entry, turn: number).json(message))
        }
        return added
    }

    /// Hands over the body of a turn, which is the same for all users.
    mutating func takeBody(ofTurn turn: Int) -> [UInt8] {
        defer { turns[turn].body = nil }
        return turns[turn].body?.constant ?? []
    }
}

extension APIProfile.SetupRequest {
    /// Whether it has a header of its own, which takes the place of the profile's.
    fileprivate func has(_ name: String) -> Bool { headers.contains { $0.name.lowercased() == name.lowercased() } }
}
