import Foundation
import HTTPTypes
import HummingbirdCore
import MockAssistant
import NIOCore
import Testing

@testable import LoadEngine
@testable import LoadReports
@testable import LoadModel
@testable import loadtest

@Suite("The documents of the page's server", .timeLimit(.minutes(5)), .amongFew)
struct WebDocumentsTests {
    private static let expensive = [
        "/stats/report", "/stats/report?download=1", "/stats/json", "/stats/requests/csv", "/stats/streaming/csv",
        "/stats/failures/csv", "/stats/requests_full_history/csv", "/stats/requests", "/exceptions/csv",
    ]

    private let log = WebLog()

    private func runs(against host: String) -> WebRuns {
        let turn = Conversation.Turn(role: "user", content: "Hi")
        // So many that it ends only when it is ended.
        let endless = Conversation(name: "a", invocations: 1_000_000, turns: [turn])
        return WebRuns(
            base: EngineConfiguration(host: host, conversations: [endless]),
            targets: WebTargets(own: host),
            grouping: .conversation,
            hasFullHistory: false,
            log: log
        ) { plan in
            let run = LoadRun(try ThreadBackend.start(plan))
            return WebRun(run: run, processes: 1, configuration: [:]) { (try await run.result(), 0) }
        }
    }

    private func responder(_ runs: WebRuns, _ documents: WebDocuments) -> WebResponder {
        WebResponder(
            guarding: WebGuard(webHost: "127.0.0.1", machineName: ""),
            login: nil,
            origins: [],
            runs: runs,
            documents: documents,
            feed: LiveFeed(runs, log: log, hello: .nothing),
            log: log,
            chartLibrary: nil,
            grouping: .conversation
        )
    }

    private func request(_ method: HTTPRequest.Method, _ path: String) -> Request {
        let head = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1", path: path)
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    @Test("are waited for by hundreds without keeping a stop from its answer")
    func stopAmidRenders() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let runs = runs(against: mock.url)
        let thread = RenderThread()
        let responder = responder(runs, WebDocuments(of: runs, on: thread))
        _ = try await runs.swarm(SwarmRequest(load: SwarmLoad(userCount: 1, spawnRate: 1), invocations: [:]))
        // A render that does not end: every document waits behind it.
        let (isHeld, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let held = Task {
            try await thread.run {
                isHeld.signal()
                release.wait()
            }
        }
        isHeld.wait()
        let answered = CallCount()
        let readers = (0..<300).map { index in
            Task {
                let path = Self.expensive[index % Self.expensive.count]
                let status = try await responder.answer(request(.get, path)).status
                answered.next()
                return status
            }
        }
        for _ in 0..<1_000 { await Task.yield() }
        let stopped = try await responder.answer(request(.post, "/stop?now=1"))
        #expect(stopped.status == .ok && answered.value == 0)
        #expect(await runs.moment().word == .stopped)
        release.signal()
        try await held.value
        for reader in readers { #expect(try await reader.value == .ok) }
    }

    @Test("are made once for hundreds who ask at the same time")
    func fewRenders() async throws {
        let runs = runs(against: "http://127.0.0.1:9")
        let renders = CallCount()
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let document = WebDocuments(of: runs).kind("text/plain", of: { _ in for await _ in gate {} }) { _ in
            renders.next()
            return Array("text".utf8)
        }
        let readers = (0..<300).map { _ in Task { try await document() } }
        for _ in 0..<1_000 { await Task.yield() }
        opening.finish()
        let first = try await readers[0].value
        for reader in readers {
            let other = try await reader.value
            #expect(other === first)
        }
        #expect(renders.value == 1)
    }

    @Test("are no more than there is room for while they are being read")
    func room() async throws {
        let runs = runs(against: "http://127.0.0.1:9")
        let documents = WebDocuments(of: runs, mostBytes: 10)
        func make(_ bytes: Int) async throws -> WebDocuments.Document {
            try await documents.kind("text/plain", of: { _ in bytes }) { [UInt8](repeating: 0, count: $0) }()
        }
        let small = try await make(9)
        var large: WebDocuments.Document? = try await make(100)
        let problem = await #expect(throws: WebDocuments.Missing.self) { try await make(1) }
        #expect(problem?.status == 503 && problem?.message.contains("try again") == true)
        #expect(large?.bytes.readableBytes == 100 && small.bytes.readableBytes == 9)
        large = nil
        // The task that made the large one gives it up a moment after whoever waited for it has it: until then there may be
        // no room. Without an end only if it is never given up, which the limit of tests ends.
        while true {
            do {
                #expect(try await make(1).bytes.readableBytes == 1)
                return
            } catch let problem as WebDocuments.Missing where problem.status == 503 {
                await Task.yield()
            }
        }
    }
}
