import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A line of the event log")
struct TurnLineFormatTests {
    private let conversations = [
        Conversation(name: "a", invocations: 1, turns: [.init(role: "u", content: "x")]),
        Conversation(
            name: "\"é\\\u{1}/",
            invocations: 1,
            turns: [.init(role: "u", content: "x"), .init(role: "u", content: "y")]
        ),
    ]
    private let startedNs: UInt64 = 5_000_000_000
    /// 2024-02-29T23:59:59.500000Z.
    private let startedAt = Date(timeIntervalSince1970: 1_709_251_199.5)

    private func text(_ turns: [TurnLine], stamps: EventStamps? = nil, reasons: FinishReasonList = .init()) -> String {
        var format = TurnLineFormat(
            RunFacts(conversations: conversations, startedAt: startedAt, startedNs: startedNs),
            finishReasons: reasons
        )
        var buffer = ByteBuffer()
        defer { buffer.destroy() }
        for turn in turns { format.append(turn, stamps: stamps, to: &buffer) }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// A turn that was sent so long after the start, and refused half a millisecond later.
    private func refused(sentAfterNs: UInt64) -> TurnLine {
        var turn = TurnLine()
        turn.outcome = .connectRefused
        turn.sentNs = startedNs + sentAfterNs
        turn.intendedNs = turn.sentNs
        turn.decidedNs = turn.sentNs + 500_000
        turn.endedNs = turn.decidedNs
        return turn
    }

    @Test("has nothing of what has not happened")
    func least() {
        #expect(
            text([refused(sentAfterNs: 0)])
                == #"{"invocation":1,"session":"00000000-0000-0000-0000-000000000000","conversation":"a","turn":1,"#
                + #""turns":1,"outcome":"connect_refused","time":"2024-02-29T23:59:59.500000Z","#
                + #""send_s":0.000000000,"queue_delay_ms":0.000000,"failed_time_ms":0.500000,"events":0,"bytes":0}"#
                + "\n"
        )
    }

    @Test("has everything that has happened, to the nanosecond")
    func most() {
        let stamps = EventStamps()
        var turn = refused(sentAfterNs: 500_000_001)
        for offset: UInt64 in [1_000_001, 2_000_000, 1_003_000_000] {
            stamps.append(turn.sentNs + offset, to: &turn.stamps)
        }
        turn.invocation = 6
        turn.conversation = 1
        turn.turn = 1
        turn.outcome = .completed
        turn.hasFirstToken = true
        turn.hasConnected = true
        turn.hasDrained = true
        turn.intendedNs -= 7
        turn.connectNs = 0
        turn.tlsNs = 3_000
        turn.requestedNs = turn.sentNs + 4_000
        turn.firstByteNs = turn.sentNs + 1_000_000
        turn.firstTokenNs = turn.sentNs + 1_000_001
        turn.lastContentNs = turn.sentNs + 1_003_000_000
        turn.maxGapNs = 1_001_000_000
        turn.stalls = 1
        turn.stallNs = 1_001_000_000
        turn.decidedNs = turn.sentNs + 1_100_000_000
        turn.endedNs = turn.decidedNs + 12
        turn.events = 3
        turn.bytes = 120
        let expected =
            #"{"invocation":7,"session":"00000000-0000-0000-0000-000000000000","conversation":"\"é\\\u0001/","#
            + #""turn":2,"turns":2,"outcome":"completed","time":"2024-03-01T00:00:00.000000Z","#
            + #""send_s":0.500000001,"queue_delay_ms":0.000007,"connect_ms":0.000000,"tls_ms":0.003000,"#
            + #""request_ms":0.004000,"ttfb_ms":1.000000,"ttft_ms":1.000001,"last_content_ms":1003.000000,"#
            + #""max_gap_ms":1001.000000,"stalls":1,"stall_time_ms":1001.000000,"response_time_ms":1100.000000,"#
            + #""drain_ms":0.000012,"events":3,"bytes":120"#
        #expect(text([turn]) == expected + "}\n")
        let times = #","content_ms":[1.000001,2.000000,1003.000000]"#
        #expect(text([turn], stamps: stamps) == expected + times + "}\n")
    }

