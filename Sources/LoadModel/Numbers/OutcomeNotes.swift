/// What is known of an outcome besides its number, and is in no counter.
package struct OutcomeNotes: Sendable, Equatable, Codable {
    /// How many different texts are kept per outcome.
    package static let maximumExamples = 5

    /// Those of the turns that had had a content event.
    package var afterFirstToken: UInt64 = 0
    /// For `http_status`: how often each status came.
    package var codes: [String: UInt64]?
    /// The first few different texts that go with it, cut.
    package var examples: [String] = []

    package init(afterFirstToken: UInt64 = 0, codes: [String: UInt64]? = nil, examples: [String] = []) {
        self.afterFirstToken = afterFirstToken
        self.codes = codes
        self.examples = examples
    }

    /// Adds those of another part of the run.
    mutating func add(_ other: OutcomeNotes) {
        afterFirstToken += other.afterFirstToken
        if let new = other.codes { codes = (codes ?? [:]).merging(new, uniquingKeysWith: +) }
        let new = other.examples.filter { !examples.contains($0) }
        examples = Array((examples + new).prefix(Self.maximumExamples))
    }

    /// What has come since an earlier moment.
    func since(_ earlier: OutcomeNotes) -> OutcomeNotes {
        OutcomeNotes(
            afterFirstToken: afterFirstToken - min(earlier.afterFirstToken, afterFirstToken),
            codes: codes.map { codes in
                codes.reduce(into: [:]) { new, code in
                    let before = earlier.codes?[code.key] ?? 0
                    if code.value > before { new[code.key] = code.value - before }
                }
            },
            examples: examples.filter { !earlier.examples.contains($0) }
        )
    }
}
