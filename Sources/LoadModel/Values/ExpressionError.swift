/// A mistake in a short expression that the user wrote, such as a threshold, and where in it.
public struct ExpressionError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What was written.
    public let expression: String
    /// Where the mistake is, in characters from 0; their number where something is missing at the end.
    public let offset: Int
    /// What was expected and what was found, in one line.
    public let problem: String

    package init(_ problem: String, in expression: String, at offset: Int) {
        self.expression = expression
        self.offset = offset
        self.problem = Shown.line(problem)
    }

    /// The problem and its place, on one line.
    package var line: String { "\(problem) (character \(offset + 1) of \(Shown.text(expression)))" }

    /// The problem, the expression, and a caret under the mistake: three lines.
    public var description: String {
        let shown = expression.map { character in
            let text = String(character)
            let line = Shown.line(text)
            return (text: line, columns: line == text ? Self.columns(of: character) : line.count)
        }
        let columns = shown.prefix(offset).reduce(0) { $0 + $1.columns }
        return "\(problem)\n    " + shown.map(\.text).joined() + "\n    " + String(repeating: " ", count: columns) + "^"
    }

    /// How many columns of a terminal a character takes: those of East Asian scripts and emoji take two.
    private static func columns(of character: Character) -> Int {
        switch character.unicodeScalars.first?.value ?? 0 {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