    @Test("has what the server said of the turn, as far as it did")
    func usage() {
        let reasons = FinishReasons(rowCount: 1)
        var turn = refused(sentAfterNs: 0)
        turn.outcome = .completed
        turn.hasFirstToken = true
        turn.firstTokenNs = turn.sentNs + 1_000_000
        turn.answerNs = turn.sentNs + 2_000_001
        turn.lastContentNs = turn.sentNs + 3_000_000
        turn.usage.input = 7
        turn.usage.cached = 0
        let told = text([turn], reasons: reasons.list)
        #expect(told.contains(#""ttft_ms":1.000000,"answer_ttft_ms":2.000001,"last_content_ms":3.000000,"#), "\(told)")
        #expect(told.hasSuffix(#""bytes":0,"input_tokens":7,"cached_tokens":0}"# + "\n"), "\(told)")
        turn.usage.output = 3
        turn.usage.reasoning = 1
        // A name that comes while the run goes on.
        for name in ["stop", "\"\u{202E}"] {
            turn.usage.finishReason = Int32(Array(name.utf8).withUnsafeBytes { reasons.index(of: $0) })
        }
        var first = turn
        first.usage.finishReason = 0
        let lines = text([first, turn], reasons: reasons.list).split(separator: "\n")
        let counts = #""input_tokens":7,"output_tokens":3,"reasoning_tokens":1,"cached_tokens":0,"#
        #expect(lines[0].hasSuffix(counts + #""finish_reason":"stop"}"#), "\(lines[0])")
        #expect(lines[1].contains(#""finish_reason":"\""#) && !lines[1].contains("\u{202E}"), "\(lines[1])")
    }

    @Test("says that times of events are missing")
    func cut() throws {
        let stamps = EventStamps(mostBytes: 32 * 8)
        var turn = refused(sentAfterNs: 0)
        for index in UInt64(0)..<40 { stamps.append(turn.sentNs + index, to: &turn.stamps) }
        let line = text([turn], stamps: stamps)
        #expect(line.hasSuffix(#"0.000031],"content_cut":true}"# + "\n"))
        var next = refused(sentAfterNs: 0)
        stamps.append(next.sentNs, to: &next.stamps)
        #expect(text([next], stamps: stamps).hasSuffix(#""content_ms":[],"content_cut":true}"# + "\n"))
    }

    @Test("names the time that an outcome ends", arguments: TurnOutcome.allCases)
    func outcomes(outcome: TurnOutcome) {
        var turn = refused(sentAfterNs: 0)
        turn.outcome = outcome
        turn.rejectedStatus = outcome == .httpStatus ? 503 : 0
        let line = text([turn])
        let key = outcome == .completed ? "response" : outcome.isCut ? outcome.label : "failed"
        #expect(line.contains(#""outcome":"\#(outcome.label)""#))
        #expect(line.contains(#""\#(key)_time_ms":0.500000"#))
        #expect(line.contains(#""status":503"#) == (outcome == .httpStatus))
    }

    @Test("has the time of the clock on the wall, over the ends of days, years and leap days")
    func wallClock() {
        let day: UInt64 = 86_400_000_000_000
        let offsets = (0..<800).map { UInt64($0) * day * 37 / 10 + UInt64($0) * 1_000_001_000 }
        let lines = text(offsets.map { refused(sentAfterNs: $0) }).split(separator: "\n")
        for (offset, line) in zip(offsets, lines) {
            let us = 1_709_251_199_500_000 + offset / 1_000
            let seconds = Date(timeIntervalSince1970: Double(us / 1_000_000)).ISO8601Format().dropLast()
            let fraction = String(us % 1_000_000 + 1_000_000).dropFirst()
            #expect(line.contains("\"time\":\"\(seconds).\(fraction)Z\""), "\(line)")
        }
    }
}
