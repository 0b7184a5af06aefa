internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// What each of the target's addresses gets, where there are several; and the interface of link-local ones.
/// - Isolation: loop
struct TargetAddresses {
    /// What each address has got.
    private(set) var usages: [AddressUsage]
    /// The addresses as libcurl writes them.
    private let texts: [[CChar]]
    private let scope: UInt32

    init(of target: Target) {
        usages =
            target.addresses.count > 1
            ? target.addresses.map { AddressUsage(address: $0.filter { $0 != "[" && $0 != "]" }) } : []
        texts = usages.map { Array($0.address.utf8CString) }
        scope = target.scope
    }

    /// Whether there are several.
    var areCounted: Bool { !usages.isEmpty }

    /// Counts a connection that is about to be made, and names the interface where the address needs one.
    mutating func willConnect(to address: UnsafeMutablePointer<curl_sockaddr>) {
        guard areCounted || scope > 0 else { return }
        withUnsafeMutablePointer(to: &address.pointee.addr) { pointer in
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            let raw = UnsafeMutableRawPointer(pointer)
            if address.pointee.family == AF_INET6 {
                let v6 = raw.assumingMemoryBound(to: sockaddr_in6.self)
                if scope > 0, v6.pointee.sin6_scope_id == 0, Self.isLinkLocal(v6) { v6.pointee.sin6_scope_id = scope }
                inet_ntop(AF_INET6, &v6.pointee.sin6_addr, &text, socklen_t(text.count))
            } else {
                let v4 = raw.assumingMemoryBound(to: sockaddr_in.self)
                inet_ntop(AF_INET, &v4.pointee.sin_addr, &text, socklen_t(text.count))
            }
            if let index = index(of: text) { usages[index].attempts += 1 }
        }
    }

    /// Counts a turn that is about to be sent.
    mutating func willSend(to address: UnsafePointer<CChar>) {
        guard let index = index(ofConnected: address) else { return }
        usages[index].turns += 1
    }

    /// Counts a connection that was made.
    mutating func didConnect(to address: UnsafePointer<CChar>) {
        guard let index = index(ofConnected: address) else { return }
        usages[index].connections += 1
    }

    /// The address that a connection was made to, by what it has become: Linux takes the unspecified ones for the loopback,
    /// and libcurl before 8 tells what the socket says.
    private func index(ofConnected address: UnsafePointer<CChar>) -> Int? {
        if let index = texts.firstIndex(where: { strcmp($0, address) == 0 }) { return index }
        let unspecified = strcmp(address, "127.0.0.1") == 0 ? "0.0.0.0" : strcmp(address, "::1") == 0 ? "::" : nil
        return unspecified.flatMap { name in usages.firstIndex { $0.address == name } }
    }

    private func index(of text: [CChar]) -> Int? { texts.firstIndex { strcmp($0, text) == 0 } }

    private static func isLinkLocal(_ address: UnsafePointer<sockaddr_in6>) -> Bool {
        withUnsafeBytes(of: address.pointee.sin6_addr) { $0[0] == 0xFE && $0[1] & 0xC0 == 0x80 }
    }
}
