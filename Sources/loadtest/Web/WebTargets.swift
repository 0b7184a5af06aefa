import LoadEngine

/// Which assistants the page's runs may play against, and what of the options goes to each.
///
/// Headers, a query of the path, and what a profile has of the environment may be secrets. They were given for one host: its
/// scheme, name and port. Whoever can use the page could otherwise have them sent to a host of their own.
struct WebTargets: Sendable {
    /// What becomes of a host that is not that of the options.
    enum Others {
        /// It is played against, without what may be secret.
        case withoutSecrets
        /// It gets everything.
        case trusted
        /// No run is started.
        case refused
    }

    /// The base URL that the options name, or that of the mock; nil when there is none.
    let own: String?
    var others = Others.withoutSecrets

    /// What a run against a host is configured with.
    ///
    /// - Parameters:
    ///   - base: What the options ask for.
    ///   - host: The base URL that the page names, which has been checked; nil for that of the options.
    /// - Returns: The configuration, and what is to be said when it has less than the options.
    /// - Throws: `WebProblem` when there is no host, or it is refused.
    func configuration(
        _ base: EngineConfiguration,
        for host: String?
    ) throws(WebProblem) -> (configuration: EngineConfiguration, note: String?) {
        guard let host = host ?? own else {
            throw WebProblem(
                message: "host is missing: give the base URL, such as http://localhost:8000",
                field: "host"
            )
        }
        var configuration = base
        configuration.host = host
        if let own, Self.isSame(own, host), others != .refused || Self.hasSamePath(own, host) {
            return (configuration, nil)
        }
        switch others {
        case .trusted: return (configuration, nil)
        case .refused:
            throw WebProblem(
                message: "this server plays against \(own ?? "no host") only (--web-lock-host): leave the host out",
                field: "host"
            )
        case .withoutSecrets:
            guard let secrets = Self.secrets(of: base) else { return (configuration, nil) }
            configuration.headers = []
            configuration.path = base.path.map { String($0.prefix { $0 != "?" }) }
            configuration.api = base.api.withoutSecrets
            let given = own.map { "were given for \($0)" } ?? "were given without --host"
            return (
                configuration,
                "\(secrets) \(given) and are not sent to \(host); start loadtest with --web-any-host to send them to every "
                    + "host"
            )
        }
    }

    /// What is to be said before the first run.
    ///
    /// - Parameter base: What the options ask for.
    /// - Returns: A sentence; nil when there is nothing to say.
    func noteAtStart(_ base: EngineConfiguration) -> String? {
        guard own == nil, others == .withoutSecrets, let secrets = Self.secrets(of: base) else { return nil }
        return "\(secrets) were given without --host and are sent to no host that the page names: give --host, or "
            + "--web-any-host to send them to every host"
    }

    /// The parts of the options that may be secret, by their names; nil when there are none.
    private static func secrets(of base: EngineConfiguration) -> String? {
        let names = base.headers.map { String($0.prefix { $0 != ":" }) }
        let ofProfile = base.api.namesOfSecrets
        let parts = [
            names.isEmpty ? nil : "the values of --header (\(names.joined(separator: ", ")))",
            base.path?.contains("?") == true ? "the query of --path" : nil,
            ofProfile.isEmpty ? nil : "secrets of the profile (\(ofProfile.joined(separator: ", ")))",
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }

    /// Whether two base URLs lead to the same place of a host, which may serve others elsewhere.
    private static func hasSamePath(_ first: String, _ second: String) -> Bool {
        guard let first = try? Target(url: first), let second = try? Target(url: second) else { return false }
        return first.basePath == second.basePath
    }

    private static func isSame(_ first: String, _ second: String) -> Bool {
        guard let first = try? Target(url: first), let second = try? Target(url: second) else { return false }
        return first.scheme.lowercased() == second.scheme.lowercased()
            && first.host.lowercased() == second.host.lowercased() && first.port == second.port
    }
}
