internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// Where the turns of a run go: the parts of the `--host` URL.
package struct Target: Equatable, Sendable, Codable {
    /// `http` or `https`.
    package let scheme: String
    /// The name or address as it is in the URL, an IPv6 address in brackets.
    package let host: String
    package let port: Int
    /// What comes before the path of every turn; without a slash at its end.
    package let basePath: String
    /// The zone of a link-local IPv6 address, such as `eth0`; nil without one.
    package let zone: String?
    /// The addresses that the name stands for, in the order in which they are tried, an IPv6 address in brackets; none before
    /// `resolved`, and for a literal.
    package private(set) var addresses: [String] = []
    /// Over how many of them, the first ones, users are spread; the others are only tried when these fail.
    package private(set) var spreadCount = 1
    /// The interface of link-local addresses, 0 for none; known once `resolved`.
    package private(set) var scope: UInt32 = 0

    /// Takes a base URL apart.
    ///
    /// - Parameter url: Such as `http://localhost:8000` or `https://example.test/api`.
    /// - Throws: `ConfigurationError` that says what is wrong with it.
    package init(url: String) throws(ConfigurationError) {
        func wrong(_ why: String) -> ConfigurationError {
            ConfigurationError("host \(Shown.url(url)): \(why); write for example http://localhost:8000")
        }
        let lowercased = url.lowercased()
        guard lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://") else {
            throw wrong("it must begin with http:// or https://")
        }
        guard let handle = curl_url() else { throw wrong("out of memory") }
        defer { curl_url_cleanup(handle) }
        let code = curl_url_set(handle, CURLUPART_URL, url, 0)
        guard code == CURLUE_OK else { throw wrong(String(cString: curl_url_strerror(code))) }
        func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
        let name = TextLocale.utf8 { part(CURLUPART_HOST, CURLU_PUNYCODE) } ?? part(CURLUPART_HOST)
        guard let scheme = part(CURLUPART_SCHEME), let host = name, !host.isEmpty,
            let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT).flatMap({ Int($0) })
        else { throw wrong("it names no host") }
        guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw wrong("'\(host)' cannot be written as a name of the DNS (IDNA)")
        }
        guard port > 0 else { throw wrong("port 0 cannot be connected to") }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else {
            throw wrong("a user and password do not belong into it (use --header 'Authorization: Basic ...')")
        }
        guard part(CURLUPART_QUERY) == nil, part(CURLUPART_FRAGMENT) == nil else {
            throw wrong("a query or fragment does not belong into it (see --path)")
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        zone = part(CURLUPART_ZONEID)
        let path = part(CURLUPART_PATH) ?? "/"
        basePath = String(path.reversed().drop { $0 == "/" }.reversed())
    }

    /// The URL without a path, as libcurl is to see it.
    package var baseURL: String {
        let zoned = zone.map { "\(host.dropLast())%25\($0)]" } ?? host
        return "\(scheme)://\(zoned):\(port)/"
    }

    /// What libcurl is to take for the answer of the DNS (CURLOPT_RESOLVE), nil for a literal.
    ///
    /// libcurl tries one address after the other, as every client does.
    /// - Parameter first: Which of the addresses that users are spread over comes first.
    /// - Returns: The name, the port and the addresses.
    package func resolution(first: Int) -> String? {
        guard !addresses.isEmpty else { return nil }
        let spread = addresses.prefix(spreadCount)
        let order = spread[(first % spreadCount)...] + spread[..<(first % spreadCount)] + addresses[spreadCount...]
        return "\(host):\(port):\(order.joined(separator: ","))"
    }

    /// The target with its name resolved, once for the whole run.
    ///
    /// When a name has addresses of both families, as `localhost` often has, those of a family that accepts no connection
    /// come last, since many servers listen on one family only.
    /// - Parameter family: The only family that will do, AF_INET or AF_INET6; nil for either.
    /// - Returns: The target, over whose addresses the users are spread.
    /// - Throws: `EngineError` when the name cannot be resolved, or has no address of the family.
    package func resolved(family: Int32? = nil) throws(EngineError) -> Target {
        func isUsable(_ other: Int32) -> Bool { family == nil || family == other }
        let noAddress = EngineError(
            operation: "reach the host '\(host)' from the source addresses",
            reason: "it has no \(family == AF_INET6 ? "IPv6" : "IPv4") address"
        )
        guard !isLiteral else {
            guard isUsable(host.hasPrefix("[") ? AF_INET6 : AF_INET) else { throw noAddress }
            return try withInterface()
        }
        let found = try Resolver.addresses(of: host, port: port).filter { isUsable($0.family) }
        guard !found.isEmpty else { throw noAddress }
        let (first, last) = Resolver.byReachability(found)
        var resolved = resolved(to: first.map(\.text), then: last.map(\.text))
        resolved.scope = found.map(\.scope).first { $0 > 0 } ?? 0
        return resolved
    }

    /// Whether something accepts connections at it; takes up to a second for each of a few addresses.
    ///
    /// - Parameter family: The only family that will do, AF_INET or AF_INET6; nil for either.
    /// - Returns: Whether something does.
    /// - Throws: `EngineError` when the name cannot be resolved.
    func isListening(family: Int32? = nil) throws(EngineError) -> Bool {
        let name = host.filter { $0 != "[" && $0 != "]" } + (zone.map { "%\($0)" } ?? "")
        return Resolver.accepts(
            try Resolver.addresses(of: name, port: port).filter { family == nil || family == $0.family }
        )
    }

    /// The target with addresses that are known.
    ///
    /// - Parameters:
    ///   - addresses: Those that users are spread over, at least one, an IPv6 address in brackets.
    ///   - others: Those that are tried when these fail.
    /// - Returns: The target, resolved.
    package func resolved(to addresses: [String], then others: [String] = []) -> Target {
        precondition(!addresses.isEmpty, "a name stands for an address")
        var resolved = self
        resolved.addresses = addresses + others
        resolved.spreadCount = addresses.count
        return resolved
    }

    /// The address that connections go to first, without brackets; the name when it is not resolved yet.
    package var numericAddress: String { numericAddresses[0] }

    /// All addresses that connections may go to, without brackets; the name when it is not resolved yet.
    package var numericAddresses: [String] {
        (addresses.isEmpty ? [host] : addresses).map { $0.filter { $0 != "[" && $0 != "]" } }
    }

    /// The target with the interface that its zone names; libcurl does not always hand it on to the system.
    private func withInterface() throws(EngineError) -> Target {
        guard let zone else {
            guard host.lowercased().hasPrefix("[fe80:") else { return self }
            throw EngineError(
                operation: "reach the host '\(host)'",
                reason:
                    "a link-local address needs its interface: write for example \(scheme)://\(host.dropLast())%eth0]:\(port)"
            )
        }
        var target = self
        target.scope = UInt32(zone) ?? if_nametoindex(zone)
        guard target.scope > 0 else {
            throw EngineError(operation: "reach the host '\(host)'", reason: "this machine has no interface '\(zone)'")
        }
        return target
    }

    private var isLiteral: Bool {
        var v4 = in_addr()
        return host.hasPrefix("[") || inet_pton(AF_INET, host, &v4) == 1
    }
}
