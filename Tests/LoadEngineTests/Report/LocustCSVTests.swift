import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("Locust's CSV files")
struct LocustCSVTests {
    @Test("have Locust's columns, ends of lines and quotes, and lines in the order of names")
    func stats() {
        var run = SampleRun(names: ["beta, \"b\"", "alpha"])
        run.playAll()
        let expected = [
            "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,"
                + "Max Response Time,Average Content Size,Requests/s,Failures/s,"
                + "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%",
            "POST,alpha,2,1,5,17.8,5.0,30.6,50.0,1.0,0.5,5,31,31,31,31,31,31,31,31,31,31",
            #"POST,"beta, ""b""",2,0,10,15.2,10.0,20.4,100.0,1.0,0.0,10,20,20,20,20,20,20,20,20,20,20"#,
            ",Aggregated,4,1,10,16.5,5.0,30.6,75.0,2.0,0.5,10,20,20,31,31,31,31,31,31,31,31",
            "",
        ]
        #expect(LocustCSV(run.table(2)).stats == expected.joined(separator: "\r\n"))
    }

    @Test("have a line for each kind of failure of each row, with when it came")
    func failures() {
        var run = SampleRun()
        run.playAll()
        run.play(row: 1, nil)
        #expect(
            LocustCSV(run.table(2)).failures
                == "Method,Name,Error,Occurrences,First Seen,Last Seen\r\n"
                + "POST,alpha,http_status,2,1970-01-01T00:00:01Z,1970-01-01T00:00:01Z\r\n"
        )
    }

    @Test("have the lost processes as exceptions")
    func exceptions() {
        var run = SampleRun()
        var summary = run.summary(2)
        let head = "Count,Message,Traceback,Nodes\r\n"
        #expect(LocustCSV(ReportTable(summary)).exceptions == head)
        summary.result.generator.lostProcesses = ["process 2 of 2 was lost: signal 9, killed"]
        #expect(
            LocustCSV(ReportTable(summary)).exceptions
                == head + "1,\"process 2 of 2 was lost: signal 9, killed\",,local\r\n"
        )
    }

    @Test("say N/A and 0 of a run in which nothing has happened")
    func empty() {
        var run = SampleRun()
        let lines = csvFields(LocustCSV(run.table(0)).stats)
        #expect(lines.count == 2)
        let counts = ",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0"
        #expect(lines[1].joined(separator: ",") == counts + String(repeating: ",N/A", count: 11))
    }

    @Test("have the rows that are asked for", arguments: RowGrouping.allCases)
    func grouping(_ grouping: RowGrouping) {
        var run = SampleRun()
        run.playAll()
        let table = run.table(2, by: grouping)
        let names = table.rows.map(\.name)
        switch grouping {
        case .endpoint: #expect(names == ["/chat"])
        case .conversation: #expect(names == ["alpha", "beta"])
        case .turn: #expect(names == ["alpha #1", "alpha #2", "beta #1"])
        }
        #expect(table.rows.reduce(0) { $0 + $1.requests } == table.total.requests)
        #expect(table.rows.reduce(0) { $0 + $1.responses.count } == 4)
    }

    @Test("are the same from a saved summary as from the run's own")
    func saved() throws {
        var run = SampleRun()
        run.playAll()
        let summary = run.summary(2)
        let again = try JSONDecoder().decode(Summary.self, from: Data(try summary.json()))
        for grouping in RowGrouping.allCases {
            let tables = [summary, again].map { ReportTable($0, by: grouping) }
            #expect(LocustCSV(tables[0]).stats == LocustCSV(tables[1]).stats)
            #expect(LocustCSV(tables[0]).failures == LocustCSV(tables[1]).failures)
            #expect(StreamingCSV(tables[0]).text == StreamingCSV(tables[1]).text)
        }
    }

    @Test(
        "quote a field only where that is needed, as Python does",
        arguments: [
            ("plain text", "plain text"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("a\r\nb", "\"a\r\nb\""), ("a;b'c\t", "a;b'c\t"),
            (" é😀", " é😀"), ("\"", "\"\"\"\""),
        ]
    )
    func quoting(field: String, written: String) {
        var csv = CSVText()
        csv.append(["x", field, ""])
        #expect(csv.text == "x,\(written),\r\n")
    }

    @Test(
        "hold names and texts that a spreadsheet must not run, nor a terminal",
        arguments: [
            ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\\u{9}=1\""), ("\r=1", "\"'\\u{D}=1\""), ("=\"a\",b", "\"'=\"\"a\"\",b\""),
            ("=\u{301}1", "\"'=\u{301}1\""), ("a=1", "a=1"), ("a\u{202E}b", "a\\u{202E}b"), ("", ""),
        ]
    )
    func formulas(text: String, written: String) {
        var csv = CSVText()
        csv.append([CSVText.field(text), "-1"])
        #expect(csv.text == "\(written),-1\r\n")
    }

    @Test("have no formula in any of them, whatever a conversation is called")
    func formulasInFiles() {
        var run = SampleRun(names: ["=cmd()", "@SUM(A1)"])
        run.playAll()
        run.play(row: 1, nil)
        var summary = run.summary(2)
        summary.result.generator.lostProcesses = ["@lost"]
        let table = ReportTable(summary)
        var history = LocustHistory(isFull: true)
        let texts = [
            LocustCSV(table).stats, LocustCSV(table).failures, LocustCSV(table).exceptions, StreamingCSV(table).text,
            history.lines(of: table, timestampS: 1),
        ]
        for text in texts {
            let fields = text.split(whereSeparator: { $0 == "," || $0.isNewline })
            #expect(fields.contains { $0.hasPrefix("\"'@") }, "\(text)")
            #expect(!fields.contains { $0.hasPrefix("=") || $0.hasPrefix("@") }, "\(text)")
        }
    }

    @Test(
        "round durations as Locust's histogram does",
        arguments: [
            (0.5, 0), (1.5, 2), (2.5, 2), (99.4, 99), (99.5, 100), (104.9, 100), (105, 100), (105.1, 110), (115, 120),
            (145, 140), (147, 150), (994.9, 990), (999.9, 1_000), (1_049, 1_000), (1_050.1, 1_100), (3_432, 3_400),
            (9_949, 9_900), (9_950, 10_000), (10_500, 10_000), (10_501, 11_000), (58_760.9, 59_000),
        ] as [(Double, UInt64)]
    )
    func buckets(milliseconds: Double, bucket: UInt64) {
        #expect(LocustNumbers.bucketMs(UInt64(milliseconds * 1e6)) == bucket)
    }
}

