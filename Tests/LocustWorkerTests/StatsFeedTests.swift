import LoadEngine
import LoadModel
import LoadReports
import TestSupport
import Testing

@testable import LocustWorker

/// What a master makes of reports: rows of the same name and type are added up.
private struct Merged {
    var entries: [String: StatsReport.Entry] = [:]
    var total = StatsReport.Entry(name: "", method: "", startS: 0)
    var failures: [String: UInt64] = [:]

    mutating func add(_ report: StatsReport) {
        for entry in report.entries {
            let key = "\(entry.method) \(entry.name)"
            Self.add(entry, to: &entries[key, default: StatsReport.Entry(name: "", method: "", startS: entry.startS)])
        }
        Self.add(report.total, to: &total)
        for failure in report.failures { failures["\(failure.name) \(failure.error)", default: 0] += failure.count }
    }

    private static func add(_ new: StatsReport.Entry, to sum: inout StatsReport.Entry) {
        sum.requests += new.requests
        sum.failures += new.failures
        sum.totalMs += new.totalMs
        sum.contentBytes += new.contentBytes
        sum.maximumMs = max(sum.maximumMs, new.maximumMs)
        sum.minimumMs = [sum.minimumMs, new.minimumMs].compactMap(\.self).min()
        sum.times += new.times
        sum.requestsPerSecond += new.requestsPerSecond
        sum.failuresPerSecond += new.failuresPerSecond
        #expect(new.times.reduce(0) { $0 + $1.count } == new.requests)
        #expect(zip(new.times, new.times.dropFirst()).allSatisfy { $0.ms < $1.ms })
    }
}

@Suite("A run's reports for a master")
struct StatsFeedTests {
    private func near(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * max(abs(left), 1) }

    @Test("sum up to exactly the result, however the turns fall between them", arguments: RowGrouping.allCases)
    func sums(grouping: RowGrouping) throws {
        var sample = SampleRun()
        var feed = StatsFeed(by: grouping, endpoint: "/chat", method: "POST", planned: [2, 1], nowS: 1_000)
        var merged = Merged()
        var random = SeededRandom(seed: 3)
        for second in 1...40 {
            for _ in 0..<random.next() % 6 {
                let milliseconds = Double(random.next() % 100_000) / 7
                sample.play(row: Int(random.next() % 3), random.next() % 5 == 0 ? nil : milliseconds)
            }
            feed.look(at: sample.progress(Double(second)), nowS: 1_000 + Double(second))
            guard second % 3 == 0 else { continue }
            let made = feed.report(ClassTable())
            // One that could not be sent is made again, with more.
            guard random.next() % 4 > 0 else { continue }
            merged.add(made.report)
            feed = made.after
        }
        merged.add(feed.report(ClassTable()).report)
        let summary = sample.summary(40)
        let table = ReportTable(summary, by: grouping)
        let all = try #require(summary.result[.responseTime])
        var responses = all
        if let failed = summary.result[.failedTime] { responses.add(failed) }
        #expect(merged.total.requests == summary.turns.completed + summary.turns.failed)
        #expect(merged.total.failures == summary.turns.failed)
        #expect(near(merged.total.totalMs, Double(responses.sumNs) / 1e6))
        #expect(merged.total.requestsPerSecond.reduce(0) { $0 + $1.count } == merged.total.requests)
        #expect(merged.total.failuresPerSecond.reduce(0) { $0 + $1.count } == merged.total.failures)
        for row in table.rows {
            let entry = try #require(merged.entries["POST \(row.name)"])
            #expect(entry.requests == row.requests && entry.failures == row.failures)
            #expect(near(entry.totalMs, Double(row.tally.responses.sumNs) / 1e6))
            #expect(entry.contentBytes == row.tally[.endedBytes])
            #expect(entry.requestsPerSecond.reduce(0) { $0 + $1.count } == row.requests)
            let own = merged.entries["ttft \(row.name)"]
            #expect(own?.requests ?? 0 == row.tally[.ttft]?.count ?? 0)
            #expect(near(own?.totalMs ?? 0, Double(row.tally[.ttft]?.sumNs ?? 0) / 1e6))
            for failure in row.failuresByKind {
                #expect(merged.failures["\(row.name) \(failure.label)"] == failure.count)
            }
        }
        #expect(merged.failures.values.reduce(0, +) == summary.turns.failed)
        // Rows of their own are in no sum.
        #expect(merged.entries.values.reduce(0) { $0 + $1.requests } > merged.total.requests)
    }

    @Test("tell nothing twice, and of nothing that there is no time")
    func nothing() {
        var sample = SampleRun()
        var feed = StatsFeed(by: .conversation, endpoint: "/chat", method: "POST", nowS: 5)
        #expect(feed.report(ClassTable()).report.total.minimumMs == nil)
        sample.playAll()
        feed.look(at: sample.progress(1), nowS: 6)
        let first = feed.report(ClassTable())
        #expect(first.report.total.requests == 4 && first.report.total.startS == 5)
        #expect(first.report.total.lastRequestS == 6 && first.report.total.minimumMs == 5)
        let second = first.after.report(ClassTable()).report
        #expect(second.entries.isEmpty && second.failures.isEmpty && second.total.requests == 0)
        #expect(second.total.minimumMs == nil && second.total.lastRequestS == nil && second.total.startS == 6)
    }

    @Test("begin anew with numbers that were reset")
    func reset() {
        var sample = SampleRun()
        var feed = StatsFeed(by: .conversation, endpoint: "/chat", method: "POST", nowS: 5)
        sample.playAll()
        feed.look(at: sample.progress(1), nowS: 6)
        feed = feed.report(ClassTable()).after
        sample.reset()
        sample.play(row: 0, 10)
        feed.look(at: sample.progress(0.5), nowS: 7)
        let report = feed.report(ClassTable()).report
        #expect(report.total.requests == 1 && report.total.startS == 6)
    }

    @Test("tell how far each conversation is, which goes to the locustfile")
    func progress() {
        var sample = SampleRun()
        var feed = StatsFeed(by: .conversation, endpoint: "/chat", method: "POST", planned: [2, 0], nowS: 5)
        feed.look(at: sample.progress(1), nowS: 6)
        let report = feed.report(ClassTable()).report
        #expect(report.progress?.parts.map(\.name) == ["beta"] && report.progress?.parts.first?.planned == 2)
    }

    @Test(
        "have buckets of a millisecond, and of a tenth below ten",
        arguments: [
            (0, 0.0), (40_000, 0.0), (60_000, 0.1), (9_940_000, 9.9), (9_960_000, 10.0), (12_345_678, 12.0),
            (999_600_000, 1000.0), (58_760_900_000, 58761.0),
        ] as [(UInt64, Double)]
    )
    func buckets(ns: UInt64, ms: Double) { #expect(LocustBuckets.ms(ns) == ms) }

    @Test("spread what has no second of its own evenly", arguments: [(0, 3), (7, 3), (1, 60), (100, 1), (5, 0)])
    func spread(count: UInt64, seconds: Int) {
        let list = SecondCounts.spread(count, from: 100.5, to: 100.5 + Double(seconds))
        #expect(list.reduce(0) { $0 + $1.count } == count)
        #expect(list.allSatisfy { $0.second <= 101 + seconds && $0.second > 99 })
        let counts = list.map(\.count)
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    }
}
