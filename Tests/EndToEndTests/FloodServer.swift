import Foundation
import Synchronization
import TestSupport

#if canImport(Glibc)
import Glibc
#endif

/// A server that writes one answer as fast as its client takes it, and knows how much of it the system has taken.
final class FloodServer: Sendable {
    let url: String
    private let listener: Int32
    private let sent = Mutex(0)
    private let ended = Mutex(0)

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
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        // A little at a time: of a write that waits when its client closes, the system takes much at last.
        let each = max((8 << 10) / event.utf8.count, 1)
        let piece = Array(String(repeating: event, count: each).utf8)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else {
                    close(listener)
                    return
                }
                Thread.detachNewThread { [self] in serve(connection, piece, bytes: event.utf8.count * count) }
            }
        }
    }

    /// Stops accepting; connections end with their clients.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

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