@Suite("PREFIX_streaming.csv")
struct StreamingCSVTests {
    @Test("has the metrics of each row and of the total, and nothing where there is nothing to say")
    func values() throws {
        var run = SampleRun()
        run.playAll()
        run.recorder.countStalls(2, timeNs: 1_500_000_000, row: 1)
        let lines = csvFields(StreamingCSV(run.table(2)).text)
        #expect(lines.map { $0[1] } == ["Name", "alpha", "beta", "Aggregated"])
        #expect(Set(lines.map(\.count)) == [15 + 8 * 9 + 9])
        func value(_ column: String, of line: Int) throws -> String {
            lines[line][try #require(lines[0].firstIndex(of: column))]
        }
        #expect(try value("turns", of: 1) == "2" && value("failed_turns", of: 1) == "1")
        #expect(try value("turns_per_s", of: 3) == "2.0" && value("failed_turns_per_s", of: 3) == "0.5")
        #expect(try value("events", of: 3) == "3" && value("events_per_s", of: 3) == "1.5")
        #expect(try value("bytes", of: 2) == "200" && value("bytes_per_s", of: 2) == "100.0")
        #expect(try value("stalls", of: 1) == "2" && value("stalled_turns", of: 1) == "1")
        #expect(try value("stalls_rate", of: 1) == "0.5" && value("stalls_rate", of: 2) == "0.0")
        #expect(try value("stall_time_max_ms", of: 1) == "1500.0" && value("stall_time_count", of: 2) == "0")
        #expect(try value("ttft_count", of: 3) == "3" && value("ttft_min_ms", of: 3) == "5.0")
        #expect(try value("response_time_mean_ms", of: 2) == "15.2" && value("failed_time_p999_ms", of: 1) == "5.0")
        #expect(try value("failed_time_p999_ms", of: 2) == "" && value("ttfb_count", of: 1) == "0")
        // Without objectives no turn is good or bad.
        #expect(try value("good_turns", of: 1) == "" && value("turn_goodput", of: 3) == "")
    }

    @Test("has the good turns of a run with objectives")
    func objectives() {
        var run = SampleRun()
        run.objectives = [Objective(.ttft, mostNs: 1_000_000_000)]
        run.playAll()
        let lines = csvFields(StreamingCSV(run.table(2)).text)
        #expect(lines[0][13...14] == ["good_turns", "turn_goodput"])
        #expect(lines[1][13...14] == ["1", "0.5"])
        #expect(lines[3][13...14] == ["3", "0.75"])
    }
}
