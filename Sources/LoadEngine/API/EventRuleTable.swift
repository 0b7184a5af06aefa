#if canImport(Glibc)
import Glibc
#endif

/// The rules of a profile and the places of its values, in plain memory; its owner calls `destroy`.
struct EventRuleTable {
    struct Rule {
        var kind: EventReading.Kind
        var isCumulative: Bool
        var isLast: Bool
        /// Whether it looks into the data as JSON.
        var readsJSON: Bool
        /// Whether it has no condition at all: it matches whatever has data.
        var needsData: Bool
        /// Whether data that it matches cannot be JSON, so that no value is to be looked for.
        var hasNoJSON: Bool
        /// The exact data and the exact name; nil for any.
        var data: UnsafeRawBufferPointer?
        var event: UnsafeRawBufferPointer?
        /// Paths, by their place in the scanner's list; -1 for none.
        var has: Int
        var text: Int
        var equalities: UnsafeBufferPointer<Equality>
    }

    struct Equality {
        var path: Int
        var values: UnsafeBufferPointer<Value>
    }

    /// A scalar that a place may have.
    struct Value {
        /// Of a string `.string`, also when it is empty.
        var kind: JSONKind
        /// What a string says, or how a number is written.
        var bytes: UnsafeRawBufferPointer
    }

    /// Where a value of the answer may be.
    struct Place {
        var path: Int
        /// Of usage the kind of tokens, of a capture its place among the profile's.
        var owner: Int
    }

    // What stands for places of values in what a scan has found.
    static var usageTag: UInt8 { 1 }
    static var finishReasonTag: UInt8 { 2 }
    static var captureTag: UInt8 { 4 }

    let rules: UnsafeBufferPointer<Rule>
    let usage: UnsafeBufferPointer<Place>
    let finishReasons: UnsafeBufferPointer<Place>
    let captures: UnsafeBufferPointer<Place>
    /// Whether an event is scanned for values whatever its rule says.
    let hasPlaces: Bool
    private let memory: EventRuleMemory

    /// Lays out what a profile says of events.
    ///
    /// - Parameters:
    ///   - profile: The profile.
    ///   - paths: Gets the paths that are needed; the table has their places.
    /// - Throws: `ExpressionError` for a value to compare with that is no JSON scalar.
    init(_ profile: APIProfile, paths: inout EventPaths) throws(ExpressionError) {
        var memory = EventRuleMemory()
        var rules: [Rule] = []
        do throws(ExpressionError) {
            for rule in profile.events { rules.append(try Self.rule(rule, &paths, &memory)) }
        } catch {
            memory.destroy()
            throw error
        }
        self.rules = memory.keep(rules)
        var usage: [Place] = []
        for kind in APIProfile.TokenKind.allCases {
            for path in profile.usage[kind] ?? [] {
                usage.append(Place(path: paths.place(of: path, tag: Self.usageTag), owner: kind.index))
            }
        }
        self.usage = memory.keep(usage)
        finishReasons = memory.keep(
            profile.finishReason.map { Place(path: paths.place(of: $0, tag: Self.finishReasonTag), owner: 0) }
        )
        var captures: [Place] = []
        for (index, capture) in profile.captures.enumerated() {
            guard case .body(let places) = capture.source else { continue }
            for path in places {
                captures.append(Place(path: paths.place(of: path, tag: Self.captureTag), owner: index))
            }
        }
        self.captures = memory.keep(captures)
        hasPlaces = !self.usage.isEmpty || !finishReasons.isEmpty || !self.captures.isEmpty
        self.memory = memory
    }

    private static func rule(
        _ rule: EventRule,
        _ paths: inout EventPaths,
        _ memory: inout EventRuleMemory
    ) throws(ExpressionError) -> Rule {
        var equalities: [Equality] = []
        for equality in rule.equals {
            var values: [Value] = []
            for text in equality.values { values.append(try value(text, at: equality.path, &memory)) }
            let path = paths.place(of: equality.path, keepsAll: equality.path.isMultiple)
            equalities.append(Equality(path: path, values: memory.keep(values)))
        }
        return Rule(
            kind: EventReading.Kind(rule.kind),
            isCumulative: rule.isCumulative,
            isLast: rule.isLast,
            readsJSON: rule.readsJSON,
            needsData: !rule.readsJSON && rule.data == nil && rule.event == nil,
            hasNoJSON: rule.data.map { !JSONScanner.isJSON($0) } ?? false,
            data: rule.data.map { memory.keep(bytes: Array($0.utf8)) },
            event: rule.event.map { memory.keep(bytes: Array($0.utf8)) },
            has: rule.has.map { paths.place(of: $0) } ?? -1,
            text: rule.text.map { paths.place(of: $0, keepsAll: $0.isMultiple) } ?? -1,
            equalities: memory.keep(equalities)
        )
    }

    /// A value as JSON writes it, made ready for comparing.
    private static func value(
        _ text: String,
        at path: JSONPath,
        _ memory: inout EventRuleMemory
    ) throws(ExpressionError) -> Value {
        let whole = try JSONScanner([JSONPath([])], keepsAll: [false])
        defer { whole.destroy() }
        let bytes = Array(text.utf8)
        let found: (kind: JSONKind, bytes: [UInt8]) = bytes.withUnsafeBytes { bytes in
            guard whole.scan(bytes) else { return (.absent, []) }
            return (whole[0].kind, Array(whole[0].raw))
        }
        switch found.kind {
        case .null, .true, .false, .number: return Value(kind: found.kind, bytes: memory.keep(bytes: found.bytes))
        case .string, .emptyString:
            var decoder = JSONTextDecoder()
            var buffer = ByteBuffer()
            defer { buffer.destroy() }
            found.bytes.withUnsafeBytes { raw in
                guard decoder.append(raw, to: &buffer), decoder.finish(to: &buffer) else {
                    OutOfMemory.end(byteCount: raw.count)
                }
            }
            return Value(kind: .string, bytes: memory.keep(bytes: Array(buffer.bytes)))
        case .absent, .emptyArray, .array, .emptyObject, .object:
            throw ExpressionError(
                "expected a JSON string, number, true, false or null to compare \(path.text) with",
                in: text,
                at: 0
            )
        }
    }

    /// Gives all memory back.
    func destroy() { memory.destroy() }
}

extension APIProfile.TokenKind {
    /// Its place among all kinds.
    var index: Int {
        switch self {
        case .input: 0
        case .output: 1
        case .reasoning: 2
        case .cached: 3
        }
    }
}
