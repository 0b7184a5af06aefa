import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A tally")
struct TallyTests {
    private func tally(seed: UInt64) -> Tally {
        var random = SeededRandom(seed: seed)
        var tally = Tally()
        for counter in Counter.allCases { tally[counter] = random.next() >> 20 }
        for outcome in TurnOutcome.allCases { tally[outcome] = random.next() >> 30 }
        tally.counts.turnsRunning = seed
        tally.counts.conversationsRunning = 2 * seed
        for metric in [Metric.ttft, .responseTime, .conversationTime] {
            var durations = LatencyHistogram()
            for _ in 0..<(random.next() % 500) { durations.record(random.next() >> (random.next() % 44 + 20)) }
            tally[metric] = Distribution(durations)
        }
        tally.moments = [
            OutcomeMoments(outcome: .httpStatus, firstNs: 1_000 * seed, lastNs: 2_000 * seed),
            OutcomeMoments(outcome: .cancelled, firstNs: 5, lastNs: random.next()),
        ]
        return tally
    }

    private struct Message: Codable, Equatable {
        let tallies: [Tally]
    }

    @Test("is told to another process as it is, in bytes", arguments: 1...5 as ClosedRange<UInt64>)
    func packed(seed: UInt64) throws {
        var missing = tally(seed: seed)
        missing.setMissing(.endedBytes)
        let message = Message(tallies: [tally(seed: seed), Tally(), missing])
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        let data = try encoder.encode(message)
        #expect(try PropertyListDecoder().decode(Message.self, from: data) == message)
        #expect(missing.known(.endedBytes) == nil && missing != tally(seed: seed))
        let bytes = message.tallies.reduce(0) { $0 + $1.pack().bytes.count }
        #expect(data.count < bytes + 400, "bytes, not their text")
    }

    @Test("of bytes that are something else is refused, and reads nothing beyond them")
    func corrupt() {
        let right = tally(seed: 1).pack().bytes
        for count in 0..<right.count {
            #expect(throws: PackedBytes.Mistake.self, "\(count) of \(right.count) bytes") {
                var reader = PackedBytes.Reader(Array(right.prefix(count)))
                _ = try Tally(unpacking: &reader)
            }
        }
        var random = SeededRandom(seed: 1)
        for _ in 0..<2_000 {
            var wrong = right
            wrong[Int(random.next() % UInt64(wrong.count))] = UInt8(truncatingIfNeeded: random.next())
            var reader = PackedBytes.Reader(wrong)
            // Whatever it reads, it can be added up and shown.
            guard let read = try? Tally(unpacking: &reader) else { continue }
            _ = Metric.allCases.map { read[$0]?.percentilesNs([50, 99, 100]) }
        }
    }

    @Test("of two parts is their sum, and since one of them the other")
    func sum() throws {
        let (first, second) = (tally(seed: 1), tally(seed: 2))
        var sum = first
        sum.add(second)
        #expect(sum[.events] == first[.events] + second[.events])
        #expect(sum[.httpStatus] == first[.httpStatus] + second[.httpStatus])
        for metric in Metric.allCases {
            #expect(sum[metric]?.count == second[metric].map { $0.count + (first[metric]?.count ?? 0) })
        }
        #expect(sum.moments.map(\.outcome) == [.httpStatus, .cancelled])
        #expect(sum.moments[0].firstNs == 1_000 && sum.moments[0].lastNs == 4_000)
        let new = sum.since(first)
        #expect(new[.events] == second[.events] && new.counts.outcomes == second.counts.outcomes)
        for metric in Metric.allCases {
            #expect(new[metric]?.count == second[metric]?.count && new[metric]?.sumNs == second[metric]?.sumNs)
        }
        let nothing = sum.since(sum)
        #expect(nothing.hasNoSamples && nothing.moments.isEmpty && nothing.requests == 0)
    }

    @Test("does not know what a part of it does not know")
    func missing() {
        var (old, new) = (Tally(), Tally())
        old.setMissing(.turnsInOnePiece)
        new[.turnsInOnePiece] = 3
        new.add(old)
        #expect(new.known(.turnsInOnePiece) == nil && new.known(.events) == 0)
    }

    @Test("has the percentiles that a file states where it has no histogram, and none of their sums")
    func stated() {
        let stated = Distribution(
            count: 10,
            sumNs: 100,
            minimumNs: 5,
            maximumNs: 20,
            percentilesNs: [50: 9, 99: 19]
        )
        #expect(stated.percentile(50) == .nanoseconds(9) && stated.percentile(75) == nil)
        #expect(stated.mean == .nanoseconds(10) && MetricSummary(stated)?.hdr == nil)
        var sum = stated
        sum.add(stated)
        #expect(sum.count == 20 && sum.maximumNs == 20 && sum.percentile(50) == nil)
    }
}
