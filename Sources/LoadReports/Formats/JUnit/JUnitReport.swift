/// A result in JUnit's XML: each conversation and each threshold is a test case.
///
/// It is valid by Jenkins' junit-10.xsd as well as by the schema of Ant's JUnit report.
public struct JUnitReport {
    private struct Case {
        enum End {
            case passed
            case skipped(String)
            case failed(type: String, message: String, details: String)
        }

        let name: String
        let timeS: Double
        let end: End
    }

    private let summary: Summary

    /// Prepares the report of a result.
    ///
    /// - Parameter summary: The result.
    public init(_ summary: Summary) {
        self.summary = summary
    }

    /// The whole file.
    public var text: String {
        let outcomes = outcomesByName
        let conversations = suite(
            0,
            "conversations",
            cases: summary.byConversation.map { testCase($0, outcomes[$0.conversation] ?? OutcomeCounts()) },
            output: summary.byConversation.map { "\($0.conversation): \(countsText($0.counts))\n" }.joined(),
            errors: summary.losses.map { $0 + "\n" }.joined()
        )
        let thresholds =
            summary.thresholds.isEmpty
            ? ""
            : suite(1, "thresholds", cases: summary.thresholds.map(testCase), output: "", errors: "")
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + conversations + thresholds
            + "</testsuites>\n"
    }

    // MARK: Test cases

    /// How the turns of each conversation ended, over all that have its name.
    private var outcomesByName: [String: OutcomeCounts] {
        summary.rows.reduce(into: [:]) { $0[$1.conversation, default: OutcomeCounts()].add($1.tally.counts.outcomes) }
    }

    private func testCase(_ conversation: ConversationResult, _ outcomes: OutcomeCounts) -> Case {
        let counts = conversation.counts
        let wasStarted = counts.completed + counts.failed + counts.cancelled > 0
        return Case(
            name: conversation.conversation,
            timeS: (conversation.conversationTime?.meanMs ?? 0) / 1e3,
            end: counts.failed > 0
                ? failure(of: conversation, outcomes)
                : wasStarted ? .passed : .skipped("none of \(counted(counts.planned, "invocation")) was started")
        )
    }

    private func failure(of conversation: ConversationResult, _ outcomes: OutcomeCounts) -> Case.End {
        let failures = TurnOutcome.allCases.filter { $0.isFailure && outcomes[$0] > 0 }.map { outcome in
            (label: outcome.label, count: outcomes[outcome], all: summary.result[outcome])
        }
        let known = summary.outcomeDetails
        let details = failures.map { failure in
            let example = known[failure.label]?.examples.first
            // Examples are of the whole run.
            let isOnlyHere = failure.all == failure.count
            return "\(counted(failure.count, "turn")): \(failure.label)"
                + (example.map { ", \(isOnlyHere ? "" : "in the run ")such as: \($0)" } ?? "")
                + "\n"
        }
        let counts = conversation.counts
        return .failed(
            type: failures.max { $0.count < $1.count }?.label ?? "failed",
            message: "\(counts.failed) of \(counted(counts.planned, "invocation")) failed: "
                + failures.map { "\($0.label) \($0.count)" }.joined(separator: ", "),
            details: countsText(counts) + "\n" + details.joined()
        )
    }

    private func testCase(_ threshold: ThresholdResult) -> Case {
        let ending = threshold.endedRunAfterS.map { "; it ended the run after \($0.fixed(1)) s" } ?? ""
        return Case(
            name: threshold.expr,
            timeS: 0,
            end: threshold.ok
                ? .passed
                : .failed(
                    type: "threshold",
                    message: "observed \(threshold.observedText)",
                    details: "\(threshold.expr): observed \(threshold.observedText)\(ending)\n"
                )
        )
    }

    private func countsText(_ counts: ConversationCounts) -> String {
        "\(counts.planned) planned, \(counts.completed) completed, \(counts.failed) failed, "
            + "\(counts.cancelled) cancelled, \(counts.notStarted) not started"
    }

    // MARK: XML

    private func suite(_ id: Int, _ name: String, cases: [Case], output: String, errors: String) -> String {
        let failed = cases.filter { if case .failed = $0.end { true } else { false } }.count
        let skipped = cases.filter { if case .skipped = $0.end { true } else { false } }.count
        let run = summary.run
        let attributes: [(String, String)] = [
            ("id", "\(id)"), ("name", name), ("package", "loadtest"), ("hostname", "localhost"),
            // UTC, without saying so: the schemas know no time zones.
            ("timestamp", String(run.startedAt.prefix(19))),
            ("tests", "\(cases.count)"), ("failures", "\(failed)"), ("errors", "0"), ("skipped", "\(skipped)"),
            ("time", run.durationS.fixed(3)),
        ]
        let properties: [(String, String)] = [
            ("host", run.host), ("path", run.path), ("users", "\(run.users)"), ("processes", "\(run.processes)"),
            ("verdict", run.verdict.rawValue),
        ]
        return "  " + tag("testsuite", attributes) + ">\n    <properties>\n"
            + properties.map { "      " + tag("property", [("name", $0), ("value", $1)]) + "/>\n" }.joined()
            + "    </properties>\n" + cases.map { element($0, of: name) }.joined()
            + "    <system-out>\(XMLText.content(output))</system-out>\n"
            + "    <system-err>\(XMLText.content(errors))</system-err>\n  </testsuite>\n"
    }

    private func element(_ testCase: Case, of suite: String) -> String {
        let start =
            "    "
            + tag(
                "testcase",
                [("name", testCase.name), ("classname", "loadtest.\(suite)"), ("time", testCase.timeS.fixed(3))]
            )
        switch testCase.end {
        case .passed: return start + "/>\n"
        case .skipped(let why):
            return start + ">\n      " + tag("skipped", [("message", why)]) + "/>\n    </testcase>\n"
        case .failed(let type, let message, let details):
            return start + ">\n      " + tag("failure", [("type", type), ("message", message)]) + ">"
                + XMLText.content(details) + "</failure>\n    </testcase>\n"
        }
    }

    /// A start tag without its end.
    private func tag(_ name: String, _ attributes: [(String, String)]) -> String {
        "<\(name)" + attributes.map { " \($0)=\"\(XMLText.attribute($1))\"" }.joined()
    }
}
