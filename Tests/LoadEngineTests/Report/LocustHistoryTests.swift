import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadReports

@Suite("Locust's history of a run")
struct LocustHistoryTests {
    private static let names = [
        "Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s", "50%", "66%", "75%", "80%", "90%", "95%",
        "98%", "99%", "99.9%", "99.99%", "100%", "Total Request Count", "Total Failure Count",
        "Total Median Response Time", "Total Average Response Time", "Total Min Response Time",
        "Total Max Response Time", "Total Average Content Size",
    ]

    @Test("has Locust's columns, and a line for the total")
    func columns() {
        var run = SampleRun()
        var history = LocustHistory(isFull: false)
        #expect(LocustHistory.head == Self.names.joined(separator: ",") + "\r\n")
        let notAny = String(repeating: "N/A,", count: 11)
        let first = "7,3,,Aggregated,0.000000,0.000000,\(notAny)0,0,0,0.0,0,0,0\r\n"
        #expect(history.lines(of: run.table(0), timestampS: 7) == first)
        run.playAll()
        #expect(
            history.lines(of: run.table(2), timestampS: 9)
                == "9,3,,Aggregated,2.000000,0.500000,10,20,20,31,31,31,31,31,31,31,31,4,1,10,16.5,5.0,30.6,75.0\r\n"
        )
    }

    @Test("has the rates of the last ten seconds, and the percentiles of all")
    func rates() {
        var run = SampleRun()
        var history = LocustHistory(isFull: false)
        var lines: [[String]] = []
        for second in 0...25 {
            // Twenty turns in the first two seconds, then one every second.
            if (1...2).contains(second) { for _ in 0..<10 { run.play(row: 0, 10) } }
            if second > 2 { run.play(row: 1, second > 20 ? nil : 1_000) }
            lines += csvFields(history.lines(of: run.table(Double(second)), timestampS: second))
        }
        #expect(lines[2][4] == "10.000000")
        #expect(lines[4][4] == "5.500000")
        // From second 1 to 11: ten turns, then nine.
        #expect(lines[11][4] == "1.900000")
        #expect(lines[20][4] == "1.000000" && lines[20][5] == "0.000000")
        #expect(lines[25][5] == "0.500000")
        #expect(lines[25][6] == "10" && lines[25][16] == "1000")
    }

    @Test("has a line for each row when it is full, with the percentiles of the last ten seconds")
    func full() {
        var run = SampleRun()
        var history = LocustHistory(isFull: true)
        var last: [[String]] = []
        for second in 0...25 {
            if second == 1 { run.play(row: 1, 5_000) }
            if (2...20).contains(second) { run.play(row: 0, second < 12 ? 400 : 300) }
            last = csvFields(history.lines(of: run.table(Double(second), by: .turn), timestampS: second))
            guard second == 1 else { continue }
            #expect(last.map { $0[3] } == ["alpha #1", "Aggregated"])
            #expect(last.map { $0[4] } == ["1.000000", "1.000000"])
            #expect(last.map { $0[6] } == ["5000", "5000"])
        }
        #expect(last.map { $0[3] } == ["alpha #1", "beta #1", "Aggregated"])
        // From second 15 to 25: five turns of 300 ms.
        #expect(last.map { $0[4] } == ["0.000000", "0.500000", "0.500000"])
        #expect(last.map { $0[6] } == ["N/A", "300", "300"])
        #expect(last.map { $0[16] } == ["N/A", "300", "300"])
        // The totals are those of the whole run.
        #expect(last.map { $0[17] } == ["1", "19", "20"])
        #expect(last.map { $0[22] } == ["5000.0", "400.0", "5000.0"])
    }

    @Test("has a second only once, whatever the clock does")
    func clock() {
        var run = SampleRun()
        var history = LocustHistory(isFull: false)
        let times = [100, 101, 101, 101, 110, 90].map { time in
            csvFields(history.lines(of: run.table(1), timestampS: time))[0][0]
        }
        #expect(times == ["100", "101", "102", "103", "110", "111"])
    }

    @Test("counts from 0 again after a reset, with the rates and percentiles since", arguments: [true, false])
    func reset(isFull: Bool) {
        var run = SampleRun()
        var history = LocustHistory(isFull: isFull)
        func last(_ elapsedS: Double) -> [String] {
            csvFields(history.lines(of: run.table(elapsedS), timestampS: 0)).last ?? []
        }
        for second in 0...60 {
            run.play(row: 0, 500)
            _ = last(Double(second))
        }
        run.reset()
        #expect(last(0)[4] == "0.000000")
        for _ in 0..<100 { run.play(row: 0, 20) }
        let fields = last(2)
        #expect(fields[4] == "50.000000" && fields[17] == "100")
        #expect(fields[6] == "20" && fields[16] == "20")
        // More requests than before it, and later than that: nothing but the count of resets tells.
        run.reset()
        for _ in 0..<200 { run.play(row: 0, 30) }
        #expect(last(3)[16] == "30")
        run.play(row: 0, 30)
        #expect(last(4)[4] == "1.000000")
    }
}
