/// What the answer to a turn has to be like; one that is not, and otherwise ended well, is `expectation_failed`.
///
/// The text of an answer is that of its content events, one after another; reasoning and calls of tools are not in it.
public struct AnswerExpectation: Equatable, Sendable, Codable {
    /// The longest text of `contains`, in bytes of UTF-8.
    public static let mostBytes = 10_000
    /// How many texts and patterns there can be.
    public static let mostTexts = 100
    /// The most events that can be asked for.
    public static let mostEvents = 1_000_000_000

    /// How many content events it has at least; nil for any number.
    public var minEvents: Int?
    /// Texts that are all in it.
    public var contains: [String]
    /// Regular expressions that all match somewhere in it; their language is that of `docs/conversations.md`.
    public var matches: [String]
    /// How long after the send its first token comes at the latest; nil for any time.
    ///
    /// Without a first token it is not met.
    public var maxTTFT: Duration?

    /// Makes an expectation; the defaults expect nothing.
    ///
    /// - Parameters:
    ///   - minEvents: How many content events it has at least.
    ///   - contains: Texts that are all in it.
    ///   - matches: Regular expressions that all match somewhere in it.
    ///   - maxTTFT: How long after the send its first token comes at the latest.
    public init(
        minEvents: Int? = nil,
        contains: [String] = [],
        matches: [String] = [],
        maxTTFT: Duration? = nil
    ) {
        self.minEvents = minEvents
        self.contains = contains
        self.matches = matches
        self.maxTTFT = maxTTFT
    }

    /// Why an answer is not as expected: the first reason.
    package enum Miss: Equatable, Sendable {
        /// There were so many content events only.
        case events(UInt64)
        /// The first token came so many nanoseconds after the send; nil where none came.
        case ttft(UInt64?)
        /// A text of `contains`, by its index.
        case contains(Int)
        /// A pattern of `matches`, by its index.
        case matches(Int)
    }

    /// A miss in words, such as `expected "await" in the answer`.
    package func text(of miss: Miss) -> String {
        switch miss {
        case .events(let count): "expected at least \(counted(minEvents ?? 0, "content event")), found \(count)"
        case .ttft(nil): "expected a first token within \(limit), found none"
        case .ttft(let timeNs?):
            "expected a first token within \(limit), found \(Nanoseconds.milliseconds(timeNs).fixed(1))ms"
        case .contains(let index): "expected \(Shown.text(contains[index])) in the answer"
        case .matches(let index): "expected \(Shown.text(matches[index])) to match in the answer"
        }
    }

    private var limit: String { maxTTFT.map(DurationText.text) ?? "" }

    // MARK: Checks

    /// What is wrong with it, each with the key it is about; nothing of one that can be used.
    package var mistakes: [(key: String, text: String)] {
        var mistakes: [(key: String, text: String)] = []
        func check(_ key: String, _ isRight: Bool, _ text: @autoclosure () -> String) {
            if !isRight { mistakes.append((key, text())) }
        }
        let isEmpty = minEvents == nil && contains.isEmpty && matches.isEmpty && maxTTFT == nil
        check("", !isEmpty, "expected at least one of \(Self.keys)")
        if let minEvents {
            check(Key.minEvents, (1...Self.mostEvents) ~= minEvents, "expected \(Self.eventsRange), found \(minEvents)")
        }
        if let maxTTFT { check(Key.maxTTFT, maxTTFT > .zero, "expected a duration over 0") }
        check(Key.contains, contains.count <= Self.mostTexts, "expected at most \(Self.mostTexts) texts")
        check(Key.matches, matches.count <= Self.mostTexts, "expected at most \(Self.mostTexts) patterns")
        for (index, text) in contains.enumerated() {
            check(
                "\(Key.contains)[\(index)]",
                (1...Self.mostBytes) ~= text.utf8.count,
                text.isEmpty ? "expected a non-empty string" : "expected at most \(Self.mostBytes) bytes"
            )
        }
        for (index, text) in matches.enumerated() {
            do { _ = try TextPattern(text) } catch { check("\(Key.matches)[\(index)]", false, error.line) }
        }
        return mistakes
    }

    package static let eventsRange = "a whole number from 1 to \(mostEvents)"
    private static let keys = "min_events, contains, matches, max_ttft"
    private enum Key {
        static let minEvents = "min_events"
        static let contains = "contains"
        static let matches = "matches"
        static let maxTTFT = "max_ttft"
    }
}
