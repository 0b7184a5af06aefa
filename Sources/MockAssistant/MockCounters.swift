import Synchronization

/// What the mock assistant has seen so far.
package struct MockCounters: Equatable, Sendable {
    /// Connections accepted.
    package var acceptedConnections = 0
    /// Connections open now.
    package var openConnections = 0
    /// Requests read completely, of any method and path.
    package var requests = 0
    /// POSTs to the assistant read completely, faulty ones too.
    package var posts = 0
    /// Turns being answered now.
    package var openStreams = 0
    /// The most turns that were being answered at once.
    package var peakStreams = 0
    /// How often an answer had to wait for a client that did not read.
    package var blockedSends = 0
    /// Lines that the log lacks; known when the server has stopped.
    package var logLinesLost = 0
}

/// The counters, written by the loop and readable from any thread.
final class MockTally: Sendable {
    private let acceptedConnections = Atomic(0)
    private let openConnections = Atomic(0)
    private let requests = Atomic(0)
    private let posts = Atomic(0)
    private let openStreams = Atomic(0)
    private let peakStreams = Atomic(0)
    private let blockedSends = Atomic(0)
    private let logLinesLost = Atomic(0)

    /// The counters; each is right, but they are not read all at one moment.
    var snapshot: MockCounters {
        MockCounters(
            acceptedConnections: acceptedConnections.load(ordering: .relaxed),
            openConnections: openConnections.load(ordering: .relaxed),
            requests: requests.load(ordering: .relaxed),
            posts: posts.load(ordering: .relaxed),
            openStreams: openStreams.load(ordering: .relaxed),
            peakStreams: peakStreams.load(ordering: .relaxed),
            blockedSends: blockedSends.load(ordering: .relaxed),
            logLinesLost: logLinesLost.load(ordering: .relaxed)
        )
    }

    func streamBegan() {
        let open = openStreams.wrappingAdd(1, ordering: .relaxed).newValue
        // Only the loop writes, so that between the two nobody else can have raised the peak.
        if open > peakStreams.load(ordering: .relaxed) { peakStreams.store(open, ordering: .relaxed) }
    }

    /// How many turns are answered now.
    var openStreamCount: Int { openStreams.load(ordering: .relaxed) }

    func streamEnded() { openStreams.wrappingSubtract(1, ordering: .relaxed) }

    func connectionBegan() {
        acceptedConnections.wrappingAdd(1, ordering: .relaxed)
        openConnections.wrappingAdd(1, ordering: .relaxed)
    }

    func connectionEnded() { openConnections.wrappingSubtract(1, ordering: .relaxed) }
    func requestRead() { requests.wrappingAdd(1, ordering: .relaxed) }
    func postRead() { posts.wrappingAdd(1, ordering: .relaxed) }
    func logEnded(linesLost: Int) { logLinesLost.store(linesLost, ordering: .relaxed) }
    func sendBlocked() { blockedSends.wrappingAdd(1, ordering: .relaxed) }
}
