import LoadEngine

/// The live status: one line that is written anew on a terminal, plain lines elsewhere.
struct StatusLine {
    private let stream: StandardStream
    private let isRedrawn: Bool
    private let interval: Duration
    private var lastWritten: ContinuousClock.Instant?
    private var lastEvents: UInt64 = 0
    private var lastElapsedS = 0.0
    private var eventsPerS = 0.0

    init(on stream: StandardStream) {
        self.stream = stream
        isRedrawn = stream.isTerminal
        interval = isRedrawn ? .seconds(1) : .seconds(2)
    }

    /// Writes the status when its time has come.
    mutating func update(_ snapshot: RunSnapshot, isLast: Bool = false) {
        if snapshot.elapsedS > lastElapsedS {
            eventsPerS = Double(snapshot.events - lastEvents) / (snapshot.elapsedS - lastElapsedS)
            lastEvents = snapshot.events
            lastElapsedS = snapshot.elapsedS
        }
        let now = ContinuousClock.now
        if !isLast, let lastWritten, now - lastWritten < interval { return }
        lastWritten = now
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
