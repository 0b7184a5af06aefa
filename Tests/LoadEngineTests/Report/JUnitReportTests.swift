import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The JUnit report")
struct JUnitReportTests {
    @Test("has a test case for each conversation and each threshold")
    func cases() {
        var summary = JudgedRun().summary
        summary.result.generator.lostProcesses = ["process 2 of 2 was lost: signal 9"]
        summary.thresholds = [
            ThresholdResult(expr: "ttft.p95 < 500ms", observed: 184.5, ok: true),
            ThresholdResult(expr: "failures.rate < 1%", observed: 0.035, ok: false, endedRunAfterS: 12),
        ]
        let properties = """
                <properties>
                  <property name="host" value="http://localhost:8000"/>
                  <property name="path" value="/stream/{session_id}"/>
                  <property name="users" value="9"/>
                  <property name="processes" value="1"/>
                  <property name="verdict" value="valid"/>
                </properties>
            """
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
              <testsuite id="0" name="conversations" package="loadtest" hostname="localhost" timestamp="2026-01-02T03:04:05" tests="2" failures="1" errors="0" skipped="1" time="10.000">
            \(properties)
                <testcase name="a" classname="loadtest.conversations" time="2.000">
                  <failure type="http_status" message="7 of 100 invocations failed: http_status 7">100 planned, 93 completed, 7 failed, 0 cancelled, 0 not started
            7 turns: http_status, such as: HTTP status 503: &lt;busy&gt; &amp; &quot;late&quot;
            </failure>
                </testcase>
                <testcase name="b / c" classname="loadtest.conversations" time="0.000">
                  <skipped message="none of 5 invocations was started"/>
                </testcase>
                <system-out>a: 100 planned, 93 completed, 7 failed, 0 cancelled, 0 not started
            b / c: 5 planned, 0 completed, 0 failed, 0 cancelled, 5 not started
            </system-out>
                <system-err>process 2 of 2 was lost: signal 9
            </system-err>
              </testsuite>
              <testsuite id="1" name="thresholds" package="loadtest" hostname="localhost" timestamp="2026-01-02T03:04:05" tests="2" failures="1" errors="0" skipped="0" time="10.000">
            \(properties)
                <testcase name="ttft.p95 &lt; 500ms" classname="loadtest.thresholds" time="0.000"/>
                <testcase name="failures.rate &lt; 1%" classname="loadtest.thresholds" time="0.000">
                  <failure type="threshold" message="observed 3.500%">failures.rate &lt; 1%: observed 3.500%; it ended the run after 12.0 s
            </failure>
                </testcase>
                <system-out></system-out>
                <system-err></system-err>
              </testsuite>
            </testsuites>

            """
        let found = JUnitReport(summary).text
        for (foundLine, expectedLine) in zip(found.split(separator: "\n"), expected.split(separator: "\n")) {
            #expect(foundLine == expectedLine)
        }
        #expect(found == expected)
    }

    @Test("has no suite of thresholds where there are none")
    func noThresholds() {
        #expect(!JUnitReport(JudgedRun().summary).text.contains("thresholds"))
    }

    @Test("passes a conversation that was cancelled, and names the kinds of failures by their number")
    func ends() {
        var summary = JudgedRun().summary
        summary.result.arrange(1, ConversationCounts(planned: 5, cancelled: 5))
        for (outcome, count) in [
            (.completed, 1), (.idleTimeout, 9), (.connectionReset, 3), (.cancelled, 50),
        ] as [(TurnOutcome, UInt64)] {
            summary.result.rowTallies[0][outcome] = count
        }
        let text = JUnitReport(summary).text
        #expect(text.contains("<testcase name=\"b / c\" classname=\"loadtest.conversations\" time=\"0.000\"/>"))
        #expect(text.contains("skipped=\"0\""))
        #expect(text.contains("<failure type=\"idle_timeout\""))
        #expect(text.contains("failed: http_status 7, connection_reset 3, idle_timeout 9\""))
    }

    @Test("has escapes for what XML cannot hold or nobody sees, and keeps the rest")
    func text() {
        let all = "<a> & \"b\" 'c'\t1\n2\r3 ]]> é 會 👩‍👩‍👧 \u{85}\u{7F}\u{FFFD}\u{10FFFF}"
        let content =
            "&lt;a&gt; &amp; &quot;b&quot; 'c'\t1\n2\\u{D}3 ]]&gt; é 會 👩‍👩‍👧 \\u{85}\\u{7F}\u{FFFD}\\u{10FFFF}"
        #expect(XMLText.content(all) == content)
        let attribute = content.replacing("\t", with: "&#9;").replacing("\n", with: "&#10;")
        #expect(XMLText.attribute(all) == attribute)
        // The line end as one character.
        #expect(XMLText.attribute("\r\n") == "\\u{D}&#10;")
        for value: UInt32 in [0, 1, 8, 0xB, 0xC, 0xE, 0x1B, 0x1F, 0xFFFE, 0xFFFF] {
            let text = Unicode.Scalar(value).map { String($0) } ?? ""
            let escape = "\\u{\(String(value, radix: 16, uppercase: true))}"
            #expect(XMLText.content("a\(text)b") == "a\(escape)b", "\(value)")
            #expect(XMLText.attribute("a\(text)b") == "a\(escape)b", "\(value)")
        }
    }
}
