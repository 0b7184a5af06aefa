import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("What could be overlooked in a result")
struct WarningsTests {
    private func summary(_ change: (inout Summary) -> Void = { _ in }) -> Summary {
        var run = SampleRun()
        run.playAll()
        for _ in 0..<3 { run.recorder.record(.interEvent, 1_000_000, row: 0) }
        var summary = run.summary(3)
        summary.result.total[.usersPeak] = 3
        summary.run.spawnRate = 1
        change(&summary)
        return summary
    }

    private func warning(_ change: (inout Summary) -> Void) -> String {
        summary(change).warnings.joined(separator: "\n")
    }

    @Test("is nothing in a run like any other, nor in a summary of an older version")
    func nothing() {
        #expect(summary().warnings == [])
        let old = summary {
            $0.run.users = 100
            $0.result.total.setMissing(.usersPeak)
            $0.result.arrange(answers: nil)
        }
        #expect(old.warnings == [])
    }

    @Test("is that a conversation has the name of the total")
    func nameOfTotal() {
        #expect(
            warning { $0.result.layout.names[0] = "Aggregated" }.hasPrefix(
                "a conversation is named 'Aggregated'"
            )
        )
    }

    @Test("is that every conversation was played long before the run time was over")
    func endedEarly() {
        func runTime(_ text: String, _ change: (inout Summary) -> Void = { _ in }) -> String {
            warning {
                $0.configuration["run-time"] = text
                change(&$0)
            }
        }
        #expect(
            runTime("2m").hasPrefix("every conversation was played after 3.0 s of --run-time 2m: --repeat begins"),
            "\(runTime("2m"))"
        )
        #expect(runTime("5s") == "")
        #expect(runTime("2m") { $0.run.verdict = .interrupted } == "")
        #expect(
            !runTime("2m") { $0.result.arrange(ConversationCounts(planned: 500, completed: 3, notStarted: 497)) }
                .contains("every")
        )
    }

    @Test("is that the users asked for were never at work together, and why")
    func missingUsers() {
        let tooShort = warning {
            $0.run.users = 100
            $0.result.arrange(ConversationCounts(planned: 500, completed: 3, notStarted: 497))
        }
        #expect(
            tooShort
                == "at most 3 of 100 users were at work at the same time: the run ended after 3.0 s, and --spawn-rate 1 "
                + "takes 99.0 s to start all: raise --spawn-rate or --run-time"
        )
        let interrupted = warning {
            $0.run.users = 100
            $0.run.verdict = .interrupted
            // Users were changed amid the run.
            $0.run.spawnRate = 1_000
            $0.result.arrange(ConversationCounts(planned: 500, completed: 3, notStarted: 497))
        }
        #expect(interrupted.hasSuffix("time: the run was stopped after 3.0 s: raise --spawn-rate or --run-time"))
        let tooFew = warning {
            $0.run.users = 100
            $0.result.arrange(ConversationCounts(planned: 3, completed: 3))
        }
        #expect(
            tooFew == "at most 3 of 100 users were at work at the same time: there were only 3 invocations: raise "
                + "\"invocations\" in the data files"
        )
        let both = warning {
            $0.run.users = 100
            $0.result.arrange(ConversationCounts(planned: 30, completed: 3, notStarted: 27))
        }
        #expect(both.contains("only 30 invocations: ") && both.contains("; the run ended after 3.0 s, and "))
        let fewAndSlow = warning {
            $0.run.users = 100
            $0.result.arrange(ConversationCounts(planned: 71, completed: 71))
        }
        #expect(
            fewAndSlow.hasSuffix(
                "only 71 invocations: raise \"invocations\" in the data files; the first had played every conversation before "
                    + "the last had started: --spawn-rate 1 takes 70.0 s to start 71; raise --spawn-rate or \"invocations\""
            )
        )
        let afterReset = warning {
            $0.run.users = 100
            $0.result.arrange(ConversationCounts(planned: 30, completed: 30))
            $0.result.total[.conversationsPlanned] = 100
            $0.result.total[.conversationsForgotten] = 70
        }
        #expect(afterReset.contains("the first had played every conversation before the last had started: "))
        let tooSlow = warning {
            $0.run.users = 100
            $0.result.total[.usersPeak] = 1
            $0.run.spawnRate = 2.5
            $0.result.arrange(ConversationCounts(planned: 500, completed: 500))
        }
        #expect(
            tooSlow
                == "at most 1 of 100 users was at work at the same time: the first had played every conversation before "
                + "the last had started: --spawn-rate 2.50 takes 39.6 s to start all; raise --spawn-rate or \"invocations\""
        )
    }

    @Test("is not that users were missing when every turn has failed at once")
    func failedUsers() {
        let failed = summary {
            $0.run.users = 100
            $0.result.arrange(ConversationCounts(planned: 100, failed: 100))
            $0.result.arrange(outcomes: [.httpStatus: 100])
        }
        #expect(failed.warnings == ["no turn was completed"])
        let cancelled = summary {
            $0.run.users = 100
            $0.result.arrange(ConversationCounts(planned: 100, cancelled: 3, notStarted: 97))
            $0.result.arrange(outcomes: [.cancelled: 3])
        }
        #expect(cancelled.warnings.contains { $0.contains("raise --spawn-rate or --run-time") })
    }

    @Test("is that answers came in one piece, from one in a hundred on, and what to look at")
    func onePiece() {
        let told = warning { $0.result.arrange(answers: (withoutContent: 0, onePiece: 2)) }
        #expect(told.hasPrefix("the text of 2 of 3 completed turns (66.67%) came in one piece: "))
        #expect(told.contains("X-Accel-Buffering") && told.contains("proxy_buffering") && told.contains("not stream"))
        #expect(
            warning {
                $0.result.arrange(outcomes: [.completed: 101])
                $0.result.arrange(answers: (withoutContent: 0, onePiece: 1))
                $0.result.arrange(.interEvent, count: 101)
            } == ""
        )
        // A proxy would hold back (nearly) all of them.
        let few = warning { $0.result.arrange(answers: (withoutContent: 0, onePiece: 1)) }
        #expect(few.contains("did the server stand still for a moment") && !few.contains("X-Accel-Buffering"), "\(few)")
    }

    @Test("is that nearly all answers had a single content event")
    func oneEvent() {
        let all = warning { $0.result.total[.interEvent] = nil }
        #expect(all.hasPrefix("3 of 3 completed turns (100.00%) had a single content event: nothing streams"), "\(all)")
        func told(gaps: UInt64, withoutContent: UInt64 = 0) -> String {
            warning {
                $0.result.arrange(outcomes: [.completed: 1_000])
                $0.result.arrange(answers: (withoutContent: withoutContent, onePiece: 0))
                $0.result.arrange(.interEvent, count: gaps)
            }
        }
        #expect(told(gaps: 10).hasPrefix("at least 990 of 1000 completed turns (99.00%) had a single content event: "))
        #expect(told(gaps: 11) == "")
        // That these stream nothing is said already.
        #expect(!told(gaps: 0, withoutContent: 1_000).contains("single"))
    }

    @Test("is that answers had no content")
    func withoutContent() {
        let told = warning { $0.result.arrange(answers: (withoutContent: 1, onePiece: 0)) }
        #expect(told.hasPrefix("1 of 3 completed turns (33.33%) had no content event: they are in no ttft"))
    }

    @Test(
        "is that turns were silent when the end cut them, with an option that makes just those fail",
        arguments: [
            (nil, "a --stall-timeout shorter than that counts 3 of them as failures"),
            (3, "a --first-token-timeout shorter than that counts 3 of them as failures"),
            (
                1,
                "a --first-token-timeout shorter than that counts 1 of them as a failure, a --stall-timeout shorter than "
                    + "that counts 2 of them as failures"
            ),
        ] as [(UInt64?, String)]
    )
    func silence(early: UInt64?, advice: String) {
        let told = warning {
            $0.result.total[.cancelled] = 12
            $0.result.notes["cancelled"] = OutcomeNotes(afterFirstToken: 9)
            $0.result.total[.cancelledInSilence] = 3
            $0.result.total[.cancelledBeforeFirstToken] = early ?? 0
            $0.result.total[.longestCancelledSilenceNs] = 12_345_000_000
        }
        #expect(
            told
                == "3 turns had been silent for up to 12.3 s when the end of the run cut them: neither a failure nor a stall; "
                + advice
        )
    }

    @Test(
        "is first of all why no turn has reached the server: host, address and reason",
        arguments: [
            (
                .connectRefused, "Couldn't connect to server: Connection refused",
                "nothing listens at http://assistant.test:8000 (127.0.0.9): connection refused; is the server started?"
            ),
            (
                .connectRefused, "Couldn't connect to server: Network is unreachable",
                "there is no way to http://assistant.test:8000 (127.0.0.9): network is unreachable; is the address right"
            ),
            (
                .connectTimeout, "Timeout was reached",
                "http://assistant.test:8000 (127.0.0.9) does not answer: no connection within --connect-timeout; "
            ),
            (
                .dnsFailed, "Couldn't resolve host name",
                "the name in http://assistant.test:8000 (127.0.0.9) cannot be resolved: couldn't resolve host name; "
            ),
            (
                .tlsFailed, "SSL: wrong version number; try http://",
                "no TLS connection with http://assistant.test:8000 (127.0.0.9): SSL: wrong version number; try http://"
            ),
            (
                .tlsFailed, "SSL certificate problem: self-signed certificate",
                "no TLS connection with http://assistant.test:8000 (127.0.0.9): SSL certificate problem: self-signed "
                    + "certificate; give its authority with --ca FILE, or skip the check with --insecure"
            ),
        ] as [(TurnOutcome, String, String)]
    )
    func unreachable(outcome: TurnOutcome, example: String, text: String) throws {
        let told = summary {
            $0.run.host = "http://assistant.test:8000"
            $0.run.addresses = ["127.0.0.9"]
            $0.result.arrange(outcomes: [outcome: 4, .cancelled: 1])
            $0.result.notes = [outcome.label: OutcomeNotes(examples: [example])]
        }
        #expect(told.unreachable?.hasPrefix(text) == true, "\(told.unreachable ?? "")")
        #expect(told.warnings == [told.unreachable, "no turn was completed"])
        // On the console it stands before all tables, and once.
        #expect(!StreamingReport(told).text.contains(text))
        let page = String(decoding: try HTMLReport(told, chartLibrary: nil).html(), as: UTF8.self)
        #expect(
            page.contains(
                "<div class=\"verdict good\">\n<p><strong class=\"bad\">No turn reached the server:</strong> "
            )
        )
        #expect(page.contains("<p><strong>Warning:</strong> no turn was completed</p>"))
        let amid = String(decoding: try HTMLReport(told, chartLibrary: nil, goesOn: true).html(), as: UTF8.self)
        #expect(!amid.contains("No turn reached") && !amid.contains("Warning:"))
    }

    @Test("is not that the server was out of reach when a turn has reached it")
    func reached() {
        for outcomes: [TurnOutcome: UInt64] in [
            [.connectRefused: 3, .completed: 1], [.connectRefused: 3, .httpStatus: 1], [.cancelled: 4],
        ] {
            let told = summary { $0.result.arrange(outcomes: outcomes) }
            #expect(told.unreachable == nil, "\(outcomes)")
        }
    }

    @Test("is that percentiles stand at the end of the histograms, and from which on")
    func endlessPercentiles() {
        let hourNs: UInt64 = 3_600_000_000_000
        func warning(_ timesNs: [UInt64]) -> String {
            self.warning { summary in
                var times = LatencyHistogram()
                for timeNs in timesNs { times.record(timeNs) }
                summary.result.total[.ttft] = Distribution(times)
            }
        }
        #expect(
            warning([1, 1, hourNs * 2, hourNs * 3])
                == "percentiles know no duration over 1h and say 1h for all that were longer: ttft from p90 on; its mean and "
                + "maximum are exact"
        )
        #expect(warning([1, hourNs - 10_000_000_000]) == "")
        #expect(warning([1, hourNs]) == "")
    }
}
