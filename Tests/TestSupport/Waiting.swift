/// Waits until a condition holds that another process makes true; false after twenty seconds.
package func becomesTrue(_ condition: () throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    // Once more: the last look may have been long ago, where tests wait for each other.
    return try condition()
}
