/// What is known about outcomes besides their number: status codes, and the free text of the first few of each kind.
///
/// Everything is bounded, whatever a server sends: at most 900 codes, and a few short examples per outcome.
/// - Isolation: loop
package struct OutcomeDetails: Sendable {
    /// How many different texts are kept per outcome.
    package static let maximumExamples = 5
    /// The most characters of a text that are kept.
    package static let maximumCharacters = 200
    /// Texts of later occurrences are not even looked at: making them costs time when thousands fail each second.
    private static let consideredOccurrences: UInt64 = 64

    private var examples: [TurnOutcome: [String]] = [:]
    private var considered = OutcomeCounts()
    package private(set) var httpCodes: [Int: UInt64] = [:]

    package init() {}

    /// Whether a text of this outcome may still be kept.
    package func wantsExample(of outcome: TurnOutcome) -> Bool {
        considered[outcome] < Self.consideredOccurrences && (examples[outcome]?.count ?? 0) < Self.maximumExamples
    }

    /// Keeps a text, cut to `maximumCharacters`, unless it is known.
    package mutating func addExample(_ text: String, of outcome: TurnOutcome) {
        considered[outcome] += 1
        guard wantsExample(of: outcome) else { return }
        let cut = text.count > Self.maximumCharacters ? text.prefix(Self.maximumCharacters) + "…" : Substring(text)
        let clean = String(cut.map { $0.isNewline || $0.asciiValue.map { $0 < 32 || $0 == 127 } == true ? " " : $0 })
        guard examples[outcome]?.contains(clean) != true else { return }
        examples[outcome, default: []].append(clean)
    }

    package mutating func countHTTPCode(_ code: Int) {
        // A status line has three digits; anything else is counted as 0, so that the keys stay bounded.
        httpCodes[(100...999).contains(code) ? code : 0, default: 0] += 1
    }

    /// The texts kept for an outcome, in the order of their first occurrence.
    package func examples(of outcome: TurnOutcome) -> [String] { examples[outcome] ?? [] }
}
