/// How text that comes from outside is shown, wherever it is shown: what servers and files send, names, paths, options.
///
/// What nobody sees, or what would move a terminal's cursor or turn the direction of a line, is written as an escape such
/// as `\u{202E}`: control characters of both ranges, marks of direction, zero-width and other format characters, line and
/// paragraph separators, private and unassigned characters. A letter keeps its first marks; a flood of them is escaped too.
/// What is cut is cut by bytes: a single character may have thousands of them.
package enum Shown {
    /// The most bytes of a text in a message.
    private static let mostBytes = 60
    /// The most bytes of a path: the longest that Linux opens.
    private static let mostPathBytes = 4_096
    /// How many marks a letter may carry; Vietnamese, Thai and Hebrew need no more.
    private static let mostMarks = 4

    // MARK: One line, many lines

    /// A text on one line.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - mostBytes: How many bytes of UTF-8 the result may have, without the `…` that says that it was cut.
    /// - Returns: The text, cut between two characters where it is longer.
    package static func line(_ text: String, mostBytes: Int = .max) -> String {
        shown(text, mostBytes: mostBytes) { _ in false }
    }

    /// A whole output, which keeps its line ends and tabs.
    package static func lines(_ text: String) -> String {
        shown(text, mostBytes: .max) { $0 == "\n" || $0 == "\t" }
    }

    /// A text in single quotes, cut where it is long.
    package static func text(_ text: String) -> String { "'\(line(text, mostBytes: mostBytes))'" }

    /// A text that may be long, without quotes, cut where it is.
    static func beginning(_ text: String) -> String { line(text, mostBytes: mostBytes) }

    /// A path, as long as a path can be.
    package static func path(_ path: String) -> String {
        path.isEmpty ? "''" : line(path, mostBytes: mostPathBytes)
    }

    /// A URL in single quotes, without what may be secret in it.
    package static func url(_ url: String) -> String { text(withoutSecrets(withoutHeaderValue(url))) }

    /// A URL, or a path and its query, without what may be secret in it: user and password, and the values of the query.
    ///
    /// Whatever shows such a text shows it by this, even what was refused. The names of the query's parameters stay:
    /// `/chat?key=…`. What was shown so before stays as it is.
    package static func withoutSecrets(_ url: String) -> String {
        let scalars = url.unicodeScalars
        // A path has no fragment: with a # in it it is refused, and must be shown to be mended.
        if url.hasPrefix("/") { return withoutValues(url, from: scalars.firstIndex(of: "?")) }
        let query = scalars.firstIndex { $0 == "?" || $0 == "#" }
        guard let at = scalars.lastIndex(of: "@") else { return withoutValues(url, from: query) }
        let scheme = url[..<at].firstRange(of: "//").map { url[..<$0.upperBound] } ?? ""
        // Is it in a query, or is what seems to begin one in the password?
        guard query.map({ at < $0 }) ?? true else { return scheme + "***" }
        return withoutValues(scheme + "***" + url[at...])
    }

    private static func withoutValues(_ url: String) -> String {
        withoutValues(url, from: url.unicodeScalars.firstIndex { $0 == "?" || $0 == "#" })
    }

    private static func withoutValues(_ url: String, from query: String.Index?) -> String {
        guard let query else { return url }
        let scalars = url.unicodeScalars
        var shown = String.UnicodeScalarView(scalars[...query])
        var rest = scalars[scalars.index(after: query)...]
        while !rest.isEmpty {
            let parameter = rest.prefix { $0 != "&" && $0 != "#" }
            rest = rest.dropFirst(parameter.count)
            let name = parameter.firstIndex(of: "=").map { parameter[...$0] } ?? parameter.prefix(0)
            shown.append(contentsOf: name)
            // One without a name may be a key as a whole.
            if name.endIndex < parameter.endIndex { shown.append("…") }
            if let separator = rest.popFirst() { shown.append(separator) }
        }
        return String(shown)
    }

    /// A text of which only the name is left where it is a header, which stands in the wrong place and may be a secret.
    package static func withoutHeaderValue(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex,
            text[text.index(after: colon)...].first.map({ $0 == " " || $0 == "\t" }) == true,
            text[..<colon].utf8.allSatisfy({ byte in
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
            })
        else { return text }
        return text[..<colon] + ": ***"
    }

    /// A key as a step of a JSON path.
    static func subscripted(_ key: String) -> String {
        let isPlain = key.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || byte == UInt8(ascii: "$")
                || Unicode.Scalar(byte).properties.isAlphabetic
                || Unicode.Scalar(byte).properties.numericType == .decimal
        }
        return isPlain && !key.isEmpty && key.utf8.count <= mostBytes ? ".\(key)" : "['\(beginning(key))']"
    }

    // MARK: Characters

    /// Whether a character would break a line, or a terminal.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Whether a character is not to be shown as it is.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// A character by its number, such as U+0007.
    static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = hexadecimal(scalar)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// JSON in which strings have such characters as JSON's own escapes: a reader finds the same text, a terminal none.
    ///
    /// - Parameter bytes: Valid JSON, which has other characters than ASCII in strings only.
    /// - Returns: JSON that means the same.
    package static func json(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        // With room for a line end: the whole may have hundreds of megabytes.
        result.reserveCapacity(bytes.count + 1)
        guard bytes.contains(where: { $0 >= 0x7F }) else {
            result.append(contentsOf: bytes)
            return result
        }
        var marks = MarkRun()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            defer { marks.last = scalar }
            if scalar.value < 0x7F {
                result.append(UInt8(truncatingIfNeeded: scalar.value))
                continue
            }
            guard isHidden(scalar), !marks.isPartOfEmoji(scalar) else {
                result += UTF8.encode(scalar).map(Array.init) ?? []
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            }
        }
        return result
    }

    /// A character as an escape, such as `\u{202E}`.
    static func escape(_ scalar: Unicode.Scalar) -> String { "\\u{\(hexadecimal(scalar))}" }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        String(scalar.value, radix: 16, uppercase: true)
    }

    private static func shown(
        _ text: String,
        mostBytes: Int,
        keeping isKept: (Unicode.Scalar) -> Bool
    ) -> String {
        if text.utf8.count <= mostBytes, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = ""
        var length = 0
        var marks = MarkRun()
        for scalar in text.unicodeScalars {
            let isShown = (marks.takes(scalar) && !isHidden(scalar)) || marks.isPartOfEmoji(scalar) || isKept(scalar)
            let escaped = isShown ? nil : escape(scalar)
            length += escaped?.utf8.count ?? UTF8.width(scalar)
            guard length <= mostBytes else { return result + "…" }
            if let escaped { result += escaped } else { result.unicodeScalars.append(scalar) }
            marks.last = scalar
        }
        return result
    }

    /// Marks that follow each other on one letter.
    private struct MarkRun {
        var last: Unicode.Scalar?
        private var count = 0

        /// Whether a character is none of too many marks.
        mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
            guard !scalar.isASCII else {
                count = 0
                return true
            }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .spacingMark: count += 1
            default: count = 0
            }
            return count <= mostMarks
        }

        /// Whether a character only says how the emoji before it is drawn, or joins it to the next.
        func isPartOfEmoji(_ scalar: Unicode.Scalar) -> Bool {
            guard scalar == "\u{FE0F}" || scalar == "\u{200D}", let last else { return false }
            return last == "\u{FE0F}" || last.properties.isEmoji && !last.isASCII
        }
    }
}
