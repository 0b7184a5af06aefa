/// Finds the word that was meant.
package enum Spelling {
    /// The nearest of the known words, or nil when none is near.
    package static func nearest(to word: String, among known: [String]) -> String? {
        // Nothing this long is a misspelling, and comparing it would take long.
        guard word.utf8.count <= 40 else { return nil }
        let distances = known.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return nearest.distance <= (nearest.word.count + 1) / 4 ? nearest.word : nil
    }

    /// How many characters are to be added, dropped, replaced or swapped with their neighbour (optimal string
    /// alignment).
    private static func distance(_ first: String, _ second: String) -> Int {
        let (source, target) = (Array(first), Array(second))
        var beforeLast: [Int] = []
        var last = Array(0...target.count)
        for (row, character) in source.enumerated() {
            var current = [row + 1]
            for (column, other) in target.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (character == other ? 0 : 1))
                if row > 0, column > 0, character == target[column - 1], source[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[target.count]
    }
}
