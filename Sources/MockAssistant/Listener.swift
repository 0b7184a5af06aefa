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
    ///   - isShared: Whether other sockets that are shared, and belong to the same user, may listen on the port too: the
    ///     system gives each of them a part of the connections.
    /// - Returns: The descriptor and the port it really has.
    /// - Throws: `EngineError` that names host and port and says what to do.
    static func open(
        host: String,
        port: UInt16,
        isShared: Bool = false
    ) throws(EngineError) -> (descriptor: Int32, port: UInt16) {
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
            let descriptor = bound(to: address.ai_addr, byteCount: address.ai_addrlen, isShared: isShared)
            if descriptor >= 0, listen(descriptor, backlog) == 0 {
                return (descriptor, BoundAddress(of: descriptor).port)
            }
            lastCode = errno
            if descriptor >= 0 { _ = Glibc.close(descriptor) }
            // A taken port is taken: the name's next address would be another server than the one that was asked for.
            if lastCode != EADDRNOTAVAIL, lastCode != EAFNOSUPPORT { break }
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

    /// A socket that is bound and does not listen yet; -1, and the reason in `errno`, when there is none.
    static func bound(to address: UnsafePointer<sockaddr>, byteCount: socklen_t, isShared: Bool) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(Int32(address.pointee.sa_family), kind, 0)
        guard descriptor >= 0 else { return -1 }
        // Without it the port stays taken for a minute after a server with open connections has ended.
        set(SO_REUSEADDR, of: descriptor, to: true)
        if isShared { set(SO_REUSEPORT, of: descriptor, to: true) }
        guard bind(descriptor, address, byteCount) == 0 else {
            let code = errno
            _ = Glibc.close(descriptor)
            errno = code
            return -1
        }
        return descriptor
    }

    static func set(_ option: Int32, of descriptor: Int32, to isOn: Bool) {
        var value: Int32 = isOn ? 1 : 0
        setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// The address that a socket is bound to.
struct BoundAddress {
    private var storage = sockaddr_storage()
    private var byteCount = socklen_t(MemoryLayout<sockaddr_storage>.size)

    init(of descriptor: Int32) {
        withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &byteCount) }
        }
    }

    /// The port, which is in the same place for IPv4 and IPv6; 0 when it is not known.
    var port: UInt16 {
        withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, byteCount) }
        }
    }
}
