#if canImport(Glibc)
import Glibc
#endif

/// The name and the port of a `Host` header, or of another place that has `name:port`.
struct HostName: Equatable {
    /// In lower case, without a dot at its end; an IPv6 address without brackets.
    let name: String
    /// Nil where there is none.
    let port: Int?
    /// Whether the name is an IPv4 or IPv6 address.
    let isAddress: Bool

    /// Takes a text such as `localhost:8089` or `[::1]` apart; nil when it is something else.
    init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            name = text[text.index(after: text.startIndex)..<end].lowercased()
            guard Self.isAddress(name, AF_INET6) else { return nil }
            isAddress = true
            rest = text[text.index(after: end)...]
        } else {
            let name = text.prefix { $0 != ":" }
            rest = text.dropFirst(name.count)
            // A browser resolves a name with a dot at its end as the one without.
            self.name = (name.hasSuffix(".") ? name.dropLast() : name).lowercased()
            guard !self.name.isEmpty, self.name.utf8.allSatisfy(Self.isPartOfName) else { return nil }
            isAddress = Self.isAddress(self.name, AF_INET)
        }
        guard let port = Self.port(rest) else { return nil }
        self.port = port.number
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var address = in6_addr()
        return inet_pton(family, text, &address) == 1
    }

    /// What stands behind the name: nothing, or a colon and a port, which may be missing; nil for anything else.
    private static func port(_ text: Substring) -> (number: Int?, Void)? {
        guard let colon = text.first else { return (nil, ()) }
        let digits = text.dropFirst()
        guard colon == ":", digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        if digits.isEmpty { return (nil, ()) }
        guard let number = Int(digits), number <= 65_535 else { return nil }
        return (number, ())
    }
}
