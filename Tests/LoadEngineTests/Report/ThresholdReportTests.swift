import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("The report of thresholds")
struct ThresholdReportTests {
    @Test("lists them with what was found, and which ended the run")
    func text() {
        var summary = JudgedRun().summary
        #expect(ThresholdReport(summary).text.isEmpty)
        summary.thresholds = [
            ThresholdResult(expr: "ttft.p95 < 500ms", observed: 184.5, ok: true),
            ThresholdResult(expr: "failures.rate < 1%", observed: 0.035, ok: false, endedRunAfterS: 12.04),
            ThresholdResult(expr: "connect.max < 1s", observed: nil, ok: false),
        ]
        #expect(
            ThresholdReport(summary).text == """
                Threshold                                  observed
                ---------------------------------------------------
                ok      ttft.p95 < 500ms                  184.50 ms
                FAILED  failures.rate < 1%                   3.500%  ended the run after 12.0 s
                FAILED  connect.max < 1s        nothing to judge by

                """
        )
    }

    @Test("is beside a line with the goodput of conversations and turns")
    func goodput() {
        let line =
            "Goodput        conversations 50 of 100 (50.00%), turns 150 of 200 (75.00%); objectives: ttft <= 150.0ms\n"
        #expect(StreamingReport(JudgedRun().summary).text.contains(line))
        #expect(!StreamingReport(JudgedRun(objectives: []).summary).text.contains("Goodput"))
    }
}
