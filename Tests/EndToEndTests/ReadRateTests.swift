import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

/// Users that read so many events a second by not reading their connection.
@Suite("A slow reader", .ownThreads, .timeLimit(.minutes(5)))
struct ReadRateTests {
    /// The times of the content events of each turn, after its send, in milliseconds; and its other times.
    private func play(
        _ host: String,
        _ conversation: Conversation,
        rate: String,
        change: (inout EngineConfiguration) -> Void = { _ in },
        whileRunning: (LoadRun) throws -> Void = { _ in }
    ) throws -> (run: PlayedRun, content: [[Double]]) {
        let folder = try TemporaryFolder()
        let rate = try ArrivalRate.parse(rate)
        let run = try PlayedRun.play(
            host,
            [conversation],
            change: {
                $0.readRate = rate
                $0.eventLog = EventLogConfiguration(path: folder.path + "/events", hasContentTimes: true)
                change(&$0)
            },
            whileRunning: whileRunning
        )
        #expect(run.violations == [])
        let lines = try String(contentsOfFile: folder.path + "/events", encoding: .utf8).split(separator: "\n")
        let content = try lines.map { line in
            let turn = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return turn["content_ms"] as? [Double] ?? []
        }
        return (run, content)
    }

    private func expectGaps(of atLeastMs: Double, in content: [[Double]]) {
        for times in content {
            for (before, after) in zip(times, times.dropFirst()) {
                #expect(after - before >= atLeastMs, "\(times)")
            }
        }
    }

    @Test("makes a server wait that writes as fast as it can, and only so much is on its way", arguments: [64, 3_000])
    func flood(eventBytes: Int) throws {
        let event = "data: " + String(repeating: "x", count: eventBytes - 8) + "\n\n"
        let server = try FloodServer(event, count: (64 << 20) / event.utf8.count)
        defer { server.stop() }
        let (run, content) = try play(
            server.url,
            PlayedRun.conversation(invocations: 2, turns: 2),
            rate: "100/s",
            change: {
                $0.users = 2
                $0.abandon = try? Abandonment.parse("100%@60events")
            }
        )
        #expect(run.outcomes == ["abandoned": 4])
        #expect(content.map(\.count) == [60, 60, 60, 60])
        expectGaps(of: 10, in: content)
        #expect(run.summary.events.total == 240)
        #expect(run.summary.events.bytes == UInt64(240 * event.utf8.count), "none is counted twice")
        // Four answers, of which each had 60 events read. Besides, there are the buffers of both sides, and what a server
        // still writes while its client closes, of 64 MB.
        let most = 4 * (60 * event.utf8.count + 512 << 10)
        #expect(server.sentBytes < most, "\(server.sentBytes) bytes were sent")
        #expect(run.summary.stalls.total == 0)
    }

    @Test("reads the same answer as others, event by event, however it comes together")
    func wholeAnswer() throws {
        let events = (0..<30).map { "data: number \($0)\n\n" } + ["data: [DONE]\n\n"]
        let server = try RawServer(RawServer.chunked(events.joined()), then: .keep)
        defer { server.stop() }
        let (run, content) = try play(
            server.url,
            PlayedRun.conversation(invocations: 1, turns: 3),
            rate: "200/s"
        )
        #expect(run.outcomes == ["completed": 3], "\(run.summary.outcomeDetails)")
        #expect(content.map(\.count) == [30, 30, 30])
        expectGaps(of: 5, in: content)
        #expect(run.summary.events.total == 90)
        #expect(run.summary.events.bytes == UInt64(3 * events.joined().utf8.count))
        // The end marker has its place behind the last event, and the connection is good for the next turn.
        #expect((run.summary.result[.responseTime]?.minimumNs ?? 0) >= 30 * 5_000_000)
        #expect(run.summary.generator.connectionsOpened == 1)
    }

    @Test("takes an answer in many small chunks, one by one", arguments: ["\n", "\r\n", "\r"])
    func chunks(lineEnd: String) throws {
        let events = (0..<20).map { "event: m\(lineEnd)data: \($0)é\(lineEnd)\(lineEnd)" }
        let chunks = (events + ["data: [DONE]\(lineEnd)\(lineEnd)"]).joined().map { RawServer.chunk(String($0)) }
        let server = try RawServer(RawServer.chunkedHead + chunks.joined() + "0\r\n\r\n", then: .keep)
        defer { server.stop() }
        let (run, content) = try play(server.url, PlayedRun.conversation(invocations: 2), rate: "200/s")
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(content.map(\.count) == [20, 20])
        expectGaps(of: 5, in: content)
    }

