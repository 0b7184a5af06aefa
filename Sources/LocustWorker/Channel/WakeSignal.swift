#if canImport(Glibc)
import Glibc
#endif

/// Wakes the thread that waits at a channel, from any other.
/// - Isolation: any thread
package final class WakeSignal: Sendable {
    /// What is to be read when it was woken.
    let descriptor: Int32
    private let sender: Int32

    /// - Throws: `EngineError` when the system gives no descriptor.
    package init() throws(EngineError) {
        var pair: (Int32, Int32) = (-1, -1)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let status = withUnsafeMutableBytes(of: &pair) {
            socketpair(AF_UNIX, kind, 0, $0.bindMemory(to: Int32.self).baseAddress)
        }
        guard status == 0 else {
            throw EngineError(operation: "wait for messages", reason: SystemError.text(of: errno))
        }
        (descriptor, sender) = pair
    }

    deinit {
        close(descriptor)
        close(sender)
    }

    /// Ends the wait that goes on, or the next one.
    package func wake() {
        var one: UInt8 = 1
        // When it is full somebody has woken it already.
        _ = send(sender, &one, 1, Int32(MSG_NOSIGNAL))
    }

    /// Forgets that it was woken.
    func clear() {
        var bytes = (UInt64(0), UInt64(0))
        while read(descriptor, &bytes, MemoryLayout.size(ofValue: bytes)) > 0 {}
    }
}
