/// Options of Locust that are not here, and what to do instead: many come from there.
enum LocustOptions {
    private static let advice: [(names: [String], text: String)] = [
        (
            ["f", "locustfile"],
            "there is no locustfile: what is played are JSON files, in the folder of --data; 'loadtest validate' checks them, and "
                + "'loadtest locustfile' writes one of them for a master of Locust"
        ),
        (
            ["T", "tags", "E", "exclude-tags"],
            "there are no tags: name a folder with the conversations to play (--data), or set \"invocations\" of the others "
                + "to 0"
        ),
        (
            [
                "master", "master-host", "master-port", "master-bind-host", "master-bind-port", "worker",
                "expect-workers", "expect-workers-max-wait", "enable-rebalancing",
            ],
            "the master is Locust itself: 'loadtest locustfile' writes its locustfile, and 'loadtest worker --master-host HOST' "
                + "works for it"
        ),
        (
            ["class-picker", "modern-ui", "config-users", "equal-weights"],
            "the web page always lets you choose which conversations are played, and how often each"
        ),
        (["l", "list"], "'loadtest validate' lists the conversations"),
        (
            ["show-task-ratio", "show-task-ratio-json"],
            "'loadtest validate' prints how often each conversation is played"
        ),
        (["logfile"], "the log goes to the standard error: write 2>FILE behind the command"),
        (["L", "loglevel", "skip-log", "skip-log-setup"], "the log has no levels, and nothing to be left out"),
        (["print-stats"], "the status is shown anyway; --only-summary leaves it out"),
        (["reset-stats"], "the web page has a button for it, and its server POST /stats/reset"),
        (["tls-cert", "tls-key"], "the web page speaks HTTP only: put a reverse proxy with TLS before it"),
    ]

    /// What to do instead of an option of Locust.
    ///
    /// - Parameter name: Without dashes.
    /// - Returns: Nil for a name that Locust does not have.
    static func advice(for name: String) -> String? { advice.first { $0.names.contains(name) }?.text }

    /// An error of ArgumentParser, with the advice when it is about such an option.
    static func advising(_ message: String) -> String {
        guard let found = message.firstMatch(of: /[Uu]nknown option '(?<dashes>--?)(?<name>[^'=]+)/),
            let advice = advice(for: found.dashes == "--" ? String(found.name) : String(found.name.prefix(1)))
        else { return message }
        return "Unknown option '\(found.dashes)\(found.name)': \(advice)"
    }
}
