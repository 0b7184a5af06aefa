package import FoundationEssentials

/// When a run began, as RFC 3339 writes it in UTC: with milliseconds, since times of its turns are counted from it.
package enum StartText {
    /// The text of a moment.
    package static func text(of moment: Date) -> String {
        // The style cuts, and a whole millisecond may be a little less in binary.
        (moment + 1e-6).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// The moment of a text, with a fraction or without one; nil for what is no such time.
    package static func moment(of text: String) -> Date? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        return try? Date(text, strategy: style)
    }
}
