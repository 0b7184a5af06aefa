import Foundation
import Synchronization
import TestSupport

#if canImport(Glibc)
import Glibc
#endif

/// A server that writes one answer as fast as its client takes it, and knows how much of it the system has taken.
final class FloodServer: Sendable {
    private let listener: LoopbackListener
    private let sent = Mutex(0)
    private let ended = Mutex(0)

    var url: String { listener.url }
    /// How many bytes the system has taken of all answers.
    var sentBytes: Int { sent.withLock { $0 } }
    /// How many connections have ended, by the client in the middle of an answer or after it.
    var endedConnections: Int { ended.withLock { $0 } }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - event: What is sent again and again, after a head of a body without a length.
    ///   - count: How often.
    init(_ event: String, count: Int) throws {
        listener = try LoopbackListener()
        // A little at a time: of a write that waits when its client closes, the system takes much at last.
        let each = max((8 << 10) / event.utf8.count, 1)
        let piece = Array(String(repeating: event, count: each).utf8)
        listener.accept { [self] in serve($0, piece, bytes: event.utf8.count * count) }
    }

    /// Stops accepting; connections end with their clients.
    func stop() { listener.stop() }

    private func serve(_ connection: Int32, _ piece: [UInt8], bytes: Int) {
        defer {
            close(connection)
            ended.withLock { $0 += 1 }
        }
        var room: Int32 = 32 << 10
        setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &room, 4)
        var request = [UInt8](repeating: 0, count: 64 << 10)
        guard recv(connection, &request, request.count, 0) > 0 else { return }
        let head = Array((RawServer.head + "Connection: close\r\n\r\n").utf8)
        guard send(connection, head, head.count, Int32(MSG_NOSIGNAL)) == head.count else { return }
        var left = bytes
        while left > 0 {
            let count = send(connection, piece, min(left, piece.count), Int32(MSG_NOSIGNAL))
            guard count > 0 else { return }
            sent.withLock { $0 += count }
            left -= count
        }
    }
}
