/// What an option of a run decides on, by its name in the configuration of a result.
package enum RunOption {
    /// What it decides on.
    package enum Kind: CaseIterable, Sendable {
        /// Who is asked, and in which form.
        case server
        /// How much is asked, when, and what is said.
        case load
        /// What users do, and when a turn is over.
        case users
        /// How it is counted.
        case counting
        /// What plays it.
        case generator
        /// What is written of it, and how it is judged.
        case reports
    }

    /// The kind of an option; a new one decides on the load until it is said to be another.
    package static func kind(of name: String) -> Kind {
        if name.hasPrefix("web-") { return .reports }
        return kinds[name] ?? .load
    }

    private static let kinds: [String: Kind] = {
        let names: [Kind: [String]] = [
            .server: ["host", "path", "api", "var", "history", "mock", "header", "ca", "insecure"],
            .users: [
                "on-failure", "backoff", "think-time", "rest", "abandon", "read-rate", "session-scope", "seed",
                "connect-timeout", "first-token-timeout", "idle-timeout", "stall-timeout", "turn-timeout",
                "stop-timeout",
                "max-event-bytes", "max-history-bytes", "no-resend", "idle-reuse", "disable-keepalive",
            ],
            .counting: ["stall-after", "objective", "warm-up"],
            .generator: [
                "processes", "source-address", "max-error", "share", "start-at", "wait-for-host", "resolve-every",
            ],
            .reports: [
                "summary", "html", "junit", "json", "json-file", "csv", "csv-full-history", "events", "events-content",
                "group-by", "only-summary", "headless", "autostart", "autoquit", "steady", "threshold",
                "abort-on-threshold", "abort-on-failures", "exit-code-on-error", "config", "loglevel",
            ],
        ]
        return names.reduce(into: [:]) { kinds, entry in for name in entry.value { kinds[name] = entry.key } }
    }()
}
