extension RunShare {
    /// The most parts that a run can have.
    package static let mostParts = ShareOfRun.most

    /// Reads a part as people count it.
    ///
    /// - Parameter text: Its number, from 1, and how many there are: `3/10` is the third of ten.
    /// - Returns: The part.
    /// - Throws: `ConfigurationError` that says on one line what was expected and what was found.
    package static func parse(_ text: String) throws(ConfigurationError) -> RunShare {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let number = numbers[0], let count = numbers[1], !text.contains("+") else {
            throw ConfigurationError(
                "expected the number of the share and how many there are, such as 3/10 for the third of ten"
            )
        }
        guard (1...mostParts).contains(count) else {
            throw ConfigurationError("a run has 1 to \(mostParts) shares, not \(count)")
        }
        guard (1...count).contains(number) else {
            throw ConfigurationError("of \(counted(count, "share")) there is 1 to \(count), no \(number)")
        }
        return RunShare(index: number - 1, count: count)
    }

    /// The part as people count it, such as `3/10`.
    package var text: String { "\(index + 1)/\(count)" }
}
