/// A result that takes long to make, made once for all who ask for it at about the same time.
///
/// A hundred clients that ask for the report of thousands of rows would otherwise keep each other waiting, and whoever
/// wants to end the run.
actor SharedResult<Value: Sendable> {
    /// Makes the result.
    typealias Make = @Sendable () async throws -> Value

    private struct Made {
        let value: Value
        let stand: WebRuns.Stand
        /// Until when it is new enough while the run goes on.
        let freshUntil: ContinuousClock.Instant
    }

    private struct Making {
        let stand: WebRuns.Stand
        let task: Task<Value, any Error>
    }

    /// How long a result of a run that goes on is given to others, by how long it took to make.
    ///
    /// What takes no time may be made anew for everybody.
    private static func freshness(madeIn duration: Duration) -> Duration { min(duration * 10, .seconds(1)) }

    private var made: Made?
    private var making: Making?

    /// The result: one that is kept, the one that is just being made, or a new one.
    ///
    /// - Parameters:
    ///   - stand: How far the run is; of another one nothing is kept.
    ///   - make: Makes it.
    /// - Returns: What was made.
    /// - Throws: What `make` throws; all who wait get it, and it is not kept.
    func value(at stand: WebRuns.Stand, make: @escaping Make) async throws -> Value {
        if let made, made.stand == stand, !stand.goesOn || ContinuousClock.now < made.freshUntil { return made.value }
        if let making, making.stand == stand { return try await making.task.value }
        // What is outdated takes memory until then.
        made = nil
        let task = Task { [weak self] in
            let begin = ContinuousClock.now
            do {
                let value = try await make()
                await self?.keep(value, at: stand, madeIn: ContinuousClock.now - begin)
                return value
            } catch {
                await self?.forget(stand)
                throw error
            }
        }
        making = Making(stand: stand, task: task)
        return try await task.value
    }

    private func keep(_ value: Value, at stand: WebRuns.Stand, madeIn duration: Duration) {
        guard making?.stand == stand else { return }
        making = nil
        made = Made(
            value: value,
            stand: stand,
            freshUntil: .now + Self.freshness(madeIn: duration)
        )
    }

    private func forget(_ stand: WebRuns.Stand) {
        if making?.stand == stand { making = nil }
    }
}
