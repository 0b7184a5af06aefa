/// What a turn, or a whole conversation, has to keep to for its user to be content.
///
/// Goodput is the share of those that kept to all objectives of a run.
public struct Objective: Codable, Sendable, Equatable {
    /// What is limited.
    public enum Measure: String, CaseIterable, Codable, Sendable {
        /// First response byte − send.
        case ttfb
        /// First content event − send; a turn without one does not keep to it.
        case ttft
        /// First event of the answer − send, where reasoning or calls of tools may come before; a turn without one does not
        /// keep to it. Elsewhere the same as `ttft`.
        case answerTTFT = "answer_ttft"
        /// The longest gap between two content events of the turn.
        case maxGap = "max_gap"
        /// The turn's stalls together.
        case stallTime = "stall_time"
        /// End marker − send.
        case responseTime = "response_time"
        /// End of the last turn − first send; limits conversations, not turns.
        case conversationTime = "conversation_time"
    }

    /// What is limited.
    public var measure: Measure
    /// The most that is good, in nanoseconds.
    public var mostNs: UInt64
    /// How it was written, such as `ttft < 800ms`.
    public var text: String

    /// Makes an objective.
    ///
    /// - Parameters:
    ///   - measure: What is limited.
    ///   - mostNs: The most that is good, in nanoseconds.
    ///   - text: How it was written; nil for a text made from the other two.
    public init(_ measure: Measure, mostNs: UInt64, text: String? = nil) {
        self.measure = measure
        self.mostNs = mostNs
        self.text = text ?? "\(measure.rawValue) <= \(Nanoseconds.milliseconds(mostNs))ms"
    }
}

/// The objectives of a run as one limit for each measure: what is compared at the end of every turn.
package struct ObjectiveLimits: Sendable {
    package var ttfbNs = Nanoseconds.never
    package var ttftNs = Nanoseconds.never
    package var answerTTFTNs = Nanoseconds.never
    package var maxGapNs = Nanoseconds.never
    package var stallTimeNs = Nanoseconds.never
    package var responseTimeNs = Nanoseconds.never
    package var conversationTimeNs = Nanoseconds.never

    /// The strictest of each.
    package init(_ objectives: [Objective] = []) {
        for objective in objectives {
            switch objective.measure {
            case .ttfb: ttfbNs = min(ttfbNs, objective.mostNs)
            case .ttft: ttftNs = min(ttftNs, objective.mostNs)
            case .answerTTFT: answerTTFTNs = min(answerTTFTNs, objective.mostNs)
            case .maxGap: maxGapNs = min(maxGapNs, objective.mostNs)
            case .stallTime: stallTimeNs = min(stallTimeNs, objective.mostNs)
            case .responseTime: responseTimeNs = min(responseTimeNs, objective.mostNs)
            case .conversationTime: conversationTimeNs = min(conversationTimeNs, objective.mostNs)
            }
        }
    }
}
