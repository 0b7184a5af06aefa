import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A listening socket on a free port of the loopback address, with a thread for each connection.
package final class LoopbackListener: Sendable {
    /// `http://127.0.0.1:PORT`.
    package let url: String
    private let descriptor: Int32

    /// Starts listening.
    package init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        descriptor = listener
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
    }

    /// Accepts connections until it is stopped.
    ///
    /// - Parameter serve: Serves a connection, on a thread of its own, and closes it.
    package func accept(_ serve: @escaping @Sendable (_ connection: Int32) -> Void) {
        Thread.detachNewThread { [descriptor] in
            while true {
                let connection = Glibc.accept(descriptor, nil, nil)
                guard connection >= 0 else {
                    // Here and not in `stop`: its number may be the next server's, whose connections this would take.
                    close(descriptor)
                    return
                }
                Thread.detachNewThread { serve(connection) }
            }
        }
    }

    /// Stops accepting; connections end with their clients.
    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
