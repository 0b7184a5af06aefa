import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("Locust's JSON")
struct LocustJSONTests {
    /// What is needed of an entry as a reader sees it.
    private struct Entry: Decodable {
        let name: String
        let method: String
        let last_request_timestamp: Double
        let start_time: Double
        let num_requests: UInt64
        let num_none_requests: UInt64
        let num_failures: UInt64
        let total_response_time: Double
        let min_response_time: Double?
        let response_times: [String: UInt64]
        let num_reqs_per_sec: [String: UInt64]
        let num_fail_per_sec: [String: UInt64]
    }

    /// 2026-01-02T03:04:05Z, the start of the samples.
    private static let startS: UInt64 = 1_767_323_045

    private func entries(_ summary: Summary, by grouping: RowGrouping = .conversation) throws -> [Entry] {
        try JSONDecoder().decode([Entry].self, from: Data(try LocustJSON(summary, by: grouping).json()))
    }

    private func seconds(_ counts: [UInt64: UInt64]) -> [String: UInt64] {
        Dictionary(uniqueKeysWithValues: counts.map { ("\(Self.startS + $0.key)", $0.value) })
    }

    @Test("has all of Locust's keys, also where there is no time")
    func keys() throws {
        var run = SampleRun()
        run.recorder.countOutcome(.completed, isAfterFirstToken: true, row: 0)
        let list = try JSONSerialization.jsonObject(with: Data(try LocustJSON(run.summary(1)).json()))
        let entry = try #require((list as? [[String: Any]])?.first)
        #expect(
            Set(entry.keys) == [
                "name", "method", "last_request_timestamp", "start_time", "num_requests", "num_none_requests",
                "num_failures", "total_response_time", "max_response_time", "min_response_time",
                "total_content_length", "response_times", "num_reqs_per_sec", "num_fail_per_sec",
            ]
        )
        #expect(entry["min_response_time"] is NSNull)
        #expect(entry["num_none_requests"] as? Int == 1)
    }

    @Test("has when each second's turns ended and failed")
    func perSecond() throws {
        var run = SampleRun()
        run.play(row: 0, 10)
        _ = run.progress(1.002)
        run.play(row: 1, 30)
        run.play(row: 2, nil)
        run.play(row: 2, nil)
        _ = run.progress(2.001)
        _ = run.progress(3.001)
        run.play(row: 1, 30)
        let found = try entries(run.summary(3.4))
        #expect(found.map(\.name) == ["beta", "alpha"])
        #expect(found[0].num_reqs_per_sec == seconds([0: 1]))
        #expect(found[0].num_fail_per_sec == [:])
        #expect(found[0].start_time == Double(Self.startS))
        #expect(found[0].last_request_timestamp == Double(Self.startS) + 1.002)
        #expect(found[1].num_reqs_per_sec == seconds([1: 3, 3: 1]))
        #expect(found[1].num_fail_per_sec == seconds([1: 2]))
        #expect(found[1].last_request_timestamp == Double(Self.startS) + 3.4)
        #expect(found[1].num_none_requests == 0)
        #expect(found[1].response_times == ["30": 2, "5": 2])
    }

    @Test("counts from the start of the run, which need not be at the beginning of a second")
    func startWithinSecond() throws {
        var run = SampleRun()
        _ = run.progress(1.001)
        run.play(row: 0, 10)
        run.play(row: 0, nil)
        var summary = run.summary(1.9)
        summary.run.startedAt = "2026-01-02T03:04:05.750Z"
        let entry = try #require(try entries(summary).first)
        #expect(abs(entry.start_time - Double(Self.startS) - 0.75) < 1e-3)
        #expect(abs(entry.last_request_timestamp - Double(Self.startS) - 2.65) < 1e-3)
        // From 6.75 s to 7.65 s of that minute.
        #expect(entry.num_reqs_per_sec == seconds([2: 2]) && entry.num_fail_per_sec == seconds([2: 1]))
    }

    @Test("spreads a long interval over its seconds, with the sum kept", arguments: [600, 2_000])
    func longRun(seconds: Int) throws {
        var run = SampleRun()
        for second in 1...seconds {
            if second.isMultiple(of: 3) { run.play(row: 0, 10) }
            if second.isMultiple(of: 7) { run.play(row: 1, nil) }
            _ = run.progress(Double(second) + 0.001)
        }
        let found = try entries(run.summary(Double(seconds) + 0.5))
        #expect(found.map { $0.num_reqs_per_sec.values.reduce(0, +) } == found.map(\.num_requests))
        #expect(found.map { $0.num_fail_per_sec.values.reduce(0, +) } == found.map(\.num_failures))
        let keys = found[0].num_reqs_per_sec.keys.compactMap { UInt64($0) }.sorted()
        // Every third second, or where that interval's turns are spread to.
        #expect(keys.count > seconds / 4)
        #expect(keys[0] >= Self.startS && keys[keys.count - 1] <= Self.startS + UInt64(seconds))
        #expect(found[0].num_reqs_per_sec.values.max() ?? 0 <= 2)
    }

    @Test("spreads the turns of a conversation as the whole conversation's, with the sums kept")
    func turns() throws {
        var run = SampleRun()
        for second in 1...10 {
            for _ in 0..<second { run.play(row: 1, 10) }
            if second > 5 { run.play(row: 2, nil) }
            _ = run.progress(Double(second))
        }
        let summary = run.summary(10)
        for grouping in RowGrouping.allCases {
            let found = try entries(summary, by: grouping)
            #expect(found.map { $0.num_reqs_per_sec.values.reduce(0, +) } == found.map(\.num_requests))
            #expect(found.map { $0.num_fail_per_sec.values.reduce(0, +) } == found.map(\.num_failures))
        }
        #expect(try entries(summary, by: .turn).map(\.name) == ["alpha #1", "alpha #2"])
        #expect(
            try entries(summary, by: .endpoint)[0].num_reqs_per_sec
                == seconds(
                    [0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 7, 6: 8, 7: 9, 8: 10, 9: 11]
                )
        )
    }

    @Test("counts at the end of the run what the series does not have")
    func withoutSeries() throws {
        var run = SampleRun()
        run.playAll()
        var summary = run.summary(2.5)
        summary.result.series = TimeSeries()
        let found = try entries(summary)
        #expect(found.map(\.num_reqs_per_sec) == [seconds([2: 2]), seconds([2: 2])])
    }
}
