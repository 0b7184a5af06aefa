/// Why a run is ended before it ends by itself.
public enum StopReason: Sendable, Codable {
    /// Somebody needs it to end: what is missing makes the verdict `interrupted`.
    case interrupted
    /// Somebody has seen enough, as at the end of a run time: the verdict is that of a run that has ended.
    case seenEnough
}
