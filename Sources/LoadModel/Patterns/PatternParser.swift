/// Reads the text of a pattern.
///
///     either     = sequence ("|" sequence)*
///     sequence   = (atom repetition?)+
///     repetition = "*" | "+" | "?" | "{" n "}" | "{" n "," "}" | "{" n "," m "}"
///     atom       = "(" either ")" | "(?:" either ")" | class | "." | "^" | "$" | "\" escape | character
struct PatternParser {
    /// What the language has, in words.
    static let supported =
        #"supported are characters, ., [a-z], [^a-z], \d \w \s \D \W \S, groups ( ), |, * + ? {n} {n,} {n,m}, ^ and $ for "#
        + #"the ends of the whole text, and \ before a punctuation mark"#

    /// The most repetitions that can be counted.
    private static let mostRepetitions = 100
    private static let mostOpenGroups = 50
    private static let expectedCounts = #"expected {n}, {n,} or {n,m}; write \{ for the character"#

    private var reader: ExpressionReader
    private var openGroups = 0

    private init(_ text: String) { reader = ExpressionReader(text) }

    static func parse(_ text: String) throws(ExpressionError) -> PatternNode {
        var parser = PatternParser(text)
        let node = try parser.either()
        guard parser.reader.next == nil else {
            throw parser.wrong(#"this ')' closes nothing; write \) for the character"#)
        }
        return node
    }

    // MARK: The parts

    private mutating func either() throws(ExpressionError) -> PatternNode {
        var branches = [try sequence()]
        while reader.take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func sequence() throws(ExpressionError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let next = reader.next, next != "|", next != ")" {
            let start = reader.offset
            let node = try atom()
            nodes.append(try repeated(node, from: start))
        }
        guard !nodes.isEmpty else { throw reader.expected("something to match; what may be missing has a ? behind it") }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom() throws(ExpressionError) -> PatternNode {
        let start = reader.offset
        if reader.take("(") { return try group(from: start) }
        if reader.take("[") { return .character(try set(from: start)) }
        if reader.take(".") { return .character(.allButLineFeed) }
        if reader.take("^") { return .start }
        if reader.take("$") { return .end }
        if reader.take("\\") { return .character(try escaped(from: start)) }
        guard let character = reader.next else { throw reader.expected("something to match") }
        if "*+?{".contains(character) {
            throw wrong("nothing stands before '\(character)' to be repeated; write \\\(character) for the character")
        }
        if "}]".contains(character) { throw wrong("this '\(character)' closes nothing; write \\\(character)") }
        _ = reader.take(character)
        // What people see as one character may be several scalars.
        let scalars = character.unicodeScalars.map { PatternNode.character(ScalarSet($0)) }
        return scalars.count == 1 ? scalars[0] : .sequence(scalars)
    }

    private mutating func group(from start: Int) throws(ExpressionError) -> PatternNode {
        if reader.take("?"), !reader.take(":") {
            throw wrong("groups with '(?' other than (?:...) are not supported", at: start)
        }
        openGroups += 1
        defer { openGroups -= 1 }
        guard openGroups <= Self.mostOpenGroups else {
            throw reader.error("groups are nested more than \(Self.mostOpenGroups) levels deep", at: start)
        }
        let node = try either()
        guard reader.take(")") else { throw reader.error("this '(' has no ')'", at: start) }
        return node
    }

    // MARK: Repetitions

    private mutating func repeated(_ node: PatternNode, from start: Int) throws(ExpressionError) -> PatternNode {
        let place = reader.offset
        let (least, most): (Int, Int?)
        if reader.take("*") {
            (least, most) = (0, nil)
        } else if reader.take("+") {
            (least, most) = (1, nil)
        } else if reader.take("?") {
            (least, most) = (0, 1)
        } else if reader.take("{") {
            (least, most) = try counts(from: place)
        } else {
            return node
        }
        guard node != .start, node != .end else { throw wrong("an end of the text cannot be repeated", at: start) }
        switch reader.next {
        case "?": throw wrong("lazy repetitions are not supported: what matches is the same without this '?'")
        case "*", "+", "{": throw wrong("a repetition of a repetition is not supported; put the first into a group")
        default: return .repeated(node, least: least, most: most)
        }
    }

    private mutating func counts(from start: Int) throws(ExpressionError) -> (Int, Int?) {
        let least = try count(from: start)
        var most: Int? = least
        if reader.take(",") { most = reader.next == "}" ? nil : try count(from: start) }
        guard reader.take("}") else { throw wrong(Self.expectedCounts, at: start) }
        if let most, most < least || most == 0 {
            throw wrong(
                most == 0 ? "nothing is repeated 0 times" : "the first number is larger than the second",
                at: start
            )
        }
        return (least, most)
    }

    private mutating func count(from start: Int) throws(ExpressionError) -> Int {
        let digits = reader.take { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { throw wrong(Self.expectedCounts, at: start) }
        guard let count = Int(digits), count <= Self.mostRepetitions else {
            throw wrong("at most \(Self.mostRepetitions) repetitions can be counted", at: start)
        }
        return count
    }

    // MARK: Characters

    private mutating func escaped(from start: Int) throws(ExpressionError) -> ScalarSet {
        guard let character = reader.next else {
            throw wrong(#"nothing follows the \; write \\ for the character"#, at: start)
        }
        _ = reader.take(character)
        switch character {
        case "d": return .digits
        case "w": return .wordCharacters
        case "s": return .blanks
        case "D": return ScalarSet.digits.inverted
        case "W": return ScalarSet.wordCharacters.inverted
        case "S": return ScalarSet.blanks.inverted
        case "n": return ScalarSet("\n")
        case "r": return ScalarSet("\r")
        case "t": return ScalarSet("\t")
        default: break
        }
        guard character.isASCII, !character.isLetter, !character.isNumber, let scalar = character.unicodeScalars.first,
            character.unicodeScalars.count == 1
        else { throw wrong("\\\(character) is not supported", at: start) }
        return ScalarSet(scalar)
    }

    /// Takes what follows `[`.
    private mutating func set(from start: Int) throws(ExpressionError) -> ScalarSet {
        let isInverted = reader.take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !reader.take("]") {
            let place = reader.offset
            guard reader.next != nil else { throw reader.error("this '[' has no ']'", at: start) }
            let first = try member()
            guard reader.take("-") else {
                ranges += first.ranges
                continue
            }
            if reader.next == "]" {
                // A hyphen at the end is one.
                ranges += first.ranges + ScalarSet("-").ranges
                continue
            }
            let last = try member()
            guard let low = first.onlyScalar, let high = last.onlyScalar else {
                throw wrong(#"a range is between two characters; write \- for the character"#, at: place)
            }
            guard low <= high else { throw wrong("the first character of a range comes after the second", at: place) }
            ranges.append(low...high)
        }
        guard !ranges.isEmpty else { throw wrong(#"nothing is in this [ ]; write \[ for the character"#, at: start) }
        let set = ScalarSet(ranges)
        let result = isInverted ? set.inverted : set
        guard !result.ranges.isEmpty else { throw wrong("no character is outside this [ ]", at: start) }
        return result
    }

    /// Takes a character between `[` and `]`, or what an escape stands for.
    private mutating func member() throws(ExpressionError) -> ScalarSet {
        let start = reader.offset
        if reader.take("\\") { return try escaped(from: start) }
        guard let character = reader.next, let scalar = character.unicodeScalars.first else {
            throw reader.expected("a character or ']'")
        }
        guard character != "[" else { throw wrong(#"a [ in [ ] is not supported; write \[ for the character"#) }
        guard character.unicodeScalars.count == 1 else {
            throw wrong("this character is several code points, of which [ ] takes one; write (a|b)")
        }
        _ = reader.take(character)
        return ScalarSet(scalar)
    }

    // MARK: Mistakes

    private func wrong(_ problem: String, at offset: Int? = nil) -> ExpressionError {
        reader.error("\(problem) (\(Self.supported))", at: offset)
    }
}

extension ScalarSet {
    /// The scalar that is all of it; nil where there are several.
    fileprivate var onlyScalar: UInt32? {
        guard ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
