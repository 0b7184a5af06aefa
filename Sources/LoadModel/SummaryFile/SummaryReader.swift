import FoundationEssentials

extension Summary {
    /// The most bytes that a summary may have.
    public static let mostBytes = 1 << 30

    /// Reads what `json` has written, here or in an earlier version.
    ///
    /// Nothing in it is believed: every number is looked at before anything is counted with it.
    /// - Parameter bytes: The text.
    /// - Throws: `ConfigurationError` with what is wrong, each with its JSON path, what was expected and what was found.
    public init(json bytes: [UInt8]) throws(ConfigurationError) { self = try Self.read(json: bytes).summary }

    /// Reads the same, for who adds up several.
    ///
    /// - Parameter bytes: The text.
    /// - Returns: The summary, and what all numbers in it come to together: of several summaries that has to be little enough, too.
    /// - Throws: As the other.
    package static func read(json bytes: [UInt8]) throws(ConfigurationError) -> (summary: Summary, sumOfNumbers: Double)
    {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw ConfigurationError("expected UTF-8 text") }
        let (value, mistakes) = JSONReader.read(bytes)
        guard let value, mistakes.isEmpty else {
            throw ConfigurationError(mistakes.map { "line \($0.line), column \($0.column): \($0.text)" })
        }
        try checkSchema(value)
        var numbers = SummaryNumbers()
        numbers.look(at: value, path: "$", key: "")
        guard numbers.problems.isEmpty else { throw ConfigurationError(numbers.problems) }
        let file: SummaryFile
        do {
            file = try JSONDecoder().decode(SummaryFile.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw ConfigurationError(error.text ?? numbers.firstFraction ?? "the JSON cannot be decoded: \(error)")
        } catch {
            throw ConfigurationError("the JSON cannot be decoded: \(error)")
        }
        let check = SummaryCheck(file)
        guard check.problems.isEmpty else { throw ConfigurationError(check.problems) }
        var summary = Summary(file)
        summary.removeSecrets()
        return (summary, numbers.sum)
    }

    /// What the numbers of all summaries that are added up may come to together: no sum of some of them overflows.
    static let mostSum = SummaryNumbers.mostSum

    /// Those of a summary that was written before they were left out.
    private mutating func removeSecrets() {
        run.host = Shown.withoutSecrets(run.host)
        run.path = Shown.withoutSecrets(run.path)
        for name in ["host", "path", "web-origin"] {
            configuration[name] = configuration[name].map { Shown.withoutSecrets($0) }
        }
    }

    private static func checkSchema(_ value: JSONValue) throws(ConfigurationError) {
        guard case .object(let members) = value else {
            throw ConfigurationError("$: expected an object, found \(Shown.value(value))")
        }
        guard let schema = members.first(where: { $0.key == "schema" })?.value else {
            throw ConfigurationError("$: no 'schema'")
        }
        guard schema == .string(schemaName) else {
            throw ConfigurationError("$.schema: expected '\(schemaName)', found \(Shown.value(schema))")
        }
    }
}

/// The numbers of a summary, wherever they stand.
struct SummaryNumbers {
    /// What a count may be at most: whole numbers up to it are exact in JSON.
    private static let mostCount = 9_007_199_254_740_992.0
    /// What all counts together may be at most: no sum of some of them overflows.
    static let mostSum = 1_152_921_504_606_846_976.0
    /// What times may be at most: those that 64 bits of nanoseconds can hold.
    private static let mostSeconds = 1.8e10
    private static let mostProblems = 20

    private(set) var problems: [String] = []
    /// What is wrong with the first number that is not written as a whole one, if it is to be.
    private(set) var firstFraction: String?
    private(set) var sum = 0.0

    /// Looks at all numbers of a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - path: Where it stands.
    ///   - key: Its key; that of the object around, in an array.
    mutating func look(at value: JSONValue, path: String, key: String) {
        guard problems.count < Self.mostProblems else { return }
        switch value {
        case .object(let members):
            for member in members {
                look(at: member.value, path: path + Shown.subscripted(member.key), key: member.key)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() { look(at: element, path: "\(path)[\(index)]", key: key) }
        case .number(let text): look(at: text, path: path, key: key)
        case .word(let word): problems.append("\(path): expected a JSON value, found \(Shown.value(.word(word)))")
        case .string, .boolean, .null: break
        }
    }

    private mutating func look(at text: String, path: String, key: String) {
        let number = Double(text) ?? .infinity
        let isObserved = key == "observed"
        let most =
            key.hasSuffix("_ms") ? Self.mostSeconds * 1e3 : key.hasSuffix("_s") ? Self.mostSeconds : Self.mostCount
        let least = isObserved ? -most : 0
        guard number >= least, number <= most else {
            problems.append(
                "\(path): expected a number from \(Int64(least)) to \(Int64(most)), found \(Shown.value(.number(text)))"
            )
            return
        }
        let isDigits = text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        if !isDigits, firstFraction == nil, !Self.mayBeFraction(path: path, key: key) {
            firstFraction = "\(path): expected a whole number in digits, found \(Shown.value(.number(text)))"
        }
        sum += number
        guard sum <= Self.mostSum else {
            problems.append("\(path): expected numbers that can be added up, found more than 2⁶⁰ up to here")
            sum = 0
            return
        }
    }

    private static func mayBeFraction(path: String, key: String) -> Bool {
        key.hasSuffix("_ms") || key.hasSuffix("_s")
            || ["observed", "rate", "mean_concurrent", "peak_concurrent_mean"].contains(key)
            || ["$.goodput.conversations", "$.goodput.turns"].contains(path)
    }
}

extension DecodingError {
    /// Where a text stops to be what is decoded, and why; nil when the decoder does not tell.
    fileprivate var text: String? {
        func path(_ context: Context) -> String {
            context.codingPath.reduce("$") { path, key in
                path + (key.intValue.map { "[\($0)]" } ?? Shown.subscripted(key.stringValue))
            }
        }
        switch self {
        case .keyNotFound(let key, let context): return "\(path(context)): no '\(key.stringValue)'"
        case .typeMismatch(let type, let context):
            let found = context.debugDescription.split(separator: "but found ").dropFirst().last
            return "\(path(context)): expected \(Self.word(for: type)), found "
                + (found.map {
                    Shown.line(String($0.prefix { $0 != "." }), mostBytes: 100).replacing(" instead", with: "")
                }
                    ?? "something else")
        case .valueNotFound(let type, let context):
            return "\(path(context)): expected \(Self.word(for: type)), found null"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty
                ? nil : "\(path(context)): \(Shown.line(context.debugDescription, mostBytes: 200))"
        @unknown default: return nil
        }
    }

    private static func word(for type: any Any.Type) -> String {
        if type is any FixedWidthInteger.Type { return "a whole number" }
        if type is any BinaryFloatingPoint.Type { return "a number" }
        if type == String.self { return "a string" }
        if type == Bool.self { return "true or false" }
        return "\(type)".hasPrefix("Array") ? "an array" : "an object"
    }
}
