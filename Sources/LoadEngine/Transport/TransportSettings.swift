/// What the transport needs to know about the run.
package struct TransportSettings {
    /// Where the turns go.
    package var target: Target
    /// Further header lines, `Name: value`.
    package var headers: [String]
    /// A file of certificates to trust instead of the system's.
    package var caFile: String?
    /// Whether the server's certificate is not verified.
    package var isInsecure: Bool
    /// The most bytes of what was said in a session, where the client keeps it.
    package var maximumHistoryBytes = 1 << 20
    /// The most bytes of one event.
    package var maximumEventBytes: Int
    /// The most bytes that large events and heads may take together.
    package var largeAnswerBytes = LargeAnswers.mostBytes
    /// Whether a turn is sent once more when a kept connection turns out to have been closed before an answer began.
    package var resendsStaleTurns = true
    /// How many connections users have, and for how long.
    package var connections = ConnectionPolicy()
    /// The addresses that connections are made from; none when the system chooses.
    package var sourceAddresses: [SourceAddress] = []
    /// The local ports that connections choose from in turn; nil when the system chooses.
    package var portWindows: PortWindows?
    /// Whether users read no faster than so many events in a time: as little as can be is then on its way to them.
    package var pacesReading = false
    /// Whether users may read only a part of what has come together: they read slowly, or leave with a number of events.
    package var mayStopReading = false
    /// The part of the run that this process plays.
    package var share = RunShare.whole
}
