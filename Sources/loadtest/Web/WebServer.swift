import ArgumentParser
import HTTPTypes
import HummingbirdCore
import LoadEngine
import LoadReports
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// The server of the web page: on threads of its own, with nothing of the engine but the handle of a run.
struct WebServer {
    /// How many connections it has at the same time.
    ///
    /// Ten pages open six each, and there are scripts. A run's streams need descriptors too.
    static let mostConnections = 160
    /// Fewer, so that a further one gets in before another one is closed for it.
    private static let places = 120

    /// Checks that the connections of the page fit beside what the program has open.
    ///
    /// Without descriptors no connection is accepted, and none is refused: the page would seem to hang.
    /// - Throws: `EngineError` that says what is missing.
    static func checkOpenFiles() throws(EngineError) {
        let facts = SystemFacts.current()
        let needed = facts.openFiles + mostConnections + RunNeeds.descriptors(users: 1)
        guard facts.openFilesLimit < needed else { return }
        throw EngineError(
            operation: "serve the web page",
            reason: "it needs \(needed) open files, and the program may have \(facts.openFilesLimit); raise the limit "
                + "(ulimit -n), or run without the page (--headless)"
        )
    }

    private let place: WebPlace
    private let runs: WebRuns
    private let log: WebLog
    private let feed: LiveFeed
    private let responder: WebResponder
    private let connections = WebConnections(places: places, spare: mostConnections - places - 1)

    /// Prepares the server.
    ///
    /// - Parameters:
    ///   - place: Where it listens, and when it ends.
    ///   - runs: What it starts, steers and shows.
    ///   - log: Where it tells what happens.
    ///   - hello: What a page needs once.
    ///   - grouping: What becomes one row of the tables.
    init(
        at place: WebPlace,
        runs: WebRuns,
        log: WebLog,
        hello: LiveFeed.Hello,
        grouping: RowGrouping
    ) {
        self.place = place
        self.runs = runs
        self.log = log
        feed = LiveFeed(runs, log: log, hello: hello)
        responder = WebResponder(
            guarding: WebGuard(webHost: place.host, machineName: Self.machineName, origins: place.origins),
            login: place.login,
            origins: place.origins,
            runs: runs,
            documents: WebDocuments(of: runs),
            feed: feed,
            log: log,
            chartLibrary: ChartLibrary().source,
            grouping: grouping
        )
    }

    /// What the program waits for while it serves.
    private enum Event {
        case isListening
        case isInterrupted
        /// The run of `--autostart` is over, and so is its time to be looked at.
        case isOver
    }

    /// Serves until somebody ends the program.
    ///
    /// - Returns: How the program ends: as its last run.
    /// - Throws: `EngineError` when the port cannot be had, and what keeps the run of `--autostart` from starting.
    func serve() async throws -> ExitCode {
        let (events, send) = AsyncThrowingStream.makeStream(of: Event.self)
        ProcessSignals.onInterrupt { count in
            guard count == 1 else { ProcessExit.now(ExitCode.interrupted.rawValue) }
            send.yield(.isInterrupted)
        }
        let server = Task {
            do {
                try await listen { send.yield(.isListening) }
            } catch {
                send.finish(
                    throwing: EngineError(
                        operation: "serve the web page at \(place.host):\(place.port)",
                        reason: Self.why(error)
                    )
                )
            }
        }
        let ticking = Task { await feed.run() }
        let closing = Task {
            while !Task.isCancelled {
                connections.closeOverdue()
                try? await Task.sleep(for: .seconds(1))
            }
        }
        defer {
            server.cancel()
            ticking.cancel()
            closing.cancel()
        }
        for try await event in events {
            switch event {
            case .isListening:
                guard place.autostart else { continue }
                try await runs.autostart()
                if let pause = place.autoquit { Task { try await endLater(after: pause) { send.yield(.isOver) } } }
            case .isInterrupted:
                if await runs.interrupt() { return .interrupted }
                return ExitCode(await runs.exitStatus ?? 0)
            case .isOver:
                return ExitCode(await runs.exitStatus ?? 0)
            }
        }
        return .success
    }

    private static func why(_ error: any Error) -> String {
        if error is SocketAddressError.UnknownHost {
            return "no such name; --web-host must be an address or a name of this machine"
        }
        guard let error = error as? IOError else { return "\(error)" }
        let reason = SystemError.text(of: error.errnoCode)
        return switch error.errnoCode {
        case EADDRINUSE: "\(reason); give another with --web-port, or 0 for any that is free"
        case EACCES: "\(reason); give a port over 1023 with --web-port"
        case EADDRNOTAVAIL: "\(reason); --web-host must be an address of this machine"
        default: reason
        }
    }

    /// Waits until no run has gone on for so long.
    private func endLater(after pause: Duration, _ end: @Sendable () -> Void) async throws {
        repeat {
            await runs.waitUntilIdle()
            try await Task.sleep(for: pause)
        } while await runs.isRunning
        end()
    }

    private func listen(onReady: @escaping @Sendable () -> Void) async throws {
        let host = place.host.contains(":") ? "[\(place.host)]" : place.host
        // What clients do wrong is no news.
        let logger = Logger(label: "web") { _ in SwiftLogNoOpLogHandler() }
        let server = Server(
            childChannelSetup: WatchedChannel(connections) { [responder] request, writer, _ in
                var response = try await responder.respond(to: request)
                response.headers[.date] = Self.dateText
                do {
                    try await writer.write(response: response.head, body: response.body)
                } catch is HTTPParserError {
                    // As itself it would be answered, in the middle of this answer.
                    throw CancellationError()
                }
            },
            configuration: ServerConfiguration(
                address: .hostname(place.host, port: place.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections, logger: logger)
            ),
            onServerRunning: { channel in
                // All who wait: while there is much to answer the next ones come late.
                try? await channel.setOption(.maxMessagesPerRead, value: UInt(Self.mostConnections)).get()
                for origin in place.origins { log.say("web page by a proxy: \(origin.url)") }
                log.say("web page: http://\(host):\(channel.localAddress?.port ?? place.port)")
                onReady()
            },
            eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1),
            logger: logger
        )
        try await server.run()
    }

    /// Now, as HTTP writes a date.
    private static var dateText: String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [UInt8](repeating: 0, count: 32)
        // The names of days and months are English ones: the program sets no locale but that of characters.
        let count = text.withUnsafeMutableBytes {
            strftime($0.baseAddress, $0.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        }
        return String(decoding: text.prefix(count), as: UTF8.self)
    }

    private static var machineName: String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
