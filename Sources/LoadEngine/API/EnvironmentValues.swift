import FoundationEssentials

/// The values of variables of the environment that requests have: looked up when they are needed, and each once.
/// - Isolation: none; it belongs to who compiles requests.
package final class EnvironmentValues {
    private let lookUp: (String) -> String?
    private var known: [String: String?] = [:]

    /// - Parameter lookUp: The value of a variable; nil for one that is not set.
    package init(_ lookUp: @escaping (String) -> String?) { self.lookUp = lookUp }

    /// Those of this process; a variable that is empty is as good as none.
    package static func ofProcess() -> EnvironmentValues {
        let values = ProcessInfo.processInfo.environment
        return EnvironmentValues { name in values[name].flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// The value of a variable; nil for one that is not set.
    subscript(name: String) -> String? {
        if let value = known[name] { return value }
        let value = lookUp(name)
        known[name] = .some(value)
        return value
    }

    /// All values that were asked for: they must not come back in a report.
    var secrets: [String] { Set(known.values.compactMap(\.self)).sorted() }
}

@available(*, unavailable)
extension EnvironmentValues: Sendable {}
