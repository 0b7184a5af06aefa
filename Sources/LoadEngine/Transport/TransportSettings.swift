/// What the transport needs to know about the run.
package struct TransportSettings {
    /// Where the turns go.
    package var target: Target
    /// What they are sent to there.
    package var api = AssistantAPI()
    /// The path of a turn; `{session_id}` stands for the session's id.
    package var pathTemplate: String
    /// Further header lines, `Name: value`.
    package var headers: [String]
    /// A file of certificates to trust instead of the system's.
    package var caFile: String?
    /// Whether the server's certificate is not verified.
    package var isInsecure: Bool
    /// The most bytes of one event.
    package var maximumEventBytes: Int
    /// The most bytes that large events and heads may take together.
    package var largeAnswerBytes = LargeAnswers.mostBytes
    /// How many connections users have, and for how long.
    package var connections = ConnectionPolicy()
    /// The addresses that connections are made from; none when the system chooses.
    package var sourceAddresses: [SourceAddress] = []
    /// The local ports that connections choose from in turn; nil when the system chooses.
    package var portWindows: PortWindows?
    /// The part of the run that this process plays.
    package var share = RunShare.whole
}
