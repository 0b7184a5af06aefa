import ArgumentParser
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// Plays a part of a run as one of several processes; started by `run --processes`, which it talks with over its standard
/// input and output.
struct ShareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-share",
        abstract: "Play a part of a run for another process.",
        shouldDisplay: false
    )

    /// The time from one report to the next is at least so many times as long as the first took.
    private static let pauseFactor = 20

    func run() async throws {
        // Ctrl-C is for the program, which tells what it means.
        ProcessSignals.onInterrupt { _ in }
        DescriptorLimit.raise()
        try await DescriptorLimit.takeOwn()
        do {
            try await play()
        } catch let error as EngineError {
            try send(.failed(operation: error.operation, reason: error.reason))
        }
    }

    private func play() async throws {
        var messages = ParentMessages()
        guard case .prepare(var plan) = try messages.next() else { return }
        var told = plan.snapshotBeforeStart()
        try send(.isPrepared)
        guard case .begin(let startNs) = try messages.next() else { return }
        plan.startNs = startNs
        let backend = try ThreadBackend.start(plan)
        let run = LoadRun(backend)
        let obeying = messages
        try LoopThread.start { Self.obey(obeying, run) }
        var points: [TimePoint] = []
        var resets = 0
        var nextReport = ContinuousClock.now
        // What happened in a minute is kept: a report may take long.
        for await snapshot in backend.snapshots(keeping: 60) {
            if snapshot.resets != resets { points = [] }
            resets = snapshot.resets
            if let point = snapshot.point { points.append(point) }
            let begin = ContinuousClock.now
            guard begin >= nextReport else { continue }
            try send(.progress(SnapshotChanges(of: snapshot, since: told), points))
            told = snapshot
            points = []
            // With thousands of rows that change a report takes longer than a second: the load must not suffer from it.
            nextReport = begin + (ContinuousClock.now - begin) * Self.pauseFactor
        }
        let summary = try await run.result()
        try send(.ended(summary.run, SnapshotChanges(of: run.snapshot(), since: told), summary.series))
    }

    /// Does what the program asks, until it is gone; then there is nobody to play for.
    private static func obey(_ messages: ParentMessages, _ run: LoadRun) {
        var messages = messages
        while let message = try? messages.next() {
            switch message {
            case .setUsers(let count, let spawnRate): run.setUsers(count, spawnRate: spawnRate)
            case .resetStatistics: run.resetStatistics()
            case .stop(let reason, let atOnce): run.stop(reason, atOnce: atOnce)
            case .prepare, .begin: break
            }
        }
        run.stop(atOnce: true)
    }

    private func send(_ message: ChildMessage) throws {
        StandardStream.output.write(try MessageFrame.encode(message))
    }
}

/// The messages of the standard input; reading them waits.
private struct ParentMessages {
    private var received: [UInt8] = []

    /// The next message; nil at the end of the input.
    mutating func next() throws -> ParentMessage? {
        while true {
            if let message = try MessageFrame.take(ParentMessage.self, from: &received) { return message }
            let count = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { block in
                let count = read(STDIN_FILENO, block.baseAddress, block.count)
                if count > 0 { received.append(contentsOf: block[..<count]) }
                return count
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
        }
    }
}
