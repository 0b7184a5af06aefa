public import ArgumentParser
public import LoadEngine
public import LoadReports

/// A timeout on the command line: a duration, or `off`.
struct TimeoutArgument: CustomStringConvertible {
    /// Nil when it is off.
    let duration: Duration?

    /// Reads a timeout.
    ///
    /// - Throws: `ConfigurationError` for anything but `off` or a duration over 0.
    static func parse(_ text: String) throws -> TimeoutArgument {
        if text == "off" { return TimeoutArgument(duration: nil) }
        let duration = try DurationText.parse(text)
        guard duration > .zero else {
            throw ConfigurationError("a timeout of 0 ends every turn at once; write 'off' for no limit")
        }
        return TimeoutArgument(duration: duration)
    }

    var description: String { duration.map(DurationText.text) ?? "off" }
}

/// A time to think on the command line.
enum ThinkTimeArgument {
    /// Reads a time.
    ///
    /// - Throws: `ConfigurationError` that says on one line what is wrong.
    static func parse(_ text: String) throws -> ThinkTime {
        do { return try ThinkTime.parse(text) } catch { throw ConfigurationError(error.problem) }
    }
}

/// A warm-up on the command line.
enum WarmUpArgument {
    /// Reads a warm-up.
    ///
    /// - Throws: `ConfigurationError` that says on one line what is wrong.
    static func parse(_ text: String) throws -> WarmUp {
        do { return try WarmUp.parse(text) } catch { throw ConfigurationError(error.problem) }
    }
}

extension APIProfile.History: ExpressibleByArgument {}
extension Backoff: ExpressibleByArgument {}
extension RampDown: ExpressibleByArgument {}
extension OnFailure: ExpressibleByArgument {}
extension SessionScope: ExpressibleByArgument {}
extension RowGrouping: ExpressibleByArgument {}
