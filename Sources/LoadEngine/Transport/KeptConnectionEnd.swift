#if canImport(Glibc)
import Glibc
#endif

/// How a kept connection ended under a turn of whose answer no byte had come.
///
/// That a server closed it before the turn came, and that it took the turn and then died, look alike to libcurl. The system
/// knows more: what the server's system has acknowledged had arrived there, and so the connection was not closed before it.
struct KeptConnectionEnd: Equatable {
    /// TCP_CLOSE of the system's list of states: after a FIN it would be TCP_CLOSE_WAIT.
    private static let resetState: UInt8 = 7

    /// Whether the server reset it, rather than closed.
    let isReset: Bool
    /// How many of the bytes that were sent on it had not been acknowledged; nil where the system does not tell.
    let unacknowledgedBytes: Int32?

    init(isReset: Bool, unacknowledgedBytes: Int32?) {
        self.isReset = isReset
        self.unacknowledgedBytes = unacknowledgedBytes
    }

    /// What the system says of a socket that is about to be closed.
    init(of descriptor: Int32) {
        var state: UInt8 = 0
        // The state is the first byte of what TCP_INFO gives.
        var length = socklen_t(MemoryLayout<UInt8>.size)
        let isKnown = getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &state, &length) == 0
        var bytes: Int32 = 0
        unacknowledgedBytes = ioctl(descriptor, UInt(TIOCOUTQ), &bytes) == 0 ? bytes : nil
        isReset = isKnown && state == Self.resetState
    }

    /// Whether all of a turn had arrived at the server's system.
    ///
    /// - Parameter isSent: Whether any of it was sent: a connection that takes nothing has nothing to acknowledge.
    /// - Returns: False also where that is not known.
    func hadTurn(isSent: Bool) -> Bool { isSent && unacknowledgedBytes == 0 }

    /// What is known, in words.
    ///
    /// - Parameters:
    ///   - isSent: Whether any of the turn was sent.
    ///   - sinceSendNs: How long after the send that was seen.
    /// - Returns: The text, which fits into what is kept of a failure.
    func text(isSent: Bool, sinceSendNs: UInt64) -> String {
        let what = "the server \(isReset ? "reset" : "closed") the "
        guard !hadTurn(isSent: isSent) else {
            return what + "connection without an answer; the turn is not sent a second time"
        }
        return what
            + "kept connection within \(Self.limitMs(of: sinceSendNs)) ms of the turn, which it may not have seen; "
            + "it is not sent a second time (--disable-keepalive makes a new connection for every turn)"
    }

    /// The power of ten that a time does not exceed: few different texts, so that other failures keep their examples.
    private static func limitMs(of ns: UInt64) -> UInt64 {
        var limit: UInt64 = 1
        while limit * Nanoseconds.perMillisecond < ns { limit *= 10 }
        return limit
    }
}
