#if canImport(Glibc)
import Glibc
#endif

/// Ports for servers that cannot be told to take any that is free, and to say which.
package enum FreePort {
    /// Why there is none.
    package struct Failure: Error {
        let code: Int32
    }

    /// Ports of the loopback that are free, all different: they are held together before any is given back.
    package static func several(_ count: Int) throws(Failure) -> [UInt16] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        var ports: [UInt16] = []
        for _ in 0..<count {
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            sockets.append(socket)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1
                }
            }
            guard status == 0 else { throw Failure(code: errno) }
            ports.append(UInt16(bigEndian: address.sin_port))
        }
        return ports
    }

    /// One of them.
    package static func any() throws(Failure) -> UInt16 { try several(1)[0] }
}
