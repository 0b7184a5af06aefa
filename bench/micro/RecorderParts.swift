import LoadEngine

/// What the recorder does for an event.
enum RecorderParts {
    private static let eventsPerRun = 1_000_000
    /// Durations that lie as far apart as those of a run do: a power of two, so that the next one is found by a mask.
    private static let sampleCount = 4096

    static func all() -> [Part] {
        var random = SeededRandom(seed: 1)
        // From 20 to 120 ms.
        let samples = (0..<sampleCount).map { _ in 20_000_000 + random.next() % 100_000_000 }
        let recorder = MetricsRecorder(turnCounts: [1])
        return [
            Part(name: "recorder: record a total", events: eventsPerRun) {
                for index in 0..<eventsPerRun { recorder.record(.ttfb, samples[index & (sampleCount - 1)]) }
            },
            Part(name: "recorder: count an event and record its gap", events: eventsPerRun) {
                for index in 0..<eventsPerRun {
                    recorder.countEvent(row: 0)
                    recorder.record(.interEvent, samples[index & (sampleCount - 1)], row: 0)
                }
            },
        ]
    }
}
