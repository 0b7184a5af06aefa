/// What the answer to a turn has to be like, as tables that all users share.
///
/// A user keeps `stateCount` numbers while an answer comes: `begin` sets them, `received` gets each piece of the text, and
/// `firstMiss` judges at the end. Pieces may be cut anywhere, in characters too. The owner calls `destroy`.
/// - Isolation: loop
package struct AnswerCheck {
    private let scans: UnsafeMutablePointer<TextScan>
    private let textCount: Int
    private let leastEvents: UInt64
    private let mostTTFTNs: UInt64
    /// How many numbers a user keeps: one for each text and pattern.
    package let stateCount: Int

    /// Compiles an expectation.
    ///
    /// - Parameter expectation: What is expected.
    /// - Throws: `ConfigurationError` with everything that is wrong with it.
    package init(_ expectation: AnswerExpectation) throws(ConfigurationError) {
        let mistakes = expectation.mistakes
        guard mistakes.isEmpty else {
            throw ConfigurationError(mistakes.map { "expect\($0.key.isEmpty ? "" : ".")\($0.key): \($0.text)" })
        }
        textCount = expectation.contains.count
        let patterns = expectation.matches.compactMap { try? TextPattern($0) }
        let compiled = expectation.contains.map { TextScan(for: $0) } + patterns.map { TextScan(for: $0) }
        stateCount = compiled.count
        scans = .allocate(capacity: max(stateCount, 1))
        scans.initialize(from: compiled, count: stateCount)
        leastEvents = UInt64(expectation.minEvents ?? 0)
        mostTTFTNs = expectation.maxTTFT?.nanosecondsClamped ?? Nanoseconds.never
    }

    /// Sets a user's numbers, before the first piece of an answer.
    package func begin(_ states: UnsafeMutablePointer<UInt32>) {
        for index in 0..<stateCount { (states + index).initialize(to: scans[index].start) }
    }

    /// Takes the next piece of the answer's text.
    ///
    /// - Parameters:
    ///   - piece: Bytes of UTF-8.
    ///   - states: The user's numbers.
    package func received(_ piece: UnsafeRawBufferPointer, _ states: UnsafeMutablePointer<UInt32>) {
        for index in 0..<stateCount { states[index] = scans[index].state(after: states[index], piece) }
    }

    /// Judges an answer that ended well.
    ///
    /// - Parameters:
    ///   - events: How many content events it had.
    ///   - ttftNs: Its first token − send; nil without a first token.
    ///   - states: The user's numbers.
    /// - Returns: Why it is not as expected; nil when it is.
    package func firstMiss(
        events: UInt64,
        ttftNs: UInt64?,
        _ states: UnsafePointer<UInt32>
    ) -> AnswerExpectation.Miss? {
        if events < leastEvents { return .events(events) }
        if mostTTFTNs != Nanoseconds.never, ttftNs.map({ $0 > mostTTFTNs }) ?? true { return .ttft(ttftNs) }
        for index in 0..<stateCount where !scans[index].isMet(by: states[index]) {
            return index < textCount ? .contains(index) : .matches(index - textCount)
        }
        return nil
    }

    /// Gives the tables back.
    package func destroy() {
        for index in 0..<stateCount { scans[index].destroy() }
        scans.deallocate()
    }
}
