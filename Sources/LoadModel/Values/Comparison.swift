/// How a number is compared with a limit.
public enum Comparison: String, CaseIterable, Sendable {
    /// Less than the limit.
    case less = "<"
    /// The limit or less.
    case atMost = "<="
    /// More than the limit.
    case more = ">"
    /// The limit or more.
    case atLeast = ">="
    /// Just the limit.
    case equal = "=="
    /// Anything but the limit.
    case unequal = "!="

    /// Whether a number compares so with a limit.
    ///
    /// - Parameters:
    ///   - number: What was found.
    ///   - limit: What it is compared with.
    /// - Returns: Whether `number` is on the right side of `limit`.
    public func holds(_ number: Double, _ limit: Double) -> Bool {
        switch self {
        case .less: number < limit
        case .atMost: number <= limit
        case .more: number > limit
        case .atLeast: number >= limit
        case .equal: number == limit
        case .unequal: number != limit
        }
    }

    /// What was meant by something that looks like an operator; nil when that is not clear.
    static func meant(by text: String) -> Comparison? {
        switch text {
        case "=", "===": .equal
        case "=<": .atMost
        case "=>": .atLeast
        case "<>", "=!", "!": .unequal
        default: nil
        }
    }
}
