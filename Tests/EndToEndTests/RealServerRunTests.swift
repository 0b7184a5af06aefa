import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

@Suite(
    "A run against nginx with its Lua module",
    .ownThreads,
    .enabled(if: NginxServer.isAvailable, "\(NginxServer.whyNot)"),
    .timeLimit(.minutes(5))
)
struct NginxRunTests {
    @Test("completes every turn, sends each once, and measures the server's pace")
    func paced() throws {
        let server = try NginxServer.start(events: 20, intervalMs: 10)
        defer { try? server.stop() }
        let run = try PlayedRun.play(server.url, [PlayedRun.conversation(invocations: 40, turns: 2)]) { $0.users = 20 }
        #expect(run.violations == [])
        #expect(run.outcomes == ["completed": 80])
        #expect(run.summary.events.total == 1_600)
        #expect(run.summary.generator.connectionsOpened <= 20)
        let turns = try server.turns(atLeast: 80)
        #expect(turns.count == 80)
        #expect(Set(turns.map(\.session)).count == 40)
        let gaps = try #require(run.summary.metrics["inter_event"])
        #expect(gaps.count == 80 * 19)
        // The server sleeps 10 ms before every event: however late either side is, these cannot be shorter.
        let ttft = try #require(run.summary.metrics["ttft"])
        #expect(ttft.minMs >= 9)
        let response = try #require(run.summary.metrics["response_time"])
        #expect(response.minMs >= 195)
    }

    @Test("verifies the certificate unless told otherwise")
    func tls() throws {
        let server = try NginxServer.start(events: 3, intervalMs: 1)
        defer { try? server.stop() }
        let conversations = [PlayedRun.conversation(invocations: 6, turns: 2)]
        let trusted = try PlayedRun.play(server.tlsURL, conversations) {
            $0.users = 3
            $0.caFile = server.caPath
        }
        #expect(trusted.outcomes == ["completed": 12])
        #expect(trusted.summary.generator.connectionsOpened <= 3)
        let unknown = try PlayedRun.play(server.tlsURL, conversations)
        #expect(unknown.outcomes == ["tls_failed": 6])
        let example = unknown.summary.outcomeDetails["tls_failed"]?.examples.first ?? ""
        #expect(example.lowercased().contains("certificate"), "\(example)")
        let insecure = try PlayedRun.play(server.tlsURL, conversations) { $0.isInsecure = true }
        #expect(insecure.outcomes == ["completed": 12])
        // All that the system trusts, and that is not this server.
        let wrongFile = try PlayedRun.play(server.tlsURL, conversations) {
            $0.caFile = "/etc/ssl/certs/ca-certificates.crt"
        }
        #expect(wrongFile.outcomes == ["tls_failed": 6])
    }

    @Test(
        "reads an answer slowly, over TLS too, whose library has decrypted more of it already",
        arguments: [false, true]
    )
    func slowReaders(usesTLS: Bool) throws {
        let server = try NginxServer.start(events: 400, intervalMs: 0)
        defer { try? server.stop() }
        let rate = try ArrivalRate.parse("400/s")
        let run = try PlayedRun.play(
            usesTLS ? server.tlsURL : server.url,
            [PlayedRun.conversation(invocations: 4, turns: 2)]
        ) {
            $0.users = 4
            $0.caFile = server.caPath
            $0.readRate = rate
        }
        #expect(run.violations == [] && run.outcomes == ["completed": 8], "\(run.summary.outcomeDetails)")
        #expect(run.summary.events.total == 3_200)
        #expect(run.summary.generator.connectionsOpened == 4)
        let gaps = try #require(run.summary.metrics["inter_event"])
        #expect(gaps.count == 8 * 399 && gaps.minMs >= 2.5)
    }

    @Test("sends one POST per turn when nginx closes idle connections")
    func closing() throws {
        let server = try NginxServer.start(events: 2, intervalMs: 1)
        defer { try? server.stop() }
        // Each user's one turn comes when the connection before has been idle for about nginx's 50 ms.
        let run = try PlayedRun.play(server.closingURL, [PlayedRun.conversation(invocations: 20)]) {
            $0.users = 20
            $0.spawnRate = 18
        }
        #expect(run.violations == [])
        #expect(Set(run.outcomes.keys).isSubset(of: ["completed", "connection_reset"]))
        let turns = try server.turns(atLeast: Int(run.summary.turns.completed))
        #expect(Set(turns.map(\.session)).count == turns.count)
    }
}

@Suite(
    "A run against FastAPI with sse-starlette under uvicorn",
    .ownThreads,
    .enabled(if: FastAPIServer.isAvailable, "\(FastAPIServer.whyNot)"),
    .timeLimit(.minutes(5))
)
struct FastAPIRunTests {
    @Test("completes every turn")
    func completes() throws {
        let server = try FastAPIServer.start()
        defer { try? server.stop() }
        let conversations = try ConversationLoader.load(
            path: Repository.url.appendingPathComponent("data").path
        )
        let run = try PlayedRun.play(server.url, conversations) { $0.users = 20 }
        #expect(run.violations == [])
        #expect(Set(run.outcomes.keys) == ["completed"], "\(run.summary.outcomeDetails)")
        #expect(run.summary.conversations.completed == run.summary.conversations.planned)
        #expect(run.summary.metrics["ttft"]?.count == run.summary.turns.completed)
    }
}
