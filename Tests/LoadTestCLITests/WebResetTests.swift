import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("The numbers of the web page, reset", .timeLimit(.minutes(5)), .amongFew)
struct WebResetTests {
    private func requests(_ web: WebProgram) async throws -> Int {
        let stats = try #require(try await web.curl("/stats/requests").json["stats"] as? [[String: Any]])
        return try #require(stats.last?["num_requests"] as? Int)
    }

    private func becomes(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("\(what): not within 30 s")
    }

    private func reset(_ web: WebProgram) async throws {
        let answer = try await web.curl("/stats/reset", "-X", "POST")
        #expect(answer.status == 200)
    }

    private func summary(_ web: WebProgram) async throws -> Summary {
        let summary = try JSONDecoder().decode(Summary.self, from: Data(try await web.curl("/stats/summary").body.utf8))
        let all = summary.conversations
        #expect(all.planned == all.completed + all.failed + all.cancelled + all.notStarted, "\(all)")
        #expect(summary.byConversation.reduce(0) { $0 + $1.counts.planned } == all.planned)
        let outcomes = summary.outcomes.values.reduce(0, +)
        #expect(summary.turns.started == outcomes)
        #expect(summary.rows.reduce(0) { $0 + $1.outcomes.values.reduce(0, +) } == outcomes)
        let inTime = summary.series.points.reduce(0) { $0 + $1.turnsCompleted + $1.turnsFailed }
        #expect(inTime == summary.turns.completed + summary.turns.failed)
        return summary
    }

    @Test("begin at 0 in every process, and the result has only what came since", arguments: [1, 2])
    func goesOn(processes: Int) async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        try await WebProgram.run(["--data", data.path, "--processes", "\(processes)"]) { web in
            #expect(try await web.swarm("user_count=4", "spawn_rate=100")["success"] as? Bool == true)
            try await becomes("40 requests") { try await requests(web) >= 40 }
            let before = try await requests(web)
            try await reset(web)
            try await becomes("fewer requests") { try await requests(web) < before }
            try await becomes("further requests") { try await requests(web) >= 10 }
            _ = try await web.curl("/stop", "-X", "POST")
            try await web.waitForState("stopped")
            let summary = try await summary(web)
            #expect(summary.run.processes == processes)
            let forgotten = summary.byConversation[0].forgotten ?? 0
            #expect(forgotten >= UInt64(before) && summary.conversations.planned + forgotten == 1_000_000)
            #expect(summary.turns.peakConcurrent <= 4)
            #expect(summary.metrics["response_time"]?.count == summary.turns.completed)
            #expect(summary.generator.connectionsOpened == 0, "all were made before")
        }
    }

    @Test("have nothing of a process that was lost before it could do as it was told")
    func lostProcess() async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        try await WebProgram.run(["--data", data.path, "--processes", "2"]) { web in
            #expect(try await web.swarm("user_count=4", "spawn_rate=100")["success"] as? Bool == true)
            try await becomes("40 requests") { try await requests(web) >= 40 }
            let share = try #require(
                ProcessTable.children(of: web.processID).first { child in
                    let line = try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
                    return line?.contains("run-share") ?? false
                }
            )
            kill(share, SIGSTOP)
            let before = try await requests(web)
            try await reset(web)
            // The other one does.
            try await becomes("fewer requests") { try await requests(web) < before }
            kill(share, SIGKILL)
            try await becomes("a lost process") {
                try await web.curl("/exceptions").body.contains("was lost: signal 9")
            }
            _ = try await web.curl("/stop", "-X", "POST")
            try await web.waitForState("stopped")
            let summary = try await summary(web)
            #expect(summary.byConversation[0].forgotten ?? 0 >= UInt64(before), "\(before) before")
            #expect(summary.run.verdict == .interrupted && summary.generator.lostProcesses?.count == 1)
        }
    }

    @Test("have nothing of a process that had ended before")
    func endedProcess() async throws {
        let data = try TemporaryFolder()
        let turns = Array(repeating: #"{"role": "user", "content": "Hi"}"#, count: 12).joined(separator: ", ")
        // Of three conversations of twelve turns one process plays two, the other one.
        try data.write(#"{"name": "a", "invocations": 3, "conversation": [\#(turns)]}"#, to: "a.json")
        try await WebProgram.run(["--data", data.path, "--processes", "2"]) { web in
            #expect(try await web.swarm("user_count=2", "spawn_rate=100")["success"] as? Bool == true)
            try await becomes("one process is left, in its second conversation") {
                guard try await web.curl("/stats/requests").json["user_count"] as? Int == 1 else { return false }
                return try await requests(web) >= 25
            }
            let before = try await requests(web)
            try await reset(web)
            try await web.waitForState("stopped")
            let summary = try await summary(web)
            #expect(summary.turns.completed <= UInt64(36 - before), "\(before) before")
            #expect(summary.turns.completed > 0)
            #expect(summary.conversations.numbers == [1, 1, 0, 0, 0])
            #expect(summary.byConversation[0].forgotten == 2)
            #expect(summary.run.processes == 2 && summary.run.durationS < 5)
        }
    }
}

extension ConversationCounts {
    /// Planned, completed, failed, cancelled and not started.
    fileprivate var numbers: [UInt64] { [planned, completed, failed, cancelled, notStarted] }
}
