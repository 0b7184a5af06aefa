internal import CLoad

/// Requests that differ from user to user, or that belong to other APIs than `assistant`.
extension CurlTransport {
    /// Gets a user's session and transfer ready for a request.
    func begin(
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ state: UnsafeMutablePointer<SessionState>,
        row: Int,
        setup: Int?
    ) {
        let api = runRequests.apis + transfer.pointee.api
        let check = setup == nil ? runRequests.check(row: row) : nil
        state.pointee.beginTurn()
        if let check, let states = state.pointee.check { check.begin(states) }
        transfer.pointee.isPlain = api.pointee.isPlain && check == nil && setup == nil
        transfer.pointee.framing = setup == nil ? api.pointee.profile.framing : .json
        transfer.pointee.lines.takesWhole = transfer.pointee.framing == .json
        let expectation: ResponseHead.Expectation =
            switch transfer.pointee.framing {
            case _ where setup != nil: .anySuccess
            case .sse: .eventStream
            case .auto: .anyFraming
            case .ndjson, .json: .anyType
            }
        transfer.pointee.head = ResponseHead(expecting: expectation)
    }

    /// Writes a request and sets it.
    ///
    /// - Throws: `EngineError` for what libcurl refuses, and for a history that has become too long.
    func prepare(
        _ easy: OpaquePointer,
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ state: UnsafeMutablePointer<SessionState>,
        _ writer: RequestWriter,
        row: Int,
        setup: Int?
    ) throws(EngineError) {
        let user = transfer.pointee.user
        let conversation = population.conversation(user: user)
        let session = population.session(user: user)
        if setup == nil {
            writer.beginTurn()
            try addMessages(writer, state, conversation: conversation, row: row, user: user)
        }
        let request =
            setup.map { runRequests.conversations[conversation].setup[$0] }
            ?? runRequests.request(conversation: conversation, row: row)
        try check(
            cload_easy_set_text(
                easy,
                CURLOPT_REQUEST_TARGET,
                writer.path(request.head.path, below: basePath, user: user, session: session)
            )
        )
        if setup != nil { try check(CurlOptions.setMethod(of: easy, request.head.method)) }
        if request.hasOwnHeaders || setup != nil {
            let lines = HeaderLines.lines(
                adding: settings.headers,
                to: request.head.constantLines,
                instead: request.head.ownNames,
                keepsConnections: settings.connections.keepsConnections
            )
            transfer.pointee.freeHeaders()
            for line in lines { transfer.pointee.headers = curl_slist_append(transfer.pointee.headers, line) }
            for template in request.head.lines where writer.hasAll(template, user: user) {
                let line = writer.line(template, user: user, session: session)
                transfer.pointee.headers = curl_slist_append(transfer.pointee.headers, line)
            }
            try check(cload_easy_set_list(easy, CURLOPT_HTTPHEADER, transfer.pointee.headers))
        }
        transfer.pointee.hasOwnOptions = setup != nil || request.hasOwnHeaders
        state.pointee.body.removeAll()
        if let body = request.body { writer.write(body, user: user, session: session, to: &state.pointee.body) }
        let bytes = state.pointee.body.bytes
        guard request.body != nil || request.head.method != "GET" && request.head.method != "DELETE" else { return }
        // libcurl keeps the body's address only; it stays until the answer has begun.
        let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        try check(cload_easy_set_text(easy, CURLOPT_POSTFIELDS, text))
        try check(cload_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count))
    }

    /// Adds what a turn says to what was said before, where the client keeps that.
    private func addMessages(
        _ writer: RequestWriter,
        _ state: UnsafeMutablePointer<SessionState>,
        conversation: Int,
        row: Int,
        user: Int
    ) throws(EngineError) {
        let api = runRequests.apis + runRequests.api(ofConversation: conversation)
        let messages = runRequests.messages(conversation: conversation, row: row)
        guard !messages.pieces.isEmpty else { return }
        let session = population.session(user: user)
        if !state.pointee.history.isEmpty {
            if api.pointee.isLive { endAnswer(api, writer, state, user: user) }
            state.pointee.history.append(UInt8(ascii: ","))
        }
        writer.write(messages, user: user, session: session, to: &state.pointee.history)
        state.pointee.isAnswerOpen = false
        guard !state.pointee.isOverfull, state.pointee.history.count <= settings.maximumHistoryBytes else {
            throw EngineError(
                operation: "send the next turn",
                reason: "what was said so far has more than --max-history-bytes, \(settings.maximumHistoryBytes)"
            )
        }
    }

    /// Begins the message of an answer, unless it has begun.
    func beginAnswer(_ api: UnsafePointer<API>, _ state: UnsafeMutablePointer<SessionState>, user: Int) {
        guard !state.pointee.isAnswerOpen, let writer, let answer = api.pointee.answer else { return }
        writer.write(answer.prefix, user: user, session: population.session(user: user), to: &state.pointee.history)
        state.pointee.isAnswerOpen = true
        state.pointee.answerStart = Int32(truncatingIfNeeded: state.pointee.history.count)
    }

    /// Ends the message of the answer before: one without a text has an empty one.
    private func endAnswer(
        _ api: UnsafePointer<API>,
        _ writer: RequestWriter,
        _ state: UnsafeMutablePointer<SessionState>,
        user: Int
    ) {
        beginAnswer(api, state, user: user)
        guard let answer = api.pointee.answer else { return }
        let start = Int(state.pointee.answerStart)
        let text = UnsafeRawBufferPointer(rebasing: state.pointee.history.bytes[start...])
        state.pointee.history.truncate(to: start + JSONText.wholeCount(text))
        writer.write(answer.suffix, user: user, session: population.session(user: user), to: &state.pointee.history)
    }
}
