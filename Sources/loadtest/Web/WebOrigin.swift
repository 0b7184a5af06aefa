import LoadEngine

/// The URL by which browsers reach the page through a reverse proxy.
struct WebOrigin: Sendable, Equatable {
    /// As it was given.
    let url: String
    /// `http` or `https`.
    let scheme: String
    let host: HostName
    let port: Int
    /// What the page is below, as in `/path`; empty at the top.
    let path: String

    /// Takes a URL apart.
    ///
    /// - Parameter url: Such as `https://lt.example.com/path`.
    /// - Throws: `ConfigurationError` that says what is wrong with it.
    init(_ url: String) throws(ConfigurationError) {
        guard let target = try? Target(url: url), let host = HostName(target.host) else {
            throw ConfigurationError(
                "--web-origin \(Shown.url(url)) is not the URL of a page: write for example https://lt.example.com/path"
            )
        }
        self.url = url
        scheme = target.scheme.lowercased()
        self.host = host
        port = target.port
        path = target.basePath
    }

    /// Whether it is what a browser has sent as `Origin`: scheme, name and port.
    func isSame(as origin: String) -> Bool {
        let lowercased = origin.lowercased()
        guard lowercased.hasPrefix("\(scheme)://"),
            let other = HostName(String(lowercased.dropFirst(scheme.count + "://".count)))
        else { return false }
        return other.name == host.name && other.port ?? (scheme == "https" ? 443 : 80) == port
    }

    /// The path of a request as the page's own, when the proxy has left on what the page is below.
    ///
    /// - Parameter path: The path of the request.
    /// - Returns: The rest of it, which is empty when the slash at its end is missing; nil for another path.
    func ownPath(_ path: String) -> String? {
        guard !self.path.isEmpty, path.hasPrefix(self.path) else { return nil }
        let rest = path.dropFirst(self.path.count)
        return rest.isEmpty || rest.hasPrefix("/") ? String(rest) : nil
    }
}
