/// Makes the snapshots of a run one after another, each at the cost of what has changed since the one before.
/// - Isolation: whoever has it
package struct SnapshotMaker {
    /// A snapshot, and what it was made of.
    package struct Made: Sendable {
        package let progress: RunProgress
        package let snapshot: RunSnapshot
    }

    private var last: Made?

    package init() {}

    /// The snapshot of a moment, with histograms.
    ///
    /// - Parameter progress: The moment; of the same run as those before.
    /// - Returns: The snapshot; the same one for the same moment.
    package mutating func snapshot(of progress: RunProgress) -> RunSnapshot {
        if let last, last.progress.resets == progress.resets, last.progress.elapsedNs == progress.elapsedNs {
            return last.snapshot
        }
        let known = last.flatMap { $0.progress.resets == progress.resets ? $0 : nil }
        let made = Made(progress: progress, snapshot: progress.snapshot(withHistograms: true, since: known))
        last = made
        return made.snapshot
    }
}
