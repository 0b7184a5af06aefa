/// The memory that unusually large events and heads take together, bounded for the whole process.
///
/// A server decides how much of an answer must be kept: up to `--max-event-bytes` for an event, and 64 KiB of header lines, of
/// each user at the same time. What is small is in the memory of a stream that a run is checked for; what is large comes from
/// here, so that no server can make the generator take more than was counted.
/// - Isolation: loop
struct LargeAnswers {
    /// The most bytes that they may take in any process.
    static let mostBytes = 256 << 20
    /// The most bytes that all of them may take.
    let maximumBytes: Int
    /// How many bytes they take.
    private(set) var heldBytes = 0

    /// What a kept header line takes besides its text: libcurl's node of a list.
    private static let bytesPerLine = 96

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Counts what an answer takes now; it may have been counted before.
    ///
    /// - Returns: Whether there is room for it.
    mutating func count(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        let head = transfer.pointee.head
        let bytes =
            transfer.pointee.parser.heldBytes + transfer.pointee.lines.heldBytes + head.byteCount + head.lineCount
            * Self.bytesPerLine
        heldBytes += bytes - transfer.pointee.largeBytes
        transfer.pointee.largeBytes = bytes
        return heldBytes <= maximumBytes
    }

    /// Gives the memory of what was kept of a body back, of a turn that has failed: nothing of it is read any more.
    ///
    /// Not first when the transfer is over: others of the same iteration would fail for what is free already.
    mutating func releaseBody(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        transfer.pointee.parser.reset()
        transfer.pointee.lines.reset()
        _ = count(transfer)
    }

    /// Gives the memory of an answer that is over back.
    mutating func release(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        guard transfer.pointee.largeBytes > 0 || transfer.pointee.hasGrown else { return }
        heldBytes -= transfer.pointee.largeBytes
        transfer.pointee.largeBytes = 0
        transfer.pointee.parser.reset()
        transfer.pointee.lines.reset()
    }
}
