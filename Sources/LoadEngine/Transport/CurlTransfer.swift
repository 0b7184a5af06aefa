internal import CLoad

/// One user's transfer: libcurl's easy handle, used for all turns of the user where libcurl bears that, and what reads
/// its answer.
///
/// Lies in a slab, because libcurl keeps its address as the context of its callbacks.
/// - Isolation: loop
struct CurlTransfer {
    /// The context of the owning `CurlTransport`.
    let transport: UnsafeMutableRawPointer
    let user: Int
    /// libcurl's handle; made when a turn needs one.
    var easy: OpaquePointer?
    var parser: SSEParser
    /// What reads an answer that is no stream of events.
    var lines: LineParser
    var head: ResponseHead
    /// The API that the handle is for.
    var api = 0
    /// How the body of the present answer is read.
    var framing = APIProfile.Framing.sse
    /// The header lines of the request, where they differ from turn to turn; freed with the next.
    var headers: UnsafeMutablePointer<curl_slist>?
    /// Whether the handle has options that its API does not set: it must not be used again.
    var hasOwnOptions = false
    /// Whether its events are those of `assistant`.
    var isPlain = true
    /// Where libcurl says what is wrong, ended by 0; one for each transfer, because several can fail at once.
    let errorText: UnsafeMutablePointer<CChar>
    /// The beginning of a body that may explain a failure, or a text of our own that does.
    var failureText = ByteBuffer()
    /// Whether `failureText` is a text of our own.
    var isExplained = false
    /// What the answer takes of the memory for large ones, in bytes.
    var largeBytes = 0
    /// How often libcurl was about to send the present turn.
    var sendCount = 0
    /// The socket that was opened for the present turn, -1 for none: it uses a kept connection.
    var openedSocket: Int32 = -1
    /// The kept socket that the present turn was sent on, -1 for none or when it is not known.
    var keptSocket: Int32 = -1
    /// How that socket ended, should it have been closed under the present turn.
    var keptEnd: KeptConnectionEnd?
    /// Why the system gave no socket for the present turn, 0 when it did.
    var socketError: Int32 = 0
    /// Whether the easy handle is in its multi.
    var isRunning = false
    /// Whether the present turn is to be sent on a fresh connection: the kept one that it was given must not be used.
    var needsFreshConnection = false
    /// Whether that has been done: the handle keeps the wish.
    var isSentAfresh = false
    /// Whether the turn was sent a second time, its kept connection having been closed: never a third.
    var isResent = false
    /// Whether its user does not read: libcurl keeps what it has read already, and reads nothing more.
    var isPaused = false
    /// How many bytes of what libcurl keeps, and delivers again, have been read.
    var takenBytes = 0
    /// Whether the present answer was rejected by its head.
    var isRejected = false

    init(transport: UnsafeMutableRawPointer, user: Int, maximumEventBytes: Int) {
        self.transport = transport
        self.user = user
        head = ResponseHead(expecting: .eventStream)
        lines = LineParser(maximumEventBytes: maximumEventBytes)
        parser = SSEParser(maximumEventBytes: maximumEventBytes)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    /// Gets ready for the next turn.
    mutating func reset() {
        if framing != .sse { lines.reset() }
        framing = .sse
        isPlain = true
        parser.reset()
        head = ResponseHead(expecting: .eventStream)
        failureText.reset()
        isExplained = false
        errorText[0] = 0
        sendCount = 0
        openedSocket = -1
        keptSocket = -1
        keptEnd = nil
        needsFreshConnection = false
        isSentAfresh = false
        isResent = false
        socketError = 0
        isRejected = false
        isPaused = false
        takenBytes = 0
    }

    /// Whether what is kept of the present answer has become large.
    var hasGrown: Bool { parser.hasGrown || lines.hasGrown }

    /// Keeps a text of our own that explains a failure, in place of what was received.
    @inline(never)
    mutating func keepReason(_ text: StaticString) {
        failureText.removeAll()
        keepFailureText(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        isExplained = true
    }

    /// Keeps the beginning of a text that explains a failure.
    mutating func keepFailureText(_ bytes: UnsafeRawBufferPointer) {
        let room = OutcomeDetails.sufficientBytes - failureText.count
        guard room > 0 else { return }
        failureText.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(room)))
    }

    /// Gives the handle back; it must be in no multi.
    mutating func discardHandle() {
        hasOwnOptions = false
        if let easy { curl_easy_cleanup(easy) }
        easy = nil
    }

    mutating func freeHeaders() {
        curl_slist_free_all(headers)
        headers = nil
    }

    mutating func destroy() {
        discardHandle()
        freeHeaders()
        errorText.deallocate()
        parser.destroy()
        lines.destroy()
        failureText.destroy()
    }
}