    @Test("reads lines of JSON so, also when the last one has no end")
    func lines() throws {
        func line(_ text: String, done: Bool = false) -> String {
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\(text)\"},\"done\":\(done)}"
        }
        let text = (0..<10).map { line("\($0) ") + "\n" }.joined() + line("", done: true)
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        let server = try RawServer(head + RawServer.chunk(text) + "0\r\n\r\n", then: .keep)
        defer { server.stop() }
        let profile = try #require(Profiles.named("ollama"))
        let (run, content) = try play(
            server.url,
            PlayedRun.conversation(invocations: 1, turns: 2),
            rate: "100/s",
            change: { $0.api = profile }
        )
        #expect(run.outcomes == ["completed": 2], "\(run.summary.outcomeDetails)")
        #expect(content.map(\.count) == [10, 10])
        expectGaps(of: 10, in: content)
        let last = try #require(server.requests.last)
        #expect(last.contains("0 1 2 3 4 5 6 7 8 9 "), "\(last)")
    }

    @Test("is no silence of the server's, which has its whole timeout from when it is read on")
    func timeouts() throws {
        let text = (0..<3).map { "data: \($0)\n\n" }.joined()
        let server = try RawServer(RawServer.chunkedHead + RawServer.chunk(text), then: .hold)
        defer { server.stop() }
        let (run, content) = try play(
            server.url,
            PlayedRun.conversation(invocations: 1),
            rate: "4/s",
            change: {
                $0.idleTimeout = .milliseconds(300)
                $0.stallAfter = .milliseconds(300)
            }
        )
        #expect(run.outcomes == ["idle_timeout": 1])
        #expect(content.map(\.count) == [3])
        // 250 ms in which nothing was read, and the timeout.
        let turn = try #require(run.turns.first)
        #expect(turn.decidedNs - turn.sentNs >= (2 * 250 + 250 + 300) * 1_000_000)
    }

    @Test("may be ended while it pauses, by its timeout, by the run's end, and by leaving", arguments: 0..<3)
    func ends(kind: Int) throws {
        let server = try FloodServer("data: x\n\n", count: 1 << 20)
        defer { server.stop() }
        let (run, content) = try play(
            server.url,
            PlayedRun.conversation(invocations: 2, turns: 2),
            rate: "2/s",
            change: {
                $0.stallAfter = .seconds(2)
                $0.onFailure = .continue
                switch kind {
                case 0: $0.turnTimeout = .milliseconds(700)
                case 1:
                    $0.runTime = .milliseconds(200)
                    $0.stopTimeout = .milliseconds(500)
                default: $0.abandon = try? Abandonment.parse("100%@700ms")
                }
            }
        )
        #expect(run.outcomes == [["turn_timeout": 4], ["cancelled": 1], ["abandoned": 4]][kind])
        #expect(content.allSatisfy { $0.count == 2 }, "\(content)")
        #expect(run.summary.generator.connectionsOpened == (kind == 1 ? 1 : 4))
    }

    @Test("needs a rate that makes no stalls and no timeouts of its own, and answers that are streamed")
    func mistakes() throws {
        var configuration = EngineConfiguration(
            host: "http://127.0.0.1:9",
            conversations: [PlayedRun.conversation(invocations: 1)]
        )
        configuration.readRate = try ArrivalRate.parse("60/m")
        let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
        #expect(
            error?.problems.map(\.message) == [
                "a reader of 60/m takes an event every 1s, and that has to be shorter than what counts as a stall "
                    + "(--stall-after), 1s: read faster, or raise that"
            ]
        )
        configuration.stallAfter = .seconds(100)
        try configuration.validate()
        configuration.readRate = try ArrivalRate.parse("1/m")
        configuration.stallTimeout = .seconds(10)
        let both = #expect(throws: ConfigurationError.self) { try configuration.validate() }
        #expect(
            both?.problems.first?.message.contains("shorter than the idle timeout, 1m and the stall timeout, 10s")
                == true
        )
        configuration.readRate = ArrivalRate(perSecond: 0)
        #expect(throws: ConfigurationError.self) { try configuration.validate() }
        configuration.readRate = try ArrivalRate.parse("10/s")
        var content = EventRule(.content)
        content.text = try JSONPath(text: "$.t")
        configuration.api.framing = .json
        configuration.api.events = [content]
        configuration.api.ends = [.eof]
        let whole = #expect(throws: ConfigurationError.self) { try configuration.validate() }
        #expect(
            whole?.problems.contains { $0.message.contains("come whole (framing json)") } == true,
            "\(whole.map { "\($0)" } ?? "")"
        )
    }
}
