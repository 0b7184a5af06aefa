import Foundation
import LoadEngine
import LoadReports
import LoadModel
import Testing

@testable import loadtest

@Suite("What the page listens to", .timeLimit(.minutes(5)), .amongFew)
struct LiveFeedTests {
    private let log = WebLog()

    private func feed() -> LiveFeed {
        let conversation = Conversation(name: "a", invocations: 1, turns: [.init(role: "user", content: "Hi")])
        let runs = WebRuns(
            base: EngineConfiguration(host: "http://127.0.0.1:9", conversations: [conversation]),
            targets: WebTargets(own: "http://127.0.0.1:9"),
            grouping: .conversation,
            hasFullHistory: false,
            log: log
        ) { _ in throw EngineError(operation: "start", reason: "the test says so") }
        return LiveFeed(runs, log: log, hello: .nothing)
    }

    /// The next so many pieces.
    private func read(_ count: Int, _ stream: inout AsyncStream<[UInt8]>.Iterator) async -> [String] {
        var pieces: [String] = []
        while pieces.count < count, let piece = await stream.next() {
            pieces.append(String(decoding: piece, as: UTF8.self))
        }
        return pieces
    }

    private func count(_ line: String, in pieces: [String]) -> Int {
        pieces.joined().components(separatedBy: line).count - 1
    }

    @Test("tells at the beginning what each metric measures")
    func formulas() async throws {
        var stream = await feed().events().makeAsyncIterator()
        let piece = try #require(await read(1, &stream).first)
        for metric in Metric.allCases {
            let told = try JSONEncoder().encode(["formula": metric.formula])
            let formula = String(decoding: told, as: UTF8.self).dropFirst().dropLast()
            #expect(piece.contains(formula) && piece.contains("\"name\":\"\(metric.label)\""), "\(metric)")
        }
    }

    @Test("sends the oldest listeners away when there are very many")
    func manyListeners() async throws {
        let feed = feed()
        var oldest = await feed.events().makeAsyncIterator()
        var streams: [AsyncStream<[UInt8]>] = []
        for _ in 0..<LiveFeed.mostListeners { streams.append(await feed.events()) }
        // What it was told, and the end.
        #expect(await read(2, &oldest).count == 1)
        await feed.tell()
        for stream in streams {
            var reader = stream.makeAsyncIterator()
            #expect(await read(2, &reader).count == 2)
        }
    }

    @Test("has each line of the log once, whenever it was told")
    func logOnce() async throws {
        let feed = feed()
        log.say("before anybody listens")
        await feed.tell()
        log.say("since the last second")
        var stream = await feed.events().makeAsyncIterator()
        log.say("after the beginning")
        await feed.tell()
        await feed.tell()
        let pieces = await read(3, &stream)
        for line in ["before anybody listens", "since the last second", "after the beginning"] {
            #expect(count(line, in: pieces) == 1, "\(line) in \(pieces)")
        }
    }

    @Test("keeps little for who does not read at all, and tells all others every second")
    func unread() async throws {
        let feed = feed()
        var silent = await feed.events().makeAsyncIterator()
        var reader = await feed.events().makeAsyncIterator()
        _ = await read(1, &reader)
        for second in 1...LiveFeed.mostWaiting * 10 {
            log.say("second \(second);")
            await feed.tell()
            #expect(count("second \(second);", in: await read(1, &reader)) == 1)
        }
        _ = await read(LiveFeed.mostWaiting, &silent)
        log.say("the first that it reads behind those")
        await feed.tell()
        #expect(count("the first that it reads behind those", in: await read(1, &silent)) == 1)
    }

    @Test("keeps its beginning for who is slow, and tells what was missed as soon as it can")
    func slow() async throws {
        let feed = feed()
        var stream = await feed.events().makeAsyncIterator()
        for second in 1...LiveFeed.mostWaiting + 5 {
            log.say("second \(second);")
            await feed.tell()
        }
        let kept = await read(LiveFeed.mostWaiting, &stream)
        #expect(kept.first?.contains("event: hello") == true)
        #expect(count("second \(LiveFeed.mostWaiting);", in: kept) == 0)
        await feed.tell()
        let later = await read(1, &stream)
        for second in LiveFeed.mostWaiting...LiveFeed.mostWaiting + 5 {
            #expect(count("second \(second);", in: later) == 1, "\(later)")
        }
    }
}
