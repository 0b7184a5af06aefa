internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// Carries turns out over libcurl on the loop, and tells the core what happened.
///
/// libcurl's callbacks only parse, stamp and tell; transfers are started and removed when the run's driver says so.
/// - Isolation: loop
package final class CurlTransport: TurnTransport {
    private let loop: EventLoop
    let population: Population
    let settings: TransportSettings
    private let onContentEvent: ((SessionID, Span<UInt8>, UInt64) -> Void)?
    /// Whether there is one: to look at the closure itself would be a retain and a release for each event.
    let hasContentHook: Bool
    /// Whether users may leave an answer, or pause, between two events that came together.
    let mayStopReading: Bool
    private let options: CurlOptions
    private let requests: TurnRequests
    /// What is sent and what answers mean, where that is more than `requests` has.
    let runRequests: RunRequests
    private let hasSeveralAPIs: Bool
    /// The path of the host, below which all others are.
    let basePath: [UInt8]
    /// What users keep of their sessions; nil for a run that needs nothing kept.
    let sessions: SessionStore?
    let writer: RequestWriter?
    /// Makes text of the pieces of answers.
    var answerText = ByteBuffer()
    let connections: CurlConnections
    private let sockets: SocketTable
    private var multis: [CurlMulti] = []
    private let transfers = StableSlab<CurlTransfer>()
    private let reusesHandles = LibraryVersion.reusesHandles
    private var largeAnswers: LargeAnswers
    /// Nil for a target with one address.
    private var failover: AddressFailover?
    let secrets: SentSecrets
    /// How many connections were made.
    package private(set) var connectionsOpened: UInt64 = 0
    /// What each of the target's addresses has got; empty unless there are several.
    package var addressUsages: [AddressUsage] { connections.addresses.usages }
    /// How many sockets are open, those of connections that are being made included.
    package var openConnections: UInt64 { connections.openCount }

    /// Initializes libcurl for the process; may be called again.
    ///
    /// - Throws: `EngineError` when libcurl refuses.
    static func initializeLibrary() throws(EngineError) {
        guard curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK else {
            throw EngineError(operation: "initialize libcurl", reason: "it refused without saying why")
        }
    }

    /// Makes a transport without connections.
    ///
    /// - Parameters:
    ///   - loop: The loop that carries it.
    ///   - population: The core it serves.
    ///   - runRequests: What is sent; a row is a turn of its conversations, in their order.
    ///   - sessions: What users keep of their sessions; nil only for requests that are plain.
    ///   - tables: The data of each conversation.
    ///   - settings: Where and how the turns go.
    ///   - onContentEvent: Called with every content event; see `EngineHooks`.
    package init(
        on loop: EventLoop,
        population: Population,
        requests runRequests: RunRequests,
        sessions: SessionStore? = nil,
        tables: [DataTable?] = [],
        settings: TransportSettings,
        onContentEvent: ((SessionID, Span<UInt8>, UInt64) -> Void)? = nil
    ) {
        self.loop = loop
        self.population = population
        self.settings = settings
        self.onContentEvent = onContentEvent
        hasContentHook = onContentEvent != nil
        mayStopReading = settings.mayStopReading
        self.runRequests = runRequests
        hasSeveralAPIs = runRequests.apiCount > 1
        self.sessions = sessions
        basePath = Array(settings.target.basePath.utf8)
        options = CurlOptions(
            settings,
            apis: (0..<runRequests.apiCount).map { (runRequests.apis[$0].profile.method, runRequests.headers(of: $0)) },
            connectTimeoutNs: population.settings.connectTimeoutNs
        )
        requests = runRequests.layOut(below: settings.target.basePath)
        writer = sessions.map { RequestWriter(sessions: $0, tables: tables, seed: population.settings.seed ^ 0x5EED) }
        sockets = SocketTable(on: loop)
        connections = CurlConnections(settings, sockets: sockets)
        secrets = SentSecrets(
            headers: settings.headers + runRequests.secretHeaders,
            paths: runRequests.constantPaths,
            values: runRequests.secrets
        )
        largeAnswers = LargeAnswers(maximumBytes: settings.largeAnswerBytes)
        guard settings.target.addresses.count > 1 else { return }
        failover = AddressFailover(on: loop, connectTimeoutNs: population.settings.connectTimeoutNs) { [unowned self] in
            lookForNextAddresses()
        }
    }

    /// Closes all connections and frees everything; the loop must not run.
    package func close() {
        for index in 0..<transfers.count {
            let transfer = transfers[index]
            if transfer.pointee.isRunning, let easy = transfer.pointee.easy { multi(of: index)?.remove(easy) }
            transfer.pointee.destroy()
        }
        for multi in multis { multi.close() }
        failover?.close()
        transfers.destroy()
        connections.close()
        sockets.close()
        options.close()
        requests.destroy()
        answerText.destroy()
    }

    // MARK: As the driver says

    package func send(user: Int) {
        let transfer = transfer(of: user)
        transfer.pointee.reset()
        let prepared = Result { () throws(EngineError) in try prepare(transfer) }
        population.turnSent(user: user, nowNs: EventLoop.nowNs)
        switch prepared {
        case .success(let (multi, easy)): start(transfer, easy, in: multi)
        case .failure(let error): refuse(user, why: error.description)
        }
    }

    package func sendAfresh(user: Int) {
        let transfer = transfer(of: user)
        guard transfer.pointee.needsFreshConnection, let easy = transfer.pointee.easy, let multi = multi(of: user)
        else {
            return
        }
        transfer.pointee.needsFreshConnection = false
        transfer.pointee.isSentAfresh = true
        _ = cload_easy_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
        start(transfer, easy, in: multi)
    }

    private func start(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: OpaquePointer, in multi: CurlMulti) {
        failover?.mayWait()
        // Before the start, within which the transfer may end.
        transfer.pointee.isRunning = true
        let isFirst = !multi.knowsAddresses
        if isFirst {
            options.setAddresses(
                of: easy,
                first: settings.share.number(of: connections.layout.multi(of: transfer.pointee.user))
            )
        }
        let code = multi.start(easy)
        if isFirst {
            multi.knowsAddresses = code == CURLM_OK
            if let easy = transfer.pointee.easy { options.setAddresses(of: easy, first: nil) }
        }
        guard code != CURLM_OK else { return }
        transfer.pointee.isRunning = false
        refuse(transfer.pointee.user, why: String(cString: curl_multi_strerror(code)))
    }

    /// Lets libcurl look whether connections that are being made have waited long enough for one address.
    ///
    /// - Returns: Whether there are any.
    private func lookForNextAddresses() -> Bool {
        var waiting: Set<Int> = []
        for user in 0..<transfers.count where transfers[user].pointee.isRunning {
            if transfers[user].pointee.sendCount == 0 { waiting.insert(connections.layout.multi(of: user)) }
        }
        for index in waiting where index < multis.count { multis[index].actOnAll() }
        return !waiting.isEmpty
    }

    /// Sets what differs from turn to turn.
    private func prepare(
        _ transfer: UnsafeMutablePointer<CurlTransfer>
    ) throws(EngineError) -> (CurlMulti, OpaquePointer) {
        let user = transfer.pointee.user
        let multi = try makeMulti(of: user)
        if hasSeveralAPIs { chooseAPI(of: transfer) }
        if transfer.pointee.easy == nil {
            transfer.pointee.easy = try options.makeEasy(for: transfer)
        }
        guard let easy = transfer.pointee.easy else { preconditionFailure("made above") }
        let row = population.plannedRow(user: user)
        if let sessions, let writer {
            let setup = population.setup(user: user)
            let state = sessions[user]
            begin(transfer, state, row: row, setup: setup)
            if setup != nil || !requests.isPrepared(row: row) {
                try prepare(easy, transfer, state, writer, row: row, setup: setup)
                return (multi, easy)
            }
        }
        let path = requests.path(row: row, session: population.session(user: user))
        try check(cload_easy_set_text(easy, CURLOPT_REQUEST_TARGET, path))
        let body = requests.body(row: row)
        let bytes = body.baseAddress?.assumingMemoryBound(to: CChar.self)
        // libcurl keeps the body's address only; the bodies stay for the whole run.
        try check(cload_easy_set_text(easy, CURLOPT_POSTFIELDS, bytes))
        try check(cload_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, body.count))
        return (multi, easy)
    }

    /// Gets a transfer ready for the API of its user's conversation.
    private func chooseAPI(of transfer: UnsafeMutablePointer<CurlTransfer>) {
        let api = runRequests.api(ofConversation: population.conversation(user: transfer.pointee.user))
        guard transfer.pointee.api != api else { return }
        // What is set of one API stays set.
        transfer.pointee.discardHandle()
        transfer.pointee.api = api
    }

    func check(_ code: CURLcode) throws(EngineError) {
        guard code != CURLE_OK else { return }
        throw EngineError(operation: "set up a turn", reason: String(cString: curl_easy_strerror(code)))
    }

    private func refuse(_ user: Int, why: String) {
        population.transferEnded(user: user, outcome: .clientLimit, detail: why, nowNs: EventLoop.nowNs)
    }

    package func close(user: Int) {
        let transfer = transfer(of: user)
        guard transfer.pointee.isRunning || transfer.pointee.needsFreshConnection, let easy = transfer.pointee.easy
        else {
            return
        }
        if transfer.pointee.isRunning {
            countConnections(of: transfer, easy)
            multi(of: user)?.remove(easy)
        }
        transfer.pointee.isRunning = false
        transfer.pointee.needsFreshConnection = false
        let detail = population.decidedOutcome(user: user).flatMap { explanation(of: $0, transfer, failure: nil) }
        release(transfer)
        population.transferClosed(user: user, detail: detail, nowNs: EventLoop.nowNs)
    }

    package func settle() { sockets.settle() }

    // MARK: From the callbacks

    func openSocket(
        for transfer: UnsafeMutablePointer<CurlTransfer>,
        at address: UnsafeMutablePointer<curl_sockaddr>
    ) -> Int32 {
        connections.open(for: transfer, at: address)
    }

    func closeSocket(_ descriptor: Int32) {
        if let user = connections.user(ofKept: descriptor) { noteEnd(ofKept: descriptor, user: user) }
        connections.close(descriptor)
    }

    /// Asks the system how a kept connection ended under a turn, while it still knows.
    func noteEnd(ofKept descriptor: Int32, user: Int) {
        let transfer = transfers[user]
        guard transfer.pointee.isRunning, transfer.pointee.keptSocket == descriptor else { return }
        transfer.pointee.keptEnd = KeptConnectionEnd(of: descriptor)
        transfer.pointee.keptSocket = -1
    }

    /// - Returns: Whether libcurl is to go on with the answer.
    func didReceiveHeader(_ line: UnsafeRawBufferPointer, of transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        let user = transfer.pointee.user
        if transfer.pointee.head.status == 0 { population.responseBegan(user: user, nowNs: EventLoop.nowNs) }
        switch transfer.pointee.head.accept(line) {
        case .more: return !transfer.pointee.head.isLarge || hasRoom(for: transfer)
        case .complete:
            if !transfer.pointee.isPlain { headCompleted(of: transfer) }
            guard let outcome = transfer.pointee.head.rejection else { break }
            transfer.pointee.isRejected = true
            let status = transfer.pointee.head.status
            population.responseRejected(user: user, outcome: outcome, status: status, nowNs: EventLoop.nowNs)
        case .malformed:
            if population.isUndecided(user: user), let why = transfer.pointee.head.malformation {
                transfer.pointee.keepReason(why)
            }
            population.bodyMalformed(user: user, nowNs: EventLoop.nowNs)
            return false
        }
        return true
    }

    /// Tells the hook of a content event; there is one.
    @inline(never)
    func tellContent(of transfer: UnsafeMutablePointer<CurlTransfer>, nowNs: UInt64) {
        let bytes = transfer.pointee.framing == .sse ? transfer.pointee.parser.data : transfer.pointee.lines.data
        let data = bytes.assumingMemoryBound(to: UInt8.self)
        onContentEvent?(population.session(user: transfer.pointee.user), data.span, nowNs)
    }

    func didReceiveBody(_ bytes: UnsafeRawBufferPointer, of transfer: UnsafeMutablePointer<CurlTransfer>) {
        let user = transfer.pointee.user
        let nowNs = EventLoop.nowNs
        population.bodyReceived(user: user, byteCount: bytes.count, nowNs: nowNs)
        guard !transfer.pointee.isRejected else { return transfer.pointee.keepFailureText(bytes) }
        guard population.isUndecided(user: user) else { return }
        guard transfer.pointee.isPlain else { return readBody(bytes, of: transfer, nowNs: nowNs) }
        transfer.pointee.parser.feed(bytes)
        var hasEvent = false
        while true {
            switch transfer.pointee.parser.next() {
            case .event:
                hasEvent = true
                let kind = AssistantAPI.kind(ofEventIn: transfer.pointee.parser)
                if kind == .error {
                    transfer.pointee.failureText.removeAll()
                    transfer.pointee.keepFailureText(transfer.pointee.parser.data)
                }
                if hasContentHook, kind == .content { tellContent(of: transfer, nowNs: nowNs) }
                let isLast = kind == .endMarker || kind == .error
                // What comes behind it counts no more when it comes together with it than when it comes later.
                if isLast { population.bodyIgnored(user: user, byteCount: transfer.pointee.parser.restCount) }
                population.eventReceived(user: user, kind: kind, nowNs: nowNs)
                if isLast { return }
                if mayStopReading, stopsReading(transfer) { return }
            case .needsMore:
                if !hasEvent || transfer.pointee.parser.hasGrown { keepUnfinished(bytes, of: transfer) }
                return
            case .malformed(let why): return refuseBody(of: transfer, why)
            }
        }
    }

    /// Looks after bytes that have not become an event: the memory they take, and what they say should the stream end so.
    @inline(never)
    func keepUnfinished(_ bytes: UnsafeRawBufferPointer, of transfer: UnsafeMutablePointer<CurlTransfer>) {
        guard !transfer.pointee.hasGrown || hasRoom(for: transfer) else { return }
        // What explains a stream that ends without any: an error that is no event, such as JSON.
        if !population.hasEvents(user: transfer.pointee.user) { transfer.pointee.keepFailureText(bytes) }
    }

    @inline(never)
    func refuseBody(of transfer: UnsafeMutablePointer<CurlTransfer>, _ why: SSEParser.Malformation) {
        let nowNs = EventLoop.nowNs
        switch why {
        case .invalidUTF8: transfer.pointee.keepReason("invalid UTF-8")
        case .eventTooLarge: transfer.pointee.keepReason("an event over --max-event-bytes")
        case .noMemory:
            transfer.pointee.keepReason("the system gives no memory for an event as large as this one")
            return population.answerTooLarge(user: transfer.pointee.user, nowNs: nowNs)
        }
        population.bodyMalformed(user: transfer.pointee.user, nowNs: nowNs)
    }

    /// Whether there is memory for an answer that is larger than most; without it the turn fails.
    @inline(never)
    private func hasRoom(for transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard !largeAnswers.count(transfer) else { return true }
        let user = transfer.pointee.user
        guard population.isUndecided(user: user) else { return false }
        transfer.pointee.keepReason("no memory is left for so many large events or heads at the same time")
        population.answerTooLarge(user: user, nowNs: EventLoop.nowNs)
        largeAnswers.releaseBody(transfer)
        return false
    }

    /// libcurl is done with a transfer, and has taken it out of its multi.
    func didEnd(_ transfer: UnsafeMutablePointer<CurlTransfer>, code: CURLcode) {
        guard transfer.pointee.isRunning, let easy = transfer.pointee.easy else { return }
        let user = transfer.pointee.user
        guard !transfer.pointee.needsFreshConnection else {
            transfer.pointee.isRunning = false
            population.actions.requestFreshSend(user: user)
            return
        }
        if !transfer.pointee.isPlain, code == CURLE_OK { bodyEnded(of: transfer) }
        let systemError = systemError(of: transfer, easy, code)
        transfer.pointee.isRunning = false
        countConnections(of: transfer, easy)
        let failure = CurlFailure(
            code: code,
            systemError: systemError,
            message: transfer.pointee.errorText,
            isSent: transfer.pointee.sendCount > 0,
            isHeadBegun: transfer.pointee.head.status > 0,
            isHeadComplete: transfer.pointee.head.isComplete
        )
        let outcome = failure.outcome
        if outcome == .connectionReset, resends(transfer) { return }
        let known = population.decidedOutcome(user: user) ?? outcome
        if known == .connectionReset, !transfer.pointee.isResent, let end = keptEnd(of: transfer),
            !end.hadTurn(isSent: isSent(easy))
        {
            population.connectionWasStale()
        }
        let detail = explanation(of: known, transfer, failure: failure)
        // The handle keeps its last system error for ever, and would tell it of the next failure too.
        if systemError != 0 { transfer.pointee.discardHandle() }
        release(transfer)
        population.transferEnded(user: user, outcome: outcome, detail: detail, nowNs: EventLoop.nowNs)
    }

    /// Gives back what a turn that is over has taken: memory for a large answer, and a handle that must not be used again.
    private func release(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        largeAnswers.release(transfer)
        if !reusesHandles || transfer.pointee.isSentAfresh || transfer.pointee.hasOwnOptions {
            transfer.pointee.discardHandle()
        }
    }

    /// Counts the connection that the turn has made, if it has.
    private func countConnections(of transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: OpaquePointer) {
        let count = cload_easy_get_long(easy, CURLINFO_NUM_CONNECTS)
        guard count > 0 else { return }
        connectionsOpened += UInt64(count)
        // That of a send which was refused carried nothing.
        guard transfer.pointee.sendCount < 2 else { return }
        let resolvedUs = cload_easy_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T)
        let connectedUs = cload_easy_get_offset(easy, CURLINFO_CONNECT_TIME_T)
        let securedUs = cload_easy_get_offset(easy, CURLINFO_APPCONNECT_TIME_T)
        // 0 for what was not reached.
        guard connectedUs > 0 else { return }
        population.connectionMade(
            user: transfer.pointee.user,
            connectNs: UInt64(max(connectedUs - resolvedUs, 0)) * 1_000,
            tlsNs: securedUs > connectedUs ? UInt64(securedUs - connectedUs) * 1_000 : nil
        )
    }

    /// The errno that goes with the end of a transfer, 0 for none.
    private func systemError(
        of transfer: UnsafeMutablePointer<CurlTransfer>,
        _ easy: OpaquePointer,
        _ code: CURLcode
    ) -> Int32 {
        guard code != CURLE_OK else { return 0 }
        guard transfer.pointee.socketError == 0 else { return transfer.pointee.socketError }
        return Int32(truncatingIfNeeded: cload_easy_get_long(easy, CURLINFO_OS_ERRNO))
    }

    // MARK: Transfers and multis

    func transfer(of user: Int) -> UnsafeMutablePointer<CurlTransfer> {
        while transfers.count <= user {
            _ = transfers.append(
                CurlTransfer(
                    transport: contextPointer(of: self),
                    user: transfers.count,
                    maximumEventBytes: settings.maximumEventBytes
                )
            )
        }
        return transfers[user]
    }

    func multi(of user: Int) -> CurlMulti? {
        let index = connections.layout.multi(of: user)
        return index < multis.count ? multis[index] : nil
    }

    private func makeMulti(of user: Int) throws(EngineError) -> CurlMulti {
        while multis.count <= connections.layout.multi(of: user) {
            multis.append(
                try CurlMulti(
                    on: loop,
                    sockets: sockets,
                    policy: settings.connections,
                    transport: contextPointer(of: self)
                )
            )
        }
        return multis[connections.layout.multi(of: user)]
    }
}

@available(*, unavailable)
extension CurlTransport: Sendable {}
