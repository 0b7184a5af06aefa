extension LiveState {
    /// Locust's words for how far a run is.
    package enum State: String, Codable, CaseIterable, Sendable {
        /// There was no run yet.
        case ready
        /// Users are being started.
        case spawning
        /// All users have been started.
        case running
        /// No new turns are sent; the last ones end.
        case stopping
        /// The run has ended.
        case stopped
    }
}
