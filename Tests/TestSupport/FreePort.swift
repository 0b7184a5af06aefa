#if canImport(Glibc)
import Glibc
#endif

/// Ports for servers that cannot be told to take any that is free, and to say which.
package enum FreePort {
    /// Why there is none.
    package struct Failure: Error {
        let code: Int32
    }

    /// Below those from which Linux gives connections theirs: one of another test would take the port before its server does.
    private static let candidates: ClosedRange<UInt16> = 12_000...32_000
    private static let mostTries = 200

    /// Ports of the loopback that are free, all different: they are held together before any is given back.
    package static func several(_ count: Int) throws(Failure) -> [UInt16] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        var ports: [UInt16] = []
        var tries = 0
        while ports.count < count {
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            sockets.append(socket)
            let port = UInt16.random(in: candidates)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            address.sin_port = port.bigEndian
            let status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            tries += 1
            if status == 0 {
                ports.append(port)
            } else if errno != EADDRINUSE || tries == mostTries {
                throw Failure(code: errno)
            }
        }
        return ports
    }

    /// One of them.
    package static func any() throws(Failure) -> UInt16 { try several(1)[0] }
}
