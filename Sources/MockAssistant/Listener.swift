import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// A listening socket.
enum Listener {
    /// How many connections may wait to be accepted; the system takes its own limit (somaxconn) where that is less.
    private static let backlog: Int32 = 4096

    /// Opens a listening socket.
    ///
    /// - Parameters:
    ///   - host: A name or a literal address. A name with both kinds of address is bound to the IPv4 one, which more
    ///     clients try first.
    ///   - port: The port, 0 for any free one.
    /// - Returns: The descriptor and the port it really has.
    /// - Throws: `EngineError` that names host and port and says what to do.
    static func open(host: String, port: UInt16) throws(EngineError) -> (descriptor: Int32, port: UInt16) {
        func failure(_ reason: String) -> EngineError {
            EngineError(operation: "listen on host \(host), port \(port)", reason: reason)
        }
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = host.isEmpty ? EAI_NONAME : getaddrinfo(host, String(port), &hints, &found)
        guard code == 0, let found else {
            throw failure("\(String(cString: gai_strerror(code))); use an address of this machine, such as 127.0.0.1")
        }
        defer { freeaddrinfo(found) }
        let addresses = sequence(first: found, next: \.pointee.ai_next).map(\.pointee)
        let ordered = addresses.filter { $0.ai_family == AF_INET } + addresses.filter { $0.ai_family != AF_INET }
        var lastCode: Int32 = 0
        for address in ordered {
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = socket(address.ai_family, kind, 0)
            guard descriptor >= 0 else {
                lastCode = errno
                continue
            }
            // Without it the port stays taken for a minute after a server with open connections has ended.
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            if bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, backlog) == 0 {
                return (descriptor, boundPort(of: descriptor))
            }
            lastCode = errno
            _ = Glibc.close(descriptor)
            // A taken port is taken: the name's next address would be another server than the one that was asked for.
            if lastCode != EADDRNOTAVAIL { break }
        }
        throw failure("\(SystemError.text(of: lastCode))\(advice(on: lastCode))")
    }

    private static func advice(on code: Int32) -> String {
        switch code {
        case EADDRINUSE: "; choose another port, or --port 0 for any free one"
        case EADDRNOTAVAIL, EAFNOSUPPORT: "; use an address of this machine, such as 127.0.0.1"
        case EACCES: "; choose a port from 1024, or --port 0 for any free one"
        default: ""
        }
    }

    private static func boundPort(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        return withUnsafeMutableBytes(of: &storage) { bytes in
            var length = socklen_t(bytes.count)
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                getsockname(descriptor, address, &length) == 0
            else { return 0 }
            // The port is in the same place for IPv4 and IPv6.
            return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
