internal import CLoad

/// Reads answers by the rules of their API's profile.
extension CurlTransport {
    /// The head is complete: how the body is read may depend on it.
    func headCompleted(of transfer: UnsafeMutablePointer<CurlTransfer>) {
        if transfer.pointee.framing == .auto {
            transfer.pointee.framing = transfer.pointee.head.framing
            transfer.pointee.lines.takesWhole = transfer.pointee.framing == .json
        }
        guard transfer.pointee.head.rejection == nil, let sessions, let easy = transfer.pointee.easy else { return }
        let user = transfer.pointee.user
        let state = sessions[user]
        // The request has been sent, nearly always whole: what was said is in the history.
        if cload_easy_get_offset(easy, CURLINFO_SIZE_UPLOAD_T) == state.pointee.body.count {
            state.pointee.body.reset()
        }
        let api = runRequests.apis + transfer.pointee.api
        let setup = population.setup(user: user)
        for (name, place) in setup.map({ api.pointee.setupCapturedHeaders[$0] }) ?? api.pointee.capturedHeaders {
            guard let value = cload_easy_get_header(easy, name) else { continue }
            let json = JSONText.string(String(cString: value))
            json.withUnsafeBytes {
                state.pointee.capture($0, at: place, isSecret: api.pointee.isSecret(capture: place))
            }
        }
    }

    /// Takes bytes of a body.
    @inline(never)
    func readBody(_ bytes: UnsafeRawBufferPointer, of transfer: UnsafeMutablePointer<CurlTransfer>, nowNs: UInt64) {
        let isStream = transfer.pointee.framing == .sse
        if isStream { transfer.pointee.parser.feed(bytes) } else { transfer.pointee.lines.feed(bytes) }
        var hasEvent = false
        while true {
            switch isStream ? transfer.pointee.parser.next() : transfer.pointee.lines.next() {
            case .event:
                hasEvent = true
                guard readEvent(of: transfer, nowNs: nowNs) else { return }
            case .needsMore:
                if !hasEvent || transfer.pointee.hasGrown { keepUnfinished(bytes, of: transfer) }
                return
            case .malformed(let why): return refuseBody(of: transfer, why)
            }
        }
    }

    /// Reads the event that the parser has just dispatched.
    ///
    /// - Parameters:
    ///   - transfer: The transfer.
    ///   - nowNs: The present time.
    ///   - mayPause: Whether its user may read slowly: false at the end of the body.
    /// - Returns: Whether the answer is to be read on.
    private func readEvent(
        of transfer: UnsafeMutablePointer<CurlTransfer>,
        nowNs: UInt64,
        mayPause: Bool = true
    ) -> Bool {
        guard let sessions else { return false }
        let user = transfer.pointee.user
        let state = sessions[user]
        let api = runRequests.apis + transfer.pointee.api
        let isStream = transfer.pointee.framing == .sse
        let data = isStream ? transfer.pointee.parser.data : transfer.pointee.lines.data
        if let setup = population.setup(user: user) {
            let reader = api.pointee.setupReaders[setup]
            let reading = reader.read(name: UnsafeRawBufferPointer(start: nil, count: 0), data: data)
            if reading.hasCapture { keepCaptures(reader, api, state, setup: setup) }
            return true
        }
        let reader = api.pointee.reader
        let name = isStream ? transfer.pointee.parser.eventName : UnsafeRawBufferPointer(start: nil, count: 0)
        let reading = reader.read(name: name, data: data)
        if reading.hasUsage { keepUsage(reader, state) }
        if reading.hasFinishReason, let reason = reader.finishReason {
            state.pointee.usage.finishReason = Int32(
                truncatingIfNeeded: population.recorder.finishReasons.index(of: reason)
            )
        }
        if reading.hasCapture { keepCaptures(reader, api, state, setup: nil) }
        switch reading.kind {
        case .content, .reasoning, .tool:
            if reading.isCumulative, !grows(reader, state) {
                population.otherReceived(user: user, isUnreadable: false, nowNs: nowNs)
            } else {
                let isAnswer = reading.kind == .content
                if isAnswer { keepText(reader, reading, data, api, state, user: user) }
                if hasContentHook, isAnswer { tellContent(of: transfer, nowNs: nowNs) }
                if population.tokenReceived(user: user, isAnswer: isAnswer, nowNs: nowNs) {
                    state.pointee.answerNs = nowNs
                }
            }
            if reading.isLast {
                end(transfer, state, nowNs: nowNs)
                return false
            }
        case .end:
            end(transfer, state, nowNs: nowNs)
            return false
        case .error:
            transfer.pointee.failureText.removeAll()
            transfer.pointee.keepFailureText(data)
            let rest = isStream ? transfer.pointee.parser.restCount : transfer.pointee.lines.restCount
            population.bodyIgnored(user: user, byteCount: rest)
            population.eventReceived(user: user, kind: .error, nowNs: nowNs)
            return false
        case .ping, .ignore, .empty: population.eventReceived(user: user, kind: .empty, nowNs: nowNs)
        case .other: population.otherReceived(user: user, isUnreadable: reading.isNotJSON, nowNs: nowNs)
        }
        return !(mayStopReading && stopsReading(transfer, mayPause: mayPause))
    }

    /// An event says that the answer is complete.
    private func end(
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ state: UnsafeMutablePointer<SessionState>,
        nowNs: UInt64
    ) {
        // What comes behind it counts no more when it comes together with it than when it comes later.
        let isStream = transfer.pointee.framing == .sse
        let rest = isStream ? transfer.pointee.parser.restCount : transfer.pointee.lines.restCount
        population.bodyIgnored(user: transfer.pointee.user, byteCount: rest)
        complete(transfer, state, nowNs: nowNs)
    }

