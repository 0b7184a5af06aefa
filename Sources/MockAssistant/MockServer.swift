import Dispatch
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// A running mock assistant: a scripted SSE server on a thread of its own.
///
/// It answers the turns of its API as its script says, such as `POST .../stream/assistant/{session_id}`, and
/// `GET /health`.
/// - Isolation: any thread
package final class MockServer: Sendable {
    /// The host it was asked to listen on.
    package let host: String
    /// The port it listens on, never 0.
    package let port: UInt16

    private let tally: MockTally
    private let waker: LoopWaker?
    /// Left when the loop has ended and is freed.
    private let ended = DispatchGroup()

    /// Starts a server; it is listening when this returns.
    ///
    /// - Parameter configuration: Where to listen and what to answer.
    /// - Throws: `ConfigurationError` for what `MockConfiguration.validate` says, `EngineError` when the address, the log or a
    ///   thread cannot be had.
    package init(_ configuration: MockConfiguration) throws {
        try configuration.validate()
        let (listener, port) = try Listener.open(
            host: configuration.host,
            port: configuration.port,
            isShared: configuration.processNumber != nil
        )
        let tally = MockTally()
        let mock: MockLoop
        do {
            let loop = try EventLoop()
            do {
                mock = MockLoop(
                    loop: loop,
                    listener: listener,
                    configuration: configuration,
                    tally: tally,
                    log: try TurnLog(configuration)
                )
            } catch {
                loop.close()
                throw error
            }
        } catch {
            _ = Glibc.close(listener)
            throw error
        }
        host = configuration.host
        self.port = port
        self.tally = tally
        waker = mock.waker
        ended.enter()
        do {
            try LoopThread.start { [ended] in
                mock.run()
                ended.leave()
            }
        } catch {
            ended.leave()
            throw error
        }
    }

    deinit {
        stop()
    }

    /// The server's address, such as `http://127.0.0.1:8000`.
    package var url: String {
        host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }

    /// What the server has seen so far.
    package var counters: MockCounters { tally.snapshot }

    /// Ends the server: all connections are closed, the log is written and everything is freed when this returns.
    package func stop() {
        waker?.wake()
        ended.wait()
    }
}
