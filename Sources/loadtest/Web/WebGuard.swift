/// Decides whether a request may be answered at all, whatever it asks for.
///
/// Every page that a browser shows can send requests to this machine. Those of other sites are refused, and those that
/// come by a name that is not this server's, since whoever owns the name can point it at this machine (DNS rebinding) and
/// then is the same site. Scripts do not send the headers of browsers, and go on working.
struct WebGuard: Sendable {
    /// What is looked at of a request.
    struct Request: Sendable {
        var method = "GET"
        /// Without the query.
        var path = "/"
        /// `Host`, or `:authority`; nil where there is none.
        var host: String?
        var origin: String?
        /// `Sec-Fetch-Site`.
        var fetchSite: String?
        /// `Sec-Fetch-Mode`.
        var fetchMode: String?
        /// `Sec-Fetch-Dest`.
        var fetchDestination: String?
    }

    /// Why a request is refused.
    struct Refusal: Equatable {
        /// The status of the answer.
        let status: Int
        let problem: WebProblem
    }

    private static let misdirected = 421
    private static let forbidden = 403
    /// The server itself knows no TLS.
    private static let scheme = "http"
    private static let defaultPort = 80

    private let names: Set<String>
    private let origins: [WebOrigin]

    /// Makes the decision for a server.
    ///
    /// - Parameters:
    ///   - webHost: What it was told to listen on: a name or an address.
    ///   - machineName: The machine's own name; empty where it has none.
    ///   - origins: By which URLs browsers reach it through a reverse proxy.
    init(webHost: String, machineName: String, origins: [WebOrigin] = []) {
        names = Set(["localhost"] + [webHost, machineName].compactMap { HostName($0)?.name })
        self.origins = origins
    }

    /// Looks at a request.
    ///
    /// - Parameter request: What the request says of itself.
    /// - Returns: Why it is refused; nil when it is not.
    func refusal(of request: Request) -> Refusal? {
        guard let text = request.host, let host = HostName(text) else {
            return Refusal(
                status: Self.misdirected,
                problem: WebProblem(message: "the request has no valid Host header: send the host and port of its URL")
            )
        }
        guard isOwnName(host) || origins.contains(where: { $0.host.name == host.name }) else {
            return Refusal(
                status: Self.misdirected,
                problem: WebProblem(
                    message: "'\(host.name)' is no name of this server: use localhost or an IP address, or start "
                        + "loadtest with --web-host \(host.name) if it is a name of this machine, or with --web-origin "
                        + "and the URL of the page if it is that of a reverse proxy"
                )
            )
        }
        guard isFromOtherSite(request, to: host) else { return nil }
        return Refusal(
            status: Self.forbidden,
            problem: WebProblem(
                message: "the request comes from another site's page: open this server's own page, or send it from a "
                    + "script without the headers Origin and Sec-Fetch-Site; behind a reverse proxy start loadtest with "
                    + "--web-origin and the URL of the page"
            )
        )
    }

    private func isOwnName(_ host: HostName) -> Bool { host.isAddress || names.contains(host.name) }

    private func isFromOtherSite(_ request: Request, to host: HostName) -> Bool {
        if let origin = request.origin, !isOwn(origin, host) { return true }
        switch request.fetchSite?.lowercased() {
        case nil, "same-origin", "none": return false
        default: return !isOpening(request)
        }
    }

    /// Whether somebody follows a link to the page: it is shown by itself, and the other site cannot look into it.
    private func isOpening(_ request: Request) -> Bool {
        request.method == "GET" && request.path == "/" && request.origin == nil
            && request.fetchMode?.lowercased() == "navigate" && request.fetchDestination?.lowercased() == "document"
    }

    private func isOwn(_ origin: String, _ host: HostName) -> Bool {
        if origins.contains(where: { $0.isSame(as: origin) }) { return true }
        // A name of the proxy alone is no place where this server itself has a page.
        guard isOwnName(host) else { return false }
        let prefix = "\(Self.scheme)://"
        guard origin.lowercased().hasPrefix(prefix), let own = HostName(String(origin.dropFirst(prefix.count))) else {
            return false
        }
        return own.name == host.name && own.port ?? Self.defaultPort == host.port ?? Self.defaultPort
    }
}
