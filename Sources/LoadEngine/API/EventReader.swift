#if canImport(Glibc)
import Glibc
#endif

/// Says what the events of an API's answers mean, by the rules of its profile.
///
/// The rules are compiled once, for all users of a loop. The first rule that matches counts. An event is scanned as JSON at
/// most once, and only when a rule that comes to be looked at, or a value that is looked for, needs it; nothing is allocated
/// for it. What was found is asked for here until the next event is read. A handle to its memory: its owner calls `destroy`.
/// - Isolation: loop
package struct EventReader {
    private struct State {
        let table: EventRuleTable
        let scanner: JSONScanner
        /// The path of the text of the event that was read last; -1 for none.
        var text = -1
        /// Whether values of that event can be asked for.
        var isScanned = false
    }

    /// What is known of an event's data.
    private enum Data {
        case unknown
        case isJSON
        case isNot
    }

    private let state: UnsafeMutablePointer<State>

    /// Compiles what a profile says of events.
    ///
    /// - Parameter profile: The profile.
    /// - Throws: `ExpressionError` for a value to compare with that is no JSON scalar, and for paths that mix `[n]` and `[*]`
    ///   in too many ways.
    package init(_ profile: APIProfile) throws(ExpressionError) {
        var paths = EventPaths()
        let table = try EventRuleTable(profile, paths: &paths)
        let scanner: JSONScanner
        do throws(ExpressionError) {
            scanner = try JSONScanner(paths.paths, keepsAll: paths.keepsAll, tags: paths.tags)
        } catch {
            table.destroy()
            throw error
        }
        state = OutOfMemory.allocate(State.self, count: 1)
        state.initialize(to: State(table: table, scanner: scanner))
    }

    /// Gives all memory back.
    package func destroy() {
        state.pointee.table.destroy()
        state.pointee.scanner.destroy()
        free(state)
    }

    // MARK: Reading

    /// Says what an event means.
    ///
    /// - Parameters:
    ///   - name: Its name; empty for none.
    ///   - data: Its data, valid UTF-8; it must stay as long as the texts and values of the event are asked for.
    /// - Returns: What it means.
    package func read(name: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer) -> EventReading {
        let state = state
        state.pointee.text = -1
        state.pointee.isScanned = false
        var reading = EventReading(data.isEmpty ? .empty : .other)
        var known = data.isEmpty ? Data.isNot : .unknown
        var mayHaveValues = state.pointee.table.hasPlaces
        let rules = state.pointee.table.rules
        for index in 0..<rules.count {
            // Safety: memory is there, even for no rules.
            let rule = rules.baseAddress.unsafelyUnwrapped + index
            if let wanted = rule.pointee.data, !Self.isEqual(data, wanted) { continue }
            if let wanted = rule.pointee.event, !Self.isEqual(name, wanted) { continue }
            if rule.pointee.readsJSON {
                if known == .unknown { known = scan(data) }
                guard known == .isJSON else {
                    reading.isNotJSON = !data.isEmpty
                    continue
                }
                guard matches(rule) else { continue }
            } else if rule.pointee.needsData, data.isEmpty {
                continue
            }
            reading.kind = rule.pointee.kind
            reading.isCumulative = rule.pointee.isCumulative
            reading.isLast = rule.pointee.isLast
            if rule.pointee.text >= 0 {
                reading.hasText = true
                state.pointee.text = rule.pointee.text
            }
            if rule.pointee.hasNoJSON { mayHaveValues = false }
            break
        }
        guard mayHaveValues else { return reading }
        if known == .unknown { known = scan(data) }
        if known == .isJSON {
            let found = state.pointee.scanner.foundTags
            reading.hasUsage = found & EventRuleTable.usageTag != 0
            reading.hasFinishReason = found & EventRuleTable.finishReasonTag != 0
            reading.hasCapture = found & EventRuleTable.captureTag != 0
        }
        return reading
    }

    @inline(__always)
    private static func isEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        guard one.count == other.count else { return false }
        guard let bytes = one.baseAddress, let others = other.baseAddress else { return true }
        return memcmp(bytes, others, one.count) == 0
    }

    private static var mostTokens: UInt64 { UInt64(Int32.max) }

    private func scan(_ data: UnsafeRawBufferPointer) -> Data {
        state.pointee.isScanned = state.pointee.scanner.scan(data)
        return state.pointee.isScanned ? .isJSON : .isNot
    }

    /// Whether all conditions of a rule hold that look into the data.
    @inline(__always)
    private func matches(_ rule: UnsafePointer<EventRuleTable.Rule>) -> Bool {
        let scanner = state.pointee.scanner
        if rule.pointee.has >= 0, !scanner.match(of: rule.pointee.has).pointee.isThere { return false }
        if rule.pointee.text >= 0, !scanner.match(of: rule.pointee.text).pointee.hasText { return false }
        for index in 0..<rule.pointee.equalities.count where !holds(rule.pointee.equalities[index]) { return false }
        return true
    }

    @inline(__always)
    private func holds(_ equality: EventRuleTable.Equality) -> Bool {
        let match = state.pointee.scanner.match(of: equality.path)
        guard match.pointee.count != 1 else { return Self.isAny(of: equality.values, match.pointee.value) }
        return match.pointee.count > 1 && holdsForAny(equality)
    }

    @inline(never)
    private func holdsForAny(_ equality: EventRuleTable.Equality) -> Bool {
        var found = false
        state.pointee.scanner.forEachValue(of: equality.path) { found = found || Self.isAny(of: equality.values, $0) }
        return found
    }

    @inline(__always)
    private static func isAny(
        of values: UnsafeBufferPointer<EventRuleTable.Value>,
        _ found: JSONScanner.Value
    ) -> Bool {
        for index in 0..<values.count {
            let value = values[index]
            switch value.kind {
            case .string:
                guard found.kind == .string || found.kind == .emptyString else { continue }
                let isSame =
                    found.hasEscapes
                    ? JSONString.isEqual(found.bytes, to: value.bytes) : isEqual(found.bytes, value.bytes)
                if isSame { return true }
            case .number: if found.kind == .number, JSONNumber.isEqual(found.bytes, value.bytes) { return true }
            default: if found.kind == value.kind { return true }
            }
        }
        return false
    }

    // MARK: What the event that was read last holds

    /// Calls a closure for each piece of the text of the rule that matched: strings that are not empty, in their order.
    ///
    /// `JSONTextDecoder` makes text of them.
    ///
    /// - Parameter body: Gets a string between its quotes, still escaped.
    package func forEachText(_ body: (UnsafeRawBufferPointer) -> Void) {
        let path = state.pointee.text
        guard path >= 0 else { return }
        let match = state.pointee.scanner[path]
        // One place alone: also that of a path with [*], as most answers have one choice.
        if match.count == 1 { return body(match.text) }
        state.pointee.scanner.forEachMatch(of: path) { kind, raw in
            if kind == .string { body(raw) }
        }
    }

    /// How many tokens of a kind the server says there were; nil when it does not say so in this event.
    ///
    /// A number that is whole, however it is written; of several places the one that is listed last. One that no turn can have
    /// is not believed: the sum of all turns has to fit.
    ///
    /// - Parameter kind: What tokens.
    /// - Returns: Their number.
    package func usage(_ kind: APIProfile.TokenKind) -> UInt64? {
        guard state.pointee.isScanned else { return nil }
        var found: UInt64?
        for place in state.pointee.table.usage where place.owner == kind.index {
            let match = state.pointee.scanner[place.path]
            if match.kind == .number, let value = JSONNumber.wholeValue(match.raw), value <= Self.mostTokens {
                found = value
            }
        }
        return found
    }

    /// Why the answer ended, as the server says in this event: a string between its quotes, still escaped, not empty.
    ///
    /// Nil when it does not say so; of several places the one that is listed last.
    package var finishReason: UnsafeRawBufferPointer? {
        guard state.pointee.isScanned else { return nil }
        var found: UnsafeRawBufferPointer?
        for place in state.pointee.table.finishReasons {
            let match = state.pointee.scanner[place.path]
            if match.hasText { found = match.kind == .string ? match.raw : match.text }
        }
        return found
    }

    /// A value of this event that later requests use, as JSON; nil when it is not there, or null.
    ///
    /// Of several places the one that is listed last.
    ///
    /// - Parameter index: The place of the capture among the profile's.
    /// - Returns: The value, a string with its quotes.
    package func capture(_ index: Int) -> UnsafeRawBufferPointer? {
        guard state.pointee.isScanned else { return nil }
        var found: UnsafeRawBufferPointer?
        for place in state.pointee.table.captures where place.owner == index {
            let match = state.pointee.scanner[place.path]
            if match.kind.isValue { found = match.json }
        }
        return found
    }
}
