import LoadEngine

/// The live status: one line that is written anew on a terminal, plain lines elsewhere.
struct StatusLine {
    private let stream: StandardStream
    private let isRedrawn: Bool
    private let interval: Duration
    private var lastEvents: UInt64 = 0
    private var lastElapsedS = 0.0
    private var eventsPerS = 0.0

    /// A status that is shown until it is ended.
    struct Shown {
        fileprivate let task: Task<StatusLine, Never>

        /// Stops, and shows the last state of the run.
        func end(with snapshot: RunSnapshot) async {
            task.cancel()
            var line = await task.value
            line.update(snapshot, isLast: true)
        }
    }

    /// Shows the status of a run from now on.
    static func show(_ run: LoadRun, on stream: StandardStream) -> Shown {
        Shown(
            task: Task {
                var line = StatusLine(on: stream)
                while !Task.isCancelled {
                    line.update(run.snapshot())
                    try? await Task.sleep(for: line.interval)
                }
                return line
            }
        )
    }

    private init(on stream: StandardStream) {
        self.stream = stream
        isRedrawn = stream.isTerminal
        interval = isRedrawn ? .seconds(1) : .seconds(2)
    }

    /// Writes the status.
    private mutating func update(_ snapshot: RunSnapshot, isLast: Bool = false) {
        if snapshot.elapsedS > lastElapsedS {
            eventsPerS = Double(snapshot.events - lastEvents) / (snapshot.elapsedS - lastElapsedS)
            lastEvents = snapshot.events
            lastElapsedS = snapshot.elapsedS
        }
        let line = text(of: snapshot)
        if isRedrawn {
            let width = stream.terminalWidth ?? 80
            stream.writeUnlessBlocked("\r\u{1B}[K" + line.prefix(max(width - 1, 1)) + (isLast ? "\n" : ""))
        } else {
            stream.writeUnlessBlocked(line + "\n")
        }
    }

    private func text(of snapshot: RunSnapshot) -> String {
        let seconds = Int(snapshot.elapsedS)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
        let ended = snapshot.conversations.completed + snapshot.conversations.failed + snapshot.conversations.cancelled
        var parts = [
            "\(clock) \(snapshot.phase == .stopping ? "stopping, " : "")\(snapshot.activeUsers) users, "
                + "\(snapshot.activeTurns) streams",
            "conversations \(ended)/\(snapshot.conversations.planned) (\(snapshot.conversations.failed) failed)",
            "turns \(snapshot.turns.completed) ok, \(snapshot.turns.failed) failed",
            "\(eventsPerS.fixed(0)) events/s",
        ]
        if let ttft = snapshot.metrics["ttft"] {
            parts.append("ttft p50 \(ttft.p50Ms.fixed(1)) p95 \(ttft.p95Ms.fixed(1)) ms")
        }
        return parts.joined(separator: " | ")
    }
}
