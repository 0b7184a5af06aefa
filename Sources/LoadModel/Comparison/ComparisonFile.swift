import FoundationEssentials

/// `loadtest.comparison/1`: two runs side by side, as it is written.
///
/// Here and nowhere else is known what stands where in it. Keys are only added.
private struct ComparisonFile: Encodable {
    /// What is told of a run; its summary has the rest.
    struct Side: Encodable {
        let run: Summary.Run
        let turns: TurnCounts
        let configuration: [String: String]

        init(_ summary: Summary) {
            run = summary.run
            turns = summary.turns
            configuration = summary.configuration
        }
    }

    let schema = "loadtest.comparison/1"
    let before: Side
    let after: Side
    /// Whether nothing makes the comparison unfair.
    let fair: Bool
    let differences: [RunDifference]
    let numbers: [ComparedNumber]
    let limits: [ChangeResult]
}

extension RunComparison {
    /// The comparison as JSON, with sorted keys and an end of line.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder throws for a number that JSON cannot hold.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let file = ComparisonFile(
            before: .init(before),
            after: .init(after),
            fair: isFair,
            differences: differences,
            numbers: numbers,
            limits: limits
        )
        var text = Shown.json(try encoder.encode(file))
        text.append(UInt8(ascii: "\n"))
        return text
    }
}
