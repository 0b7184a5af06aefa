/// Which row of a data file the next invocation gets.
///
/// All conversations that name the same file share one. Processes that share a run each have a part of the rows of `each`, so
/// that none is with two users at the same time: the part i of n has the rows i, i + n, and so on. Of `cycle` it has every
/// n-th place of the whole sequence, of `random` a sequence of its own.
/// - Isolation: loop
package struct RowPicker {
    private let pick: DataSource.Pick
    private let whenOut: DataSource.WhenOut
    private let rowCount: Int
    private let share: RunShare
    /// How many of this share's rows of `each` there are.
    private let ownCount: Int
    /// How many were taken for the first time (`each`), or at all (`cycle`).
    private var takenCount = 0
    /// The rows that were given back and may be taken again, in a ring: the oldest at `firstFree`.
    private var free: [Int32] = []
    private var firstFree = 0
    private var freeCount = 0
    private var random: SeededRandom

    /// Makes a picker that has given nothing.
    ///
    /// - Parameters:
    ///   - source: Whose rows are picked.
    ///   - share: Which part of the run it is for.
    ///   - seed: What `random` is made from; that of the share.
    package init(_ source: DataSource, share: RunShare = .whole, seed: UInt64) {
        pick = source.pick
        whenOut = source.whenOut
        rowCount = source.table.rowCount
        self.share = share
        ownCount = share.part(of: rowCount)
        random = SeededRandom(seed: seed)
    }

    /// Whether `take` will never return a row again, given back or not: what is left of the invocations is not started.
    package var isOut: Bool {
        switch pick {
        case .each: whenOut == .stop ? takenCount == ownCount : ownCount == 0
        case .cycle, .random: rowCount == 0
        }
    }

    /// Takes a row for an invocation, which gives it back at its end.
    ///
    /// - Returns: The row's index in the whole table; nil when there is none: for ever when `isOut`, and otherwise until the
    ///   next is given back.
    package mutating func take() -> Int? {
        guard rowCount > 0 else { return nil }
        switch pick {
        case .each:
            if takenCount < ownCount {
                defer { takenCount += 1 }
                return share.number(of: takenCount)
            }
            return takeFree()
        case .cycle:
            // Beyond the first round only the place in it counts.
            let row = share.number(of: takenCount) % rowCount
            takenCount = (takenCount + 1) % rowCount
            return row
        case .random: return Int.random(in: 0..<rowCount, using: &random)
        }
    }

    /// Gives a row back, at the end of the invocation that took it.
    ///
    /// - Parameter row: What `take` returned, given back once.
    package mutating func giveBack(_ row: Int) {
        guard pick == .each, whenOut == .cycle else { return }
        if free.isEmpty { free = [Int32](repeating: 0, count: ownCount) }
        precondition(freeCount < takenCount, "a row that nobody has")
        free[(firstFree + freeCount) % ownCount] = Int32(row)
        freeCount += 1
    }

    private mutating func takeFree() -> Int? {
        guard freeCount > 0 else { return nil }
        let row = Int(free[firstFree])
        firstFree = (firstFree + 1) % ownCount
        freeCount -= 1
        return row
    }
}
