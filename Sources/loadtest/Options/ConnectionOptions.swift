import ArgumentParser
import LoadEngine

/// What options are when they are not given: the library's own values.
private let defaults = EngineConfiguration(host: "", conversations: [])

/// What becomes of kept connections, and of what is kept of a session.
struct ConnectionOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Never send a turn a second time: a kept connection that the server has closed is connection_reset."
        )
    )
    var noResend = false

    @Option(
        parsing: .unconditional,
        help: .duration(
            "How long a connection may have been idle to be used again, in whole seconds.",
            default: defaults.idleReuse
        ),
        transform: DurationText.parse
    )
    var idleReuse = defaults.idleReuse

    @Option(
        parsing: .unconditional,
        help: .showing(
            "The most bytes of what was said in a conversation whose history the client keeps: client_limit beyond.",
            as: "bytes",
            default: defaults.maximumHistoryBytes
        ),
        transform: NumberArgument.whole
    )
    var maxHistoryBytes = defaults.maximumHistoryBytes

    /// Puts what is asked for into a configuration.
    func apply(to configuration: inout EngineConfiguration) {
        configuration.resendsStaleTurns = !noResend
        configuration.idleReuse = idleReuse
        configuration.maximumHistoryBytes = maxHistoryBytes
    }
}
