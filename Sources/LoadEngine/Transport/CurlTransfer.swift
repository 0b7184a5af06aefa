internal import CLoad

/// One user's transfer: libcurl's easy handle, used for all turns of the user, and what reads its answer.
///
/// Lies in a slab, because libcurl keeps its address as the context of its callbacks.
/// - Isolation: loop
struct CurlTransfer {
    /// The context of the owning `CurlTransport`.
    let transport: UnsafeMutableRawPointer
    let user: Int
    /// libcurl's handle; made with the first turn.
    var easy: OpaquePointer?
    var parser: SSEParser
    var head = ResponseHead()
    /// The beginning of a body that explains a failure.
    var failureText = ByteBuffer()
    /// How often libcurl was about to send the present turn.
    var sendCount = 0
    /// Why the system gave no socket for the present turn, 0 when it did.
    var socketError: Int32 = 0
    /// Whether the easy handle is in its multi.
    var isRunning = false
    /// Whether the present answer was rejected by its head.
    var isRejected = false

    init(transport: UnsafeMutableRawPointer, user: Int, maximumEventBytes: Int) {
        self.transport = transport
        self.user = user
        parser = SSEParser(maximumEventBytes: maximumEventBytes)
    }

    /// Gets ready for the next turn.
    mutating func reset() {
        parser.reset()
        head = ResponseHead()
        failureText.reset()
        sendCount = 0
        socketError = 0
        isRejected = false
    }

    /// Keeps the beginning of a text that explains a failure.
    mutating func keepFailureText(_ bytes: UnsafeRawBufferPointer) {
        let room = OutcomeDetails.maximumCharacters - failureText.count
        guard room > 0 else { return }
        failureText.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(room)))
    }

    mutating func destroy() {
        if let easy { curl_easy_cleanup(easy) }
        easy = nil
        parser.destroy()
        failureText.destroy()
    }
}