    /// The body has ended as HTTP says: what is left is an event, and the end may be what completes the answer.
    func bodyEnded(of transfer: UnsafeMutablePointer<CurlTransfer>) {
        let user = transfer.pointee.user
        guard let sessions, population.isUndecided(user: user), transfer.pointee.head.isComplete,
            !transfer.pointee.isRejected
        else { return }
        let nowNs = EventLoop.nowNs
        let state = sessions[user]
        let api = runRequests.apis + transfer.pointee.api
        if transfer.pointee.framing != .sse {
            switch transfer.pointee.lines.finish() {
            case .event: guard readEvent(of: transfer, nowNs: nowNs, mayPause: false) else { return }
            case .needsMore: break
            case .malformed(let why): return refuseBody(of: transfer, why)
            }
        }
        let hasReason = state.pointee.usage.finishReason >= 0
        guard
            population.setup(user: user) != nil || api.pointee.endsWithBody || api.pointee.endsAfterReason && hasReason
        else { return }
        complete(transfer, state, nowNs: nowNs)
    }

    /// Ends a turn whose answer is complete, and may not be as it is expected.
    private func complete(
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ state: UnsafeMutablePointer<SessionState>,
        nowNs: UInt64
    ) {
        let user = transfer.pointee.user
        var isExpected = true
        let row = population.plannedRow(user: user)
        if let setup = population.setup(user: user) {
            if let lacking = state.pointee.lacking(ofSetup: setup, of: runRequests.apis + transfer.pointee.api) {
                isExpected = false
                explain(transfer, lacking)
            }
        } else if let check = runRequests.check(row: row),
            let states = state.pointee.check
        {
            let (events, ttftNs) = population.tokens(user: user)
            if let miss = check.firstMiss(events: events, ttftNs: ttftNs, states) {
                isExpected = false
                if population.wantsDetail(of: .expectationFailed) {
                    explain(transfer, runRequests.text(of: miss, row: row))
                }
            }
        }
        population.answerCompleted(user: user, usage: state.pointee.usage, isExpected: isExpected, nowNs: nowNs)
    }

    private func explain(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ text: String) {
        transfer.pointee.failureText.removeAll()
        Array(text.utf8).withUnsafeBytes { transfer.pointee.keepFailureText($0) }
        transfer.pointee.isExplained = true
    }

    // MARK: What is kept of events

    private func keepUsage(_ reader: EventReader, _ state: UnsafeMutablePointer<SessionState>) {
        if let number = reader.usage(.input) { state.pointee.usage.input = number }
        if let number = reader.usage(.output) { state.pointee.usage.output = number }
        if let number = reader.usage(.reasoning) { state.pointee.usage.reasoning = number }
        if let number = reader.usage(.cached) { state.pointee.usage.cached = number }
    }

    private func keepCaptures(
        _ reader: EventReader,
        _ api: UnsafePointer<API>,
        _ state: UnsafeMutablePointer<SessionState>,
        setup: Int?
    ) {
        for index in 0..<api.pointee.captureCount(setup: setup) {
            guard let value = reader.capture(index) else { continue }
            let place = api.pointee.place(ofCapture: index, setup: setup)
            state.pointee.capture(value, at: place, isSecret: api.pointee.isSecret(capture: place))
        }
    }

    /// Whether an event that repeats all text has more of it than the one before.
    private func grows(_ reader: EventReader, _ state: UnsafeMutablePointer<SessionState>) -> Bool {
        var count = 0
        reader.forEachText { count += $0.count }
        guard count > Int(state.pointee.cumulativeCount) else { return false }
        state.pointee.cumulativeCount = Int32(clamping: count)
        return true
    }

    /// Keeps the text of an event, where somebody needs it.
    private func keepText(
        _ reader: EventReader,
        _ reading: EventReading,
        _ data: UnsafeRawBufferPointer,
        _ api: UnsafePointer<API>,
        _ state: UnsafeMutablePointer<SessionState>,
        user: Int
    ) {
        if api.pointee.isLive {
            beginAnswer(api, state, user: user)
            if reading.isCumulative { state.pointee.history.truncate(to: Int(state.pointee.answerStart)) }
            // As it stands in JSON it is sent again.
            if reading.hasText {
                reader.forEachText { keep($0, state) }
            } else {
                JSONText.escaped(Array(data)).withUnsafeBytes { keep($0, state) }
            }
        }
        guard let check = runRequests.check(row: population.plannedRow(user: user)), let states = state.pointee.check
        else {
            return
        }
        guard reading.hasText else { return check.received(data, states) }
        if reading.isCumulative {
            check.begin(states)
            state.pointee.decoder = JSONTextDecoder()
        }
        reader.forEachText { piece in
            answerText.removeAll()
            guard state.pointee.decoder.append(piece, to: &answerText) else { return }
            check.received(answerText.bytes, states)
        }
    }

    private func keep(_ text: UnsafeRawBufferPointer, _ state: UnsafeMutablePointer<SessionState>) {
        guard !state.pointee.isOverfull else { return }
        if state.pointee.history.count + text.count > settings.maximumHistoryBytes
            || !state.pointee.history.appendIfPossible(text)
        {
            state.pointee.isOverfull = true
        }
    }

    /// What explains a stream that ends without its marker.
    func unendedMarkerText(of transfer: UnsafeMutablePointer<CurlTransfer>) -> String? {
        let isOfAPI = runRequests.apis[transfer.pointee.api].hasDoneMarker && transfer.pointee.framing == .sse
        return isOfAPI ? AssistantAPI.unendedMarkerText(in: transfer.pointee.parser) : nil
    }
}
