// For SOCK_STREAM: curl.h includes the socket types, and the compiler takes them for those of CLoad.
internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// An address of this machine that connections are made from.
///
/// Each address has the system's range of local ports for itself, so that more addresses allow more connections to one
/// target.
package struct SourceAddress: Equatable, Hashable, Sendable, Codable {
    /// The most addresses of one range.
    package static let mostInRange = 4_096

    /// AF_INET or AF_INET6.
    package let family: Int32
    /// The address in network order: 4 or 16 bytes.
    private let bytes: [UInt8]

    /// Reads one address, or a range of them.
    ///
    /// - Parameter text: Such as `127.0.0.2`, `127.0.0.2-127.0.0.9` or `fd00::1-fd00::8`.
    /// - Returns: The addresses in rising order.
    /// - Throws: `ConfigurationError` that says what is wrong.
    package static func parse(_ text: String) throws(ConfigurationError) -> [SourceAddress] {
        func wrong(_ why: String) -> ConfigurationError {
            ConfigurationError("source address '\(text)': \(why); write for example 127.0.0.2 or 127.0.0.2-127.0.0.9")
        }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard ends.count <= 2 else { throw wrong("a range has two ends") }
        guard let first = SourceAddress(text: ends[0]) else {
            throw wrong("'\(ends[0])' is not an IPv4 or IPv6 address")
        }
        guard ends.count == 2 else { return [first] }
        guard let last = SourceAddress(text: ends[1]) else {
            throw wrong("'\(ends[1])' is not an IPv4 or IPv6 address")
        }
        guard first.family == last.family else { throw wrong("its ends are of two families") }
        guard first.number <= last.number else { throw wrong("its end is before its beginning") }
        guard last.number - first.number < UInt128(mostInRange) else {
            throw wrong("it has over \(mostInRange) addresses")
        }
        return (first.number...last.number).map { SourceAddress(number: $0, like: first) }
    }

    private init?(text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            family = AF_INET
            self.bytes = Array(bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            family = AF_INET6
            self.bytes = bytes
        } else {
            return nil
        }
    }

    private init(number: UInt128, like other: SourceAddress) {
        family = other.family
        let count = other.bytes.count
        bytes = (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt128(8 * (count - 1 - $0))) }
    }

    private var number: UInt128 { bytes.reduce(0) { $0 << 8 | UInt128($1) } }

    /// The address as Linux writes it into /proc/net/tcp: words of four bytes, each in the byte order of this machine.
    package var tableForm: String {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            let word = bytes[start..<start + 4].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
            let digits = String(word, radix: 16, uppercase: true)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    /// Binds a socket to the address, with a port that the system chooses when it connects.
    ///
    /// - Parameter descriptor: A socket of the same family.
    /// - Returns: 0, or the error number.
    func bind(_ descriptor: Int32) -> Int32 {
        var on: Int32 = 1
        // Otherwise the port is chosen now, before the target is known, and is then nobody else's for any target.
        setsockopt(
            descriptor,
            Int32(IPPROTO_IP),
            IP_BIND_ADDRESS_NO_PORT,
            &on,
            socklen_t(MemoryLayout<Int32>.size)
        )
        let result = withSocketAddress { Glibc.bind(descriptor, $0, $1) }
        return result == 0 ? 0 : errno
    }

    /// Checks that the address is one of this machine that connections can come from.
    ///
    /// - Throws: `ConfigurationError` when it is not.
    package func check() throws(ConfigurationError) {
        guard let why = objection ?? systemsObjection else { return }
        throw ConfigurationError("source address \(self): \(why)")
    }

    /// Why the address can be nobody's own; the system would take a socket bound to it, and connect it from another.
    private var objection: String? {
        let own = "give one of this machine's own (see: ip address)"
        if bytes.allSatisfy({ $0 == 0 }) { return "it stands for any address; \(own), or none" }
        if family == AF_INET {
            return (224...239).contains(bytes[0]) ? "it is a multicast address; \(own)" : nil
        }
        if bytes[0] == 0xFF { return "it is a multicast address; \(own)" }
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
        guard bytes.starts(with: mapped) else { return nil }
        return
            "it is an IPv4 address in the form of IPv6; write \(bytes.suffix(4).map(String.init).joined(separator: "."))"
    }

    /// Why the system does not let connections come from the address.
    private var systemsObjection: String? {
        // Of the kind that sends nothing when it connects.
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // Without a descriptor nothing is known against the address; the run will find out what is wrong.
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        let code = bind(descriptor)
        guard code == 0 else {
            return code == EADDRNOTAVAIL
                ? "this machine does not have it (see: ip address)" : SystemError.text(of: code)
        }
        // A broadcast address, of all networks or of one, is refused as a destination (connect(2)).
        let isBroadcast = withSocketAddress { connect(descriptor, $0, $1) } != 0 && errno == EACCES
        return isBroadcast ? "it is a broadcast address; give one of this machine's own (see: ip address)" : nil
    }

    private func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if family == AF_INET {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}

extension SourceAddress: CustomStringConvertible {
    /// The address as text, an IPv6 one without brackets.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The choice of a socket's local port.
enum LocalPorts {
    /// IP_LOCAL_PORT_RANGE of linux/in.h, which the system's headers may be too old for.
    private static let option: Int32 = 51

    /// Restricts a socket to some of the ports that the system would choose from.
    ///
    /// Before Linux 6.3 it does nothing: the option is not known.
    static func restrict(_ descriptor: Int32, to ports: ClosedRange<Int>) {
        var bounds = UInt32(truncatingIfNeeded: ports.upperBound << 16 | ports.lowerBound)
        setsockopt(descriptor, Int32(IPPROTO_IP), option, &bounds, socklen_t(MemoryLayout<UInt32>.size))
    }
}
