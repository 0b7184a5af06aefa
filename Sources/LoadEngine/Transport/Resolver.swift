// For SOCK_STREAM: curl.h includes the socket types, and the compiler takes them for those of CLoad.
internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// Resolves names before a run, so that no lookup happens in it: libcurl would start a thread for each.
enum Resolver {
    /// An address of a name.
    struct Address {
        /// The address as text, an IPv6 one in brackets.
        let text: String
        let family: Int32
        /// The interface of a link-local address, 0 for none.
        let scope: UInt32
        fileprivate let bytes: [UInt8]
    }

    /// How long the choice between two families waits for each connection.
    private static let probeTimeoutMs: Int32 = 1_000
    /// How many addresses of a family are asked.
    private static let mostProbes = 3

    /// All stream addresses of a name, in the system's order.
    ///
    /// - Throws: `EngineError` when there is none.
    static func addresses(of name: String, port: Int) throws(EngineError) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, String(port), &hints, &list)
        guard code == 0, let first = list else {
            let reason = code == EAI_SYSTEM ? SystemError.text(of: errno) : String(cString: gai_strerror(code))
            throw EngineError(operation: "resolve the host '\(name)'", reason: "\(reason); check the name in --host")
        }
        defer { freeaddrinfo(first) }
        var addresses: [Address] = []
        for entry in sequence(first: first, next: { $0.pointee.ai_next }) {
            guard let socketAddress = entry.pointee.ai_addr else { continue }
            var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = entry.pointee.ai_addrlen
            guard
                getnameinfo(socketAddress, length, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            // Without a zone, which libcurl does not read there: it is in `scope`.
            let text = String(
                decoding: buffer.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: "%")) }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            let isV6 = entry.pointee.ai_family == AF_INET6
            let shown = isV6 ? "[\(text)]" : text
            // A name may have an address twice.
            guard !addresses.contains(where: { $0.text == shown }) else { continue }
            addresses.append(
                Address(
                    text: shown,
                    family: entry.pointee.ai_family,
                    scope: isV6
                        ? socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                            $0.pointee.sin6_scope_id
                        } : 0,
                    bytes: Array(UnsafeRawBufferPointer(start: socketAddress, count: Int(length)))
                )
            )
        }
        guard !addresses.isEmpty else {
            throw EngineError(operation: "resolve the host '\(name)'", reason: "it has no IPv4 or IPv6 address")
        }
        return addresses
    }

    /// The addresses to use first, and those to use only when they fail: of a family none of whose first addresses accepts a
    /// connection, unless no family does.
    ///
    /// Many servers listen on one family only, and a name like `localhost` has both.
    static func byReachability(_ addresses: [Address]) -> (first: [Address], last: [Address]) {
        let families = Set(addresses.map(\.family))
        guard families.count > 1 else { return (addresses, []) }
        let reachable = families.filter { family in accepts(addresses.filter { $0.family == family }) }
        // Nothing answers: IPv4, as most servers that are not started yet.
        let chosen = reachable.isEmpty ? [AF_INET] : reachable
        return (addresses.filter { chosen.contains($0.family) }, addresses.filter { !chosen.contains($0.family) })
    }

    /// Whether one of the first addresses accepts a connection.
    static func accepts(_ addresses: [Address]) -> Bool { addresses.prefix(mostProbes).contains(where: isReachable) }

    private static func isReachable(_ address: Address) -> Bool {
        let fd = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { return false }
        defer { close(fd) }
        let result = address.bytes.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(fd, $0.baseAddress, socklen_t(address.bytes.count)) }
        }
        if result == 0 { return true }
        guard errno == EINPROGRESS else { return false }
        var poll = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
        guard Glibc.poll(&poll, 1, probeTimeoutMs) == 1 else { return false }
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0
    }
}
