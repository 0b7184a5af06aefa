import LoadEngine
import LoadModel
import LoadReports
import Testing

@Suite("What a report says of the event log")
struct EventLogUsageTests {
    private func report(_ usage: EventLogUsage?) -> String {
        var summary = sampleSummary()
        summary.result.generator.eventLog = usage
        return StreamingReport(summary).text
    }

    @Test("is nothing without one")
    func without() {
        #expect(!report(nil).contains("Event log"))
    }

    @Test("is what the file has, and what it lacks")
    func lacking() {
        #expect(report(EventLogUsage(lines: 12)).contains("Event log      12 lines\n"))
        let slow = EventLogUsage(lines: 12, dropped: 3, cut: 2)
        #expect(report(slow).contains("Event log      12 lines, 3 dropped, 2 cut\n"))
        #expect(
            slow.shortcomings == [
                "the event log lacks 3 lines: turns ended faster than the file took them",
                "2 lines of the event log lack times of content events",
            ]
        )
        let full = EventLogUsage(lines: 12, dropped: 3, error: "No space left on device")
        #expect(report(full).contains("Event log      12 lines, 3 dropped: No space left on device\n"))
        #expect(full.shortcomings == ["the event log lacks 3 lines: No space left on device"])
    }
}
