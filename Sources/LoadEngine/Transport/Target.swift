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
    /// The address that the name stands for, an IPv6 address in brackets; nil before `resolved`, and for a literal.
    package private(set) var address: String?

    /// Takes a base URL apart.
    ///
    /// - Parameter url: Such as `http://localhost:8000` or `https://example.test/api`.
    /// - Throws: `ConfigurationError` that says what is wrong with it.
    package init(url: String) throws(ConfigurationError) {
        func wrong(_ why: String) -> ConfigurationError {
            ConfigurationError("host '\(url)': \(why); write for example http://localhost:8000")
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
        guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST), !host.isEmpty,
            let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT).flatMap({ Int($0) })
        else { throw wrong("it names no host") }
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
        let path = part(CURLUPART_PATH) ?? "/"
        basePath = String(path.reversed().drop { $0 == "/" }.reversed())
    }

    /// The URL without a path, as libcurl is to see it.
    package var baseURL: String { "\(scheme)://\(host):\(port)/" }

    /// libcurl's redirection of the name to the address that was resolved, nil for a literal.
    package var connectTo: String? { address.map { "\(host):\(port):\($0):\(port)" } }

    /// The target with its name resolved, once for the whole run.
    ///
    /// When a name has addresses of both families, as `localhost` often has, the first that accepts a connection is
    /// taken, since many servers listen on one family only.
    /// - Parameter family: The only family that will do, AF_INET or AF_INET6; nil for either.
    /// - Returns: The target, whose turns all go to one address.
    /// - Throws: `EngineError` when the name cannot be resolved, or has no address of the family.
    package func resolved(family: Int32? = nil) throws(EngineError) -> Target {
        func isUsable(_ other: Int32) -> Bool { family == nil || family == other }
        let noAddress = EngineError(
            operation: "reach the host '\(host)' from the source addresses",
            reason: "it has no \(family == AF_INET6 ? "IPv6" : "IPv4") address"
        )
        guard !isLiteral else {
            guard isUsable(host.hasPrefix("[") ? AF_INET6 : AF_INET) else { throw noAddress }
            return self
        }
        let addresses = try Resolver.addresses(of: host, port: port).filter { isUsable($0.family) }
        guard !addresses.isEmpty else { throw noAddress }
        var resolved = self
        resolved.address = Resolver.firstReachable(of: addresses).text
        return resolved
    }

    /// The address that connections go to, without brackets; the name when it is not resolved yet.
    package var numericAddress: String {
        (address ?? host).filter { $0 != "[" && $0 != "]" }
    }

    private var isLiteral: Bool {
        var v4 = in_addr()
        return host.hasPrefix("[") || inet_pton(AF_INET, host, &v4) == 1
    }
}
