/// What is known about outcomes besides their number: status codes, and the free text of the first few of each kind.
///
/// Everything is bounded, whatever a server sends: at most 900 codes, and a few short examples per outcome.
/// - Isolation: loop
package struct OutcomeDetails: Sendable {
    /// The most bytes of a text that are shown, besides the `…` of one that was cut.
    package static let maximumBytes = 200
    /// How many bytes of an answer suffice for such a text: a character that they cut in two is not shown any more.
    package static let sufficientBytes = maximumBytes + 4
    /// Texts of later occurrences are not even looked at: making them costs time when thousands fail each second.
    private static let consideredOccurrences: UInt64 = 64

    private var examples: [TurnOutcome: [String]] = [:]
    private var considered = OutcomeCounts()
    package private(set) var httpCodes: [Int: UInt64] = [:]

    package init() {}

    /// Whether a text of this outcome may still be kept.
    package func wantsExample(of outcome: TurnOutcome) -> Bool {
        considered[outcome] < Self.consideredOccurrences
            && (examples[outcome]?.count ?? 0) < OutcomeNotes.maximumExamples
    }

    /// Keeps a text as it may be shown, cut to `maximumBytes`, unless it is known.
    package mutating func addExample(_ text: String, of outcome: TurnOutcome) {
        considered[outcome] += 1
        guard wantsExample(of: outcome) else { return }
        // A header may have 100 KB. A blank stands for at most three bytes, so that what is cut here is more than is shown.
        let beginning = String(decoding: text.utf8.prefix(4 * Self.maximumBytes), as: UTF8.self)
        let clean = Shown.line(beginning.onOneLine, mostBytes: Self.maximumBytes)
        guard examples[outcome]?.contains(clean) != true else { return }
        examples[outcome, default: []].append(clean)
    }

    package mutating func countHTTPCode(_ code: Int) {
        // A status line has three digits; anything else is counted as 0, so that the keys stay bounded.
        httpCodes[(100...999).contains(code) ? code : 0, default: 0] += 1
    }

    /// What is known of the outcomes that are not `completed`, by label.
    func notes(of outcomes: OutcomeCounts, afterFirstToken: OutcomeCounts) -> [String: OutcomeNotes] {
        var notes: [String: OutcomeNotes] = [:]
        for outcome in TurnOutcome.allCases where outcome != .completed && outcomes[outcome] > 0 {
            let codes = httpCodes.map { (String($0.key), $0.value) }
            notes[outcome.label] = OutcomeNotes(
                afterFirstToken: afterFirstToken[outcome],
                codes: outcome == .httpStatus ? Dictionary(uniqueKeysWithValues: codes) : nil,
                examples: examples(of: outcome)
            )
        }
        return notes
    }

    /// The texts kept for an outcome, in the order of their first occurrence.
    package func examples(of outcome: TurnOutcome) -> [String] { examples[outcome] ?? [] }
}
