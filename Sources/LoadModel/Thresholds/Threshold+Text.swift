extension Threshold {
    /// Reads a threshold.
    ///
    /// - Parameter text: Such as `ttft.p95 < 500ms`, `conversation_A/failures.rate < 1%` or `steady/ttft.p95 < 500ms`.
    /// - Returns: The threshold.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> Threshold {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        let (part, number, name, numberOffset) = try readSubject(&reader)
        reader.skipBlanks()
        let comparison = try reader.comparison()
        reader.skipBlanks()
        let limit = try readLimit(of: number, name, &reader)
        try reader.end()
        return Threshold(
            text: text.onOneLine,
            part: part,
            number: number,
            comparison: comparison,
            limit: limit,
            numberOffset: numberOffset
        )
    }

    /// Takes what an expression is about: a number, of a part of the run.
    static func readSubject(
        _ reader: inout ExpressionReader
    ) throws(ExpressionError) -> (part: Part, number: RunNumber, name: String, numberOffset: Int) {
        let part = try readPart(&reader)
        reader.skipBlanks()
        let numberOffset = reader.offset
        let (name, number) = try readNumber(&reader)
        try check(part, suits: number, name, reader, at: numberOffset)
        return (part, number, name, numberOffset)
    }

    // MARK: The part of the run

    /// What stands before the slash for the steady stretch; in quotation marks it is a conversation's name.
    private static let steadyName = "steady"

    private static func readPart(_ reader: inout ExpressionReader) throws(ExpressionError) -> Part {
        let start = reader.offset
        if reader.next == "\"" {
            var scope = Scope(conversation: try readQuoted(&reader))
            reader.skipBlanks()
            let turnOffset = reader.offset
            if reader.take("#") {
                let digits = reader.take { $0.isASCII && $0.isNumber }
                scope.turn = try turn(digits, reader, at: turnOffset)
                scope.turnOffset = turnOffset
                reader.skipBlanks()
            }
            guard reader.take("/") else { throw reader.expected("'/' after the conversation") }
            return .conversation(scope)
        }
        guard reader.comes("/", before: "<>=!") else { return .wholeRun }
        let name = reader.take { $0 != "/" }
        _ = reader.take("/")
        guard !name.trimmed.isEmpty else {
            throw reader.error("expected the name of a conversation before the slash", at: start)
        }
        guard name.trimmed != steadyName else { return .steadyStretch }
        return .conversation(try split(name, reader, from: start))
    }

    /// Splits `conversation_A #2`.
    private static func split(_ name: String, _ reader: ExpressionReader, from start: Int) throws(ExpressionError)
        -> Scope
    {
        let whole = name.trimmed
        let digits = String(whole.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
        let rest = String(whole.dropLast(digits.count))
        let conversation = String(rest.dropLast()).trimmed
        guard !digits.isEmpty, rest.hasSuffix(" #"), !conversation.isEmpty else { return Scope(conversation: whole) }
        let offset = start + name.prefix(while: \.isWhitespace).count + rest.count - 1
        return Scope(
            conversation: conversation,
            turn: try turn(digits, reader, at: offset),
            turnOffset: offset
        )
    }

    private static func turn(_ digits: String, _ reader: ExpressionReader, at offset: Int) throws(ExpressionError)
        -> Int
    {
        guard let turn = Int(digits), turn >= 1 else {
            throw reader.error("expected the number of a turn, from #1", at: offset)
        }
        return turn
    }

    private static func readQuoted(_ reader: inout ExpressionReader) throws(ExpressionError) -> String {
        let start = reader.offset
        _ = reader.take("\"")
        var name = ""
        while true {
            name += reader.take { $0 != "\"" && $0 != "\\" }
            if reader.take("\"") { break }
            let place = reader.offset
            guard reader.take("\\") else {
                throw reader.error("the quotation mark that opens here is not closed", at: start)
            }
            guard let escaped = reader.next, escaped == "\"" || escaped == "\\" else {
                throw reader.error("in quotation marks, \\ stands before \" or \\ only", at: place)
            }
            _ = reader.take(escaped)
            name.append(escaped)
        }
        guard !name.isEmpty else { throw reader.error("expected the name of a conversation", at: start) }
        return name
    }

    private static func check(
        _ part: Part,
        suits number: RunNumber,
        _ name: String,
        _ reader: ExpressionReader,
        at offset: Int
    ) throws(ExpressionError) {
        if part == .steadyStretch, !number.isOfStretches {
            throw reader.error("\(name) is known of the whole run only: leave 'steady/' out", at: offset)
        }
        guard case .conversation(let scope) = part else { return }
        if number.smallestPart == .run {
            throw reader.error("\(name) is known of the whole run only: leave out what is before the slash", at: offset)
        }
        if scope.turn != nil, number.smallestPart == .conversation {
            throw reader.error("\(name) is known of conversations, not of single turns: leave the turn out", at: offset)
        }
    }

    // MARK: The number and its limit

    private static func readNumber(_ reader: inout ExpressionReader) throws(ExpressionError) -> (String, RunNumber) {
        let start = reader.offset
        let name = reader.name()
        guard !name.isEmpty else { throw reader.expected("a number of the run, such as ttft.p95 or failures.rate") }
        do {
            return (name, try NumberFamily.number(named: name))
        } catch {
            throw reader.error(error.problem, at: start + error.offset)
        }
    }

    private static func readLimit(
        of number: RunNumber,
        _ name: String,
        _ reader: inout ExpressionReader
    ) throws(ExpressionError) -> Double {
        let start = reader.offset
        switch number.unit {
        case .duration:
            let limitNs = try reader.durationNs(of: name)
            if case .durations(_, .percentile) = number, limitNs > HistogramBuckets.highestNs {
                throw reader.error(
                    "percentiles know no duration over 1h, the end of the histograms, so that \(name) is never longer: limit "
                        + "the .max or .avg instead, which are exact",
                    at: start
                )
            }
            return Nanoseconds.milliseconds(limitNs)
        case .share:
            let kind = "a share, from 0% to 100% or from 0 to 1"
            let digits = try readDigits(kind, &reader)
            // Not divided by 100, which does not always give the number nearest to what is meant.
            let share = Double(reader.take("%") ? digits + "e-2" : digits) ?? .infinity
            try checkEnd(of: name, kind, reader)
            guard share <= 1 else { throw reader.error("\(name) is \(kind): this is more", at: start) }
            return share
        case .number:
            let kind = "a number without a unit"
            let value = Double(try readDigits(kind, &reader)) ?? .infinity
            try checkEnd(of: name, kind, reader)
            guard value.isFinite else { throw reader.error("this is more than can be counted", at: start) }
            return value
        }
    }

    /// Takes the digits of a number, with at most one point between them.
    static func readDigits(_ kind: String, _ reader: inout ExpressionReader) throws(ExpressionError) -> String {
        let start = reader.offset
        let isDigit: (Character) -> Bool = { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard reader.next.map(isDigit) == true else { throw reader.expected(kind) }
        let digits = reader.take(while: isDigit)
        guard Double(digits) != nil, digits.first != ".", digits.last != "." else {
            throw reader.error("'\(digits.prefix(24))' is not written as a number", at: start)
        }
        return digits
    }

    private static func checkEnd(of name: String, _ kind: String, _ reader: ExpressionReader) throws(ExpressionError) {
        guard let next = reader.next, !next.isWhitespace else { return }
        throw reader.expected("the end (\(name) is \(kind))")
    }
}
