/// A generous bound of every wait for another process: only a broken one reaches it, however many tests share the machine.
package let patience = Duration.seconds(60)

/// Waits until a condition holds that another process makes true; false when patience is over.
package func becomesTrue(
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    // Once more: the last look may have been long ago, where tests wait for each other.
    return try await condition()
}
