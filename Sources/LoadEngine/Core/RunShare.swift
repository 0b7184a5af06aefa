/// The part of a run that one of several plays, be they processes or machines: every N-th user, and every N-th invocation of the
/// queue.
package struct RunShare: Equatable, Sendable, Codable {
    /// Which part, from 0.
    package let index: Int
    /// How many parts there are.
    package let count: Int

    /// All of the run.
    package static let whole = RunShare(index: 0, count: 1)

    package init(index: Int, count: Int) {
        precondition(count > 0 && (0..<count).contains(index), "a part of a whole")
        self.index = index
        self.count = count
    }

    /// Reads a part that another process wrote.
    ///
    /// - Throws: `DecodingError` for numbers that are no part of a whole.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        index = try values.decode(Int.self, forKey: .index)
        count = try values.decode(Int.self, forKey: .count)
        guard count > 0, (0..<count).contains(index) else {
            throw DecodingError.dataCorruptedError(forKey: .index, in: values, debugDescription: "no part of a whole")
        }
    }

    /// A part of this part: of its things, numbered from 0, again every N-th.
    ///
    /// - Parameter inner: Which of them.
    /// - Returns: The same things as a part of the whole.
    package func part(_ inner: RunShare) -> RunShare {
        RunShare(index: number(of: inner.index), count: count * inner.count)
    }

    /// How many of a number of things, numbered from 0, belong to this part.
    package func part(of total: Int) -> Int { Int(part(of: UInt64(total))) }

    /// How many of a number of things, numbered from 0, belong to this part.
    package func part(of total: UInt64) -> UInt64 {
        total / UInt64(count) + (total % UInt64(count) > UInt64(index) ? 1 : 0)
    }

    /// The number in the whole of this part's n-th thing, both from 0.
    package func number(of position: Int) -> Int { position * count + index }
}
