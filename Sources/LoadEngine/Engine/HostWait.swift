#if canImport(Glibc)
import Glibc
#endif

/// Waits until something accepts connections at a run's host, which may be starting just now.
///
/// Each look is a connection that is closed at once; nothing is sent.
/// - Isolation: any thread
package struct HostWait: Sendable {
    /// How long it is until the next look.
    private static let intervalMs: UInt32 = 100

    private let checked: CheckedConfiguration
    private let patience: Duration
    private let untilInstant: ContinuousClock.Instant

    /// Begins to wait.
    ///
    /// - Parameter checked: The run; nil is returned for one that does not wait.
    package init?(_ checked: CheckedConfiguration) {
        guard let patience = checked.configuration.waitForHost else { return nil }
        self.checked = checked
        self.patience = patience
        untilInstant = .now + patience
    }

    /// Looks once whether the host answers; takes up to a few seconds.
    ///
    /// - Returns: Whether it does.
    /// - Throws: `EngineError` when it does not, and the time is over.
    package func answers() throws(EngineError) -> Bool {
        var reason = "nothing accepts a connection there; is the server started?"
        do throws(EngineError) {
            if try checked.target.isListening(family: checked.sources.first?.family) { return true }
        } catch {
            // Its name may be there later too, as that of a container is.
            reason = error.reason
        }
        guard ContinuousClock.now >= untilInstant else { return false }
        throw EngineError(
            operation: "wait any longer for \(Shown.url(checked.configuration.host))",
            reason: "after \(DurationText.text(of: patience)) (--wait-for-host): \(reason)"
        )
    }

    /// Waits until the host answers.
    ///
    /// - Parameter isGivenUp: Asked again and again; when it is true nobody waits any more.
    /// - Returns: Whether it answers; false only when it was given up.
    /// - Throws: `EngineError` when the time is over.
    package func wait(orUntil isGivenUp: @Sendable () -> Bool) async throws(EngineError) -> Bool {
        while !isGivenUp() {
            if try answers() { return true }
            // Who is cancelled asks at once again, and gives up by that.
            try? await Task.sleep(for: .milliseconds(Self.intervalMs))
        }
        return false
    }

    /// Waits until the host answers, on this thread.
    ///
    /// - Throws: `EngineError` when the time is over.
    package func wait() throws(EngineError) {
        while try !answers() { usleep(Self.intervalMs * 1_000) }
    }
}
