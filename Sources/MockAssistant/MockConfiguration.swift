package import LoadEngine

/// What the mock assistant answers: the pace of its events, and how often it misbehaves.
package struct MockScript: Equatable, Sendable {
    /// The most events one answer can have.
    package static let mostEvents = 1_000_000_000

    /// The content events of one answer, the end marker not counted.
    package var events = 20
    /// The delay between the request and the first event.
    package var firstToken = Duration.milliseconds(50)
    /// The delay from one event to the next.
    package var interval = Duration.milliseconds(10)
    /// How many answers at the same time are served at this pace; nil for any number.
    ///
    /// With more of them all delays grow in proportion. Each of several processes has such a number of its own.
    package var fullSpeedStreams: Int?
    /// Each delay is drawn uniformly from this many percent around it, 0 to 100.
    package var jitterPercent = 0.0
    /// Turns with the same number, in order of arrival, have the same fault and the same jitter under the same seed.
    package var seed: UInt64 = 0
    /// The pieces of reasoning before the first content event; the first of them comes after `firstToken`.
    package var reasoningEvents = 0
    /// Whether each event repeats all text before it.
    package var isCumulative = false
    /// Pauses in every answer.
    package var pauses: [ScriptPause] = []
    /// Which faults occur, in shares whose sum is at most 100 percent.
    package var faults: [FaultShare] = []

    package init() {}

    /// Checks the values.
    ///
    /// - Throws: `ConfigurationError` with one line for each that is out of range.
    package func validate() throws(ConfigurationError) {
        var problems: [String] = []
        if !(0...Self.mostEvents).contains(events) {
            problems.append("events must be 0 to \(Self.mostEvents), not \(events)")
        }
        for (name, value) in [("first token", firstToken), ("interval", interval)] where value < .zero {
            problems.append("the \(name) must not be negative")
        }
        if !(0...100).contains(jitterPercent) {
            problems.append("the jitter must be 0 to 100 percent, not \(jitterPercent)")
        }
        if let fullSpeedStreams, fullSpeedStreams < 1 {
            problems.append("at least 1 answer must be served at full speed, not \(fullSpeedStreams)")
        }
        if !(0...Self.mostEvents).contains(reasoningEvents) {
            problems.append("reasoning events must be 0 to \(Self.mostEvents), not \(reasoningEvents)")
        }
        for pause in pauses where pause.event < 0 || pause.duration < .zero {
            problems.append("a pause must be after event 0 or a later one, and not negative")
        }
        for share in faults where !(0...100).contains(share.percent) {
            problems.append("the share of \(share.fault.rawValue) must be 0 to 100 percent, not \(share.percent)")
        }
        let sum = faults.reduce(0) { $0 + $1.percent }
        // Shares such as 33.3 + 33.3 + 33.4 do not add up exactly.
        if problems.isEmpty, sum > 100 + 1e-9 {
            problems.append("the shares of the faults add up to \(sum) percent; at most 100 are possible")
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
    }
}

/// Where the mock assistant listens, what it answers and what it writes down.
package struct MockConfiguration: Sendable {
    /// What becomes of a connection that stays open after a turn; the client is not told beforehand.
    package enum IdleClose: Equatable, Sendable {
        /// It stays open until the client closes it.
        case never
        /// It is closed (FIN) this long after the answer's end, unless another request has begun.
        case afterTerminator(delayNs: UInt64)
        /// It is reset (RST) this long after the answer's end, unless another request has begun.
        case resetAfterTerminator(delayNs: UInt64)
    }

    /// The API that it speaks.
    package var api = MockAPI.assistant
    /// A name or a literal address, IPv4 or IPv6.
    package var host = "127.0.0.1"
    /// The port; 0 takes any free one.
    package var port: UInt16 = 0
    package var script = MockScript()
    /// The file for one JSON line per answered turn; it is emptied first, by the group when there is one.
    package var logPath: String?
    /// Whether each line of the log says when each content event was sent: 8 bytes of memory per event of a turn, for at
    /// most 100,000 events.
    package var logsEvents = false
    package var closesAfterTurn = IdleClose.never
    /// How long a connection without a request stays open, between two as well as before the first; nil for ever.
    package var keepAlive: Duration?
    /// Its number, from 1, when it is one of several processes that share the port and the log of a `MockGroup`; nil when
    /// it is alone.
    ///
    /// Each number has faults and jitter of its own, made from the script's seed.
    package var processNumber: Int?

    package init() {}

    /// Checks the values, and whether they go together.
    ///
    /// - Throws: `ConfigurationError` with one line for each that is out of range, or that the API does not have.
    package func validate() throws(ConfigurationError) {
        var problems: [String] = []
        do { try script.validate() } catch { problems += error.problems.map(\.message) }
        for share in script.faults where !share.fault.applies(to: api) {
            problems.append("the fault \(share.fault.rawValue) is not one of the API \(api.rawValue)")
        }
        if script.reasoningEvents > 0, !api.hasReasoning {
            problems.append("answers of the API \(api.rawValue) have no reasoning")
        }
        if let keepAlive, keepAlive <= .zero {
            problems.append("connections must be kept for more than 0 s")
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
    }
}
