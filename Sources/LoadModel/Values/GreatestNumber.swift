extension ClosedRange<Int> {
    /// The greatest number of the range for which something holds, by halving: it holds up to some number, and not above.
    ///
    /// - Parameter holds: Asked for some twenty numbers; never for the same twice.
    /// - Returns: The number; nil when it does not even hold for the least.
    package func greatest(where holds: (Int) -> Bool) -> Int? {
        guard holds(lowerBound) else { return nil }
        var (fitting, tooMany) = (lowerBound, upperBound + 1)
        while tooMany - fitting > 1 {
            let middle = fitting + (tooMany - fitting) / 2
            if holds(middle) { fitting = middle } else { tooMany = middle }
        }
        return fitting
    }
}
