import FoundationEssentials

/// What would be sent first of a conversation, as a text to be looked at.
package struct RequestPreview {
    /// The conversation's name.
    package let conversation: String
    /// The requests before the first turn, and the first turn's: request line, header lines, an empty line and the body each.
    package let requests: [String]

    /// Writes the first requests of all conversations, without what is secret in them.
    ///
    /// - Parameter checked: What would be run.
    /// - Returns: One for each conversation, in their order.
    /// - Throws: `EngineError` for what cannot be compiled.
    package static func all(of checked: CheckedConfiguration) throws(EngineError) -> [RequestPreview] {
        let configuration = checked.configuration
        let conversations = configuration.conversations
        let requests = try RunRequests(
            conversations,
            profiles: checked.apis.profiles,
            apiOf: checked.apis.apiOf,
            environment: .ofProcess()
        )
        let sessions = SessionStore(
            conversations,
            captureCounts: requests.captureCounts,
            checkCount: requests.checkCount,
            share: .whole,
            seed: configuration.seed ?? 0
        )
        let writer = RequestWriter(
            sessions: sessions,
            tables: conversations.map { $0.data?.table },
            seed: configuration.seed ?? 0
        )
        let secrets = SentSecrets(
            headers: configuration.headers + requests.secretHeaders,
            paths: requests.constantPaths,
            values: requests.secrets
        )
        var random = SeededRandom(seed: configuration.seed ?? 0)
        return conversations.enumerated().map { index, conversation in
            let session = SessionID(from: &random)
            _ = sessions.sessionBegins(user: 0, conversation: index)
            defer { sessions.sessionEnded(user: 0) }
            let compiled = requests.conversations[index]
            writer.shownCaptures = requests.apis[requests.apiOf[index]].captureNames
            var message = ByteBuffer()
            defer { message.destroy() }
            if let first = compiled.messages.first {
                writer.write(first, user: 0, session: session, to: &message)
                sessions[0].pointee.history.append(message.bytes)
            }
            writer.beginTurn()
            let all = compiled.setup + compiled.turns.prefix(1)
            let lines = all.flatMap(\.head.lines).map { String(cString: writer.line($0, user: 0, session: session)) }
            let own = SentSecrets(
                headers: lines.filter(Shown.isSecretLine),
                values: writer.secrets(user: 0, captureNames: [])
            )
            return RequestPreview(
                conversation: conversation.name,
                requests: all.map { request in
                    own.masked(
                        secrets.masked(
                            text(of: request, configuration, basePath: checked.target.basePath, writer, session)
                        )
                    )
                }
            )
        }
    }

    private static func text(
        of request: ConversationRequests.Request,
        _ configuration: EngineConfiguration,
        basePath: String,
        _ writer: RequestWriter,
        _ session: SessionID
    ) -> String {
        let path = writer.path(request.head.path, below: Array(basePath.utf8), user: 0, session: session)
        var lines = ["\(request.head.method) \(String(cString: path)) HTTP/1.1"]
        let constant = HeaderLines.lines(
            adding: configuration.headers,
            to: request.head.constantLines,
            instead: request.head.ownNames,
            keepsConnections: configuration.keepsConnections
        )
        // An empty one is how libcurl is told not to send it.
        lines += constant.filter { !$0.hasSuffix(":") }.map { $0.hasSuffix(";") ? $0.dropLast() + ":" : $0 }
        lines += request.head.lines.map { String(cString: writer.line($0, user: 0, session: session)) }
        guard let template = request.body else { return lines.joined(separator: "\n") }
        var body = ByteBuffer()
        defer { body.destroy() }
        writer.write(template, user: 0, session: session, to: &body)
        return (lines + ["", String(decoding: body.bytes, as: UTF8.self)]).joined(separator: "\n")
    }
}
