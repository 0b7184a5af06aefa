import FoundationEssentials

/// Writes turns as the lines of the event log: JSON objects, as docs/events.md describes them.
///
/// What has not happened in a turn has no key.
package struct TurnLineFormat {
    private struct Script {
        /// The conversation's name as a JSON string.
        let name: [UInt8]
        let turnCount: Int
    }

    private let scripts: [Script]
    private let startedNs: UInt64
    private let finishReasons: FinishReasonList
    /// As JSON strings, those that have come so far.
    private var reasonTexts: [[UInt8]] = []
    private var clock: WallClockText

    /// Prepares the format of one run.
    ///
    /// - Parameters:
    ///   - facts: The run's conversations, and when it began.
    ///   - finishReasons: Why its answers end.
    package init(_ facts: RunFacts, finishReasons: FinishReasonList = FinishReasonList()) {
        scripts = facts.conversations.map { conversation in
            Script(name: Self.json(conversation.name), turnCount: conversation.turns.count)
        }
        self.finishReasons = finishReasons
        startedNs = facts.startedNs
        clock = WallClockText(startUs: Int64(max(facts.startedAt.timeIntervalSince1970 * 1e6, 0).rounded()))
    }

    private static func json(_ text: String) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // A string can always be encoded.
        return Shown.json((try? encoder.encode(text)) ?? Data(#""""#.utf8))
    }

    /// Appends the line of a turn, with its end.
    ///
    /// - Parameters:
    ///   - turn: The turn.
    ///   - stamps: Where the times of its content events are; nil for a line without them.
    ///   - buffer: What the line is appended to.
    package mutating func append(_ turn: TurnLine, stamps: EventStamps?, to buffer: inout ByteBuffer) {
        let script = scripts[Int(turn.conversation)]
        buffer.append("{\"invocation\":")
        buffer.append(decimal: turn.invocation + 1)
        buffer.append(",\"session\":\"")
        buffer.append(turn.session)
        buffer.append("\",\"conversation\":")
        script.name.withUnsafeBytes { buffer.append($0) }
        buffer.append(",\"turn\":")
        buffer.append(decimal: UInt64(turn.turn) + 1)
        buffer.append(",\"turns\":")
        buffer.append(decimal: script.turnCount)
        buffer.append(",\"outcome\":\"")
        buffer.append(label: turn.outcome)
        buffer.append(UInt8(ascii: "\""))
        if turn.rejectedStatus > 0 {
            buffer.append(",\"status\":")
            buffer.append(decimal: UInt64(turn.rejectedStatus))
        }
        appendTimes(of: turn, to: &buffer)
        buffer.append(",\"events\":")
        buffer.append(decimal: turn.events)
        buffer.append(",\"bytes\":")
        buffer.append(decimal: turn.bytes)
        appendUsage(of: turn, to: &buffer)
        if let stamps { append(turn, stamps, to: &buffer) }
        buffer.append("}\n")
    }

    private mutating func appendUsage(of turn: TurnLine, to buffer: inout ByteBuffer) {
        func append(_ key: StaticString, _ count: UInt64) {
            guard count != TurnUsage.unknown else { return }
            buffer.append(key)
            buffer.append(decimal: count)
        }
        append(",\"input_tokens\":", turn.usage.input)
        append(",\"output_tokens\":", turn.usage.output)
        append(",\"reasoning_tokens\":", turn.usage.reasoning)
        append(",\"cached_tokens\":", turn.usage.cached)
        // Of an answer that is not complete it may be the state of what goes on.
        let reason = Int(turn.usage.finishReason)
        guard reason >= 0, turn.outcome == .completed || turn.outcome == .expectationFailed else { return }
        if reason >= reasonTexts.count { reasonTexts += finishReasons.names(from: reasonTexts.count).map(Self.json) }
        guard reason < reasonTexts.count else { return }
        buffer.append(",\"finish_reason\":")
        reasonTexts[reason].withUnsafeBytes { buffer.append($0) }
    }

    private mutating func appendTimes(of turn: TurnLine, to buffer: inout ByteBuffer) {
        let offsetNs = turn.sentNs - min(startedNs, turn.sentNs)
        buffer.append(",\"time\":\"")
        clock.append(afterStartUs: offsetNs / 1_000, to: &buffer)
        buffer.append("\",\"send_s\":")
        buffer.append(decimal: offsetNs / Nanoseconds.perSecond)
        buffer.append(UInt8(ascii: "."))
        buffer.append(decimal: offsetNs % Nanoseconds.perSecond, digits: 9)
        func append(_ key: StaticString, _ durationNs: UInt64, if hasHappened: Bool) {
            guard hasHappened else { return }
            buffer.append(key)
            buffer.append(millisecondsOf: durationNs)
        }
        func append(_ key: StaticString, at timeNs: UInt64, if hasHappened: Bool) {
            append(key, timeNs - min(turn.sentNs, timeNs), if: hasHappened)
        }
        append(",\"queue_delay_ms\":", turn.sentNs - turn.intendedNs, if: true)
        append(",\"connect_ms\":", turn.connectNs, if: turn.hasConnected)
        append(",\"tls_ms\":", turn.tlsNs, if: turn.tlsNs > 0)
        append(",\"request_ms\":", at: turn.requestedNs, if: turn.requestedNs > 0)
        append(",\"ttfb_ms\":", at: turn.firstByteNs, if: turn.firstByteNs > 0)
        append(",\"ttft_ms\":", at: turn.firstTokenNs, if: turn.hasFirstToken)
        append(",\"answer_ttft_ms\":", at: turn.answerNs, if: turn.answerNs > 0)
        append(",\"last_content_ms\":", at: turn.lastContentNs, if: turn.hasFirstToken)
        append(",\"max_gap_ms\":", turn.maxGapNs, if: turn.maxGapNs > 0)
        if turn.stalls > 0 {
            buffer.append(",\"stalls\":")
            buffer.append(decimal: turn.stalls)
            append(",\"stall_time_ms\":", turn.stallNs, if: true)
        }
        switch turn.outcome {
        case .completed: append(",\"response_time_ms\":", at: turn.decidedNs, if: true)
        case .abandoned: append(",\"abandoned_time_ms\":", at: turn.decidedNs, if: true)
        case .cancelled: append(",\"cancelled_time_ms\":", at: turn.decidedNs, if: true)
        default: append(",\"failed_time_ms\":", at: turn.decidedNs, if: true)
        }
        append(",\"drain_ms\":", turn.endedNs - min(turn.decidedNs, turn.endedNs), if: turn.hasDrained)
    }

    private func append(_ turn: TurnLine, _ stamps: EventStamps, to buffer: inout ByteBuffer) {
        guard turn.stamps.count > 0 || turn.stamps.isCut else { return }
        buffer.append(",\"content_ms\":[")
        var isFirst = true
        stamps.forEach(in: turn.stamps) { timeNs in
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            isFirst = false
            buffer.append(millisecondsOf: timeNs - turn.sentNs)
        }
        buffer.append(turn.stamps.isCut ? "],\"content_cut\":true" : "]")
    }
}

extension ByteBuffer {
    /// Appends a duration in milliseconds, exact to the nanosecond.
    fileprivate mutating func append(millisecondsOf durationNs: UInt64) {
        append(decimal: durationNs / Nanoseconds.perMillisecond)
        append(UInt8(ascii: "."))
        append(decimal: durationNs % Nanoseconds.perMillisecond, digits: 6)
    }

    fileprivate mutating func append(_ session: SessionID) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SessionID.textCount) { text in
            guard let start = text.baseAddress else { return }
            session.write(to: start)
            append(UnsafeRawBufferPointer(text))
        }
    }

    fileprivate mutating func append(label outcome: TurnOutcome) {
        var label = outcome.label
        label.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }
}
