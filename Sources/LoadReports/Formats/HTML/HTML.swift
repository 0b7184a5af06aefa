/// Markup for a page: literals are taken as they are, what is interpolated is escaped unless it is markup itself.
///
/// So text from files and servers cannot become markup by being forgotten, nor turn the direction of what is beside it.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    /// Markup that is written in this project.
    init(stringLiteral value: String) {
        text = value
    }

    init(stringInterpolation interpolation: Interpolation) {
        text = interpolation.text
    }

    /// Markup that is trusted, such as a style sheet of this project.
    init(trusted text: String) {
        self.text = text
    }

    /// What parts give one after another, a line each.
    init(lines: [HTML]) {
        text = lines.map(\.text).joined(separator: "\n")
    }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ markup: HTML) { text += markup.text }
        mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
    }

    /// A name, which may be broken where an underscore ends one of its words.
    static func name(_ value: String) -> HTML {
        HTML(
            trusted: escaped(value).split(separator: "_", omittingEmptySubsequences: false).joined(separator: "_<wbr>")
        )
    }

    /// A text as the content of an element or as an attribute in quotes.
    static func escaped(_ value: String) -> String {
        // Almost every cell is a number: looked at byte by byte it costs nothing.
        let isPlain = value.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "<")
                && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
        }
        guard !isPlain else { return value }
        var result = ""
        result.reserveCapacity(value.utf8.count)
        for scalar in Shown.lines(value).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// JSON as the content of a script element, which it cannot end.
    ///
    /// `<` occurs in strings only, which may write it as an escape.
    static func scriptSafe(json: String) -> HTML {
        var result = ""
        result.reserveCapacity(json.utf8.count)
        for scalar in json.unicodeScalars {
            if scalar == "<" { result += "\\u003C" } else { result.unicodeScalars.append(scalar) }
        }
        return HTML(trusted: result)
    }

    /// A program as the content of a script element, which it cannot end.
    ///
    /// What would end it, or begin what an HTML parser takes for a comment, can only be part of a string, in which a
    /// backslash before the second character changes nothing.
    static func scriptSafe(program: String) -> HTML {
        let marks = ["</script", "<!--"].map { Array($0.utf8) }
        var rest = Array(program.utf8)[...]
        var result: [UInt8] = []
        result.reserveCapacity(rest.count)
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            let tail = rest[start...]
            let isMark = marks.contains { mark in
                tail.prefix(mark.count).elementsEqual(mark) { $0 == $1 || $0 | 0x20 == $1 }
            }
            result += rest[...start]
            if isMark { result.append(UInt8(ascii: "\\")) }
            rest = rest[(start + 1)...]
        }
        return HTML(trusted: String(decoding: result + rest, as: UTF8.self))
    }
}
