import LoadEngine
import LoadModel
import Testing

@Suite struct RowPickerTests {
    private static func picker(
        _ pick: DataSource.Pick,
        _ whenOut: DataSource.WhenOut = .stop,
        rows: Int,
        share: RunShare = .whole,
        seed: UInt64 = 1
    ) throws -> RowPicker {
        let table = try DataTable(columns: ["n"], rows: (0..<rows).map { [.json("\($0)")] })
        return RowPicker(
            DataSource(file: "x", pick: pick, whenOut: whenOut, table: table),
            share: share,
            seed: seed
        )
    }

    private static func take(_ count: Int, of picker: inout RowPicker) -> [Int?] {
        (0..<count).map { _ in picker.take() }
    }

    @Test func eachRowIsTakenOnceAndThenThereIsNone() throws {
        var picker = try Self.picker(.each, rows: 3)
        #expect(!picker.isOut)
        #expect(Self.take(2, of: &picker) == [0, 1])
        picker.giveBack(0)
        #expect(!picker.isOut)
        #expect(Self.take(3, of: &picker) == [2, nil, nil])
        #expect(picker.isOut)
        picker.giveBack(1)
        #expect(Self.take(1, of: &picker) == [nil])
        #expect(picker.isOut)
    }

    @Test func rowsThatWereGivenBackAreTakenAgainInTheirOrder() throws {
        var picker = try Self.picker(.each, .cycle, rows: 3)
        #expect(Self.take(4, of: &picker) == [0, 1, 2, nil])
        // Not for ever: all are with users.
        #expect(!picker.isOut)
        picker.giveBack(2)
        picker.giveBack(0)
        #expect(Self.take(3, of: &picker) == [2, 0, nil])
        for row in [1, 0, 2] { picker.giveBack(row) }
        #expect(Self.take(4, of: &picker) == [1, 0, 2, nil])
    }

    @Test func newRowsComeBeforeThoseThatWereGivenBack() throws {
        var picker = try Self.picker(.each, .cycle, rows: 3)
        for expected in [0, 1, 2, 0, 1, 2, 0] {
            #expect(picker.take() == expected)
            picker.giveBack(expected)
        }
    }

    @Test func aCycleGoesRoundWhoeverHasTheRows() throws {
        var picker = try Self.picker(.cycle, rows: 3)
        #expect(Self.take(7, of: &picker) == [0, 1, 2, 0, 1, 2, 0])
        picker.giveBack(1)
        #expect(Self.take(2, of: &picker) == [1, 2])
        #expect(!picker.isOut)
    }

    @Test func randomRowsAreAllRowsEvenlyAndTheSameForASeed() throws {
        var (first, same, other) = try (
            Self.picker(.random, rows: 10, seed: 3), Self.picker(.random, rows: 10, seed: 3),
            Self.picker(.random, rows: 10, seed: 4)
        )
        let rows = Self.take(10_000, of: &first)
        #expect(Self.take(10_000, of: &same) == rows)
        #expect(Self.take(10_000, of: &other) != rows)
        for row in 0..<10 { #expect((900...1_100).contains(rows.count { $0 == row })) }
    }

    @Test func withoutRowsThereIsNone() throws {
        for pick in DataSource.Pick.allCases {
            var picker = try Self.picker(pick, .cycle, rows: 0)
            #expect(picker.isOut)
            #expect(picker.take() == nil)
        }
        // One of four processes has none of three rows.
        var last = try Self.picker(.each, .cycle, rows: 3, share: RunShare(index: 3, count: 4))
        #expect(last.isOut)
        #expect(last.take() == nil)
    }

    @Test(arguments: [1, 2, 3, 7])
    func processesHaveEachRowOfAllOnce(_ processes: Int) throws {
        var rows: [Int] = []
        for index in 0..<processes {
            var picker = try Self.picker(.each, rows: 20, share: RunShare(index: index, count: processes))
            let own = Self.take(20, of: &picker).compactMap(\.self)
            #expect(own == Array(stride(from: index, to: 20, by: processes)))
            rows += own
        }
        #expect(rows.sorted() == Array(0..<20))
    }

    @Test(arguments: [1, 2, 3, 4, 7])
    func aCycleOfProcessesTakesEveryRowAsOften(_ processes: Int) throws {
        var counts = [Int](repeating: 0, count: 4)
        for index in 0..<processes {
            var picker = try Self.picker(.cycle, rows: 4, share: RunShare(index: index, count: processes))
            for case let row? in Self.take(400, of: &picker) { counts[row] += 1 }
        }
        #expect(counts == [Int](repeating: 100 * processes, count: 4))
    }

    /// Many users that take rows and give them back in any order, in several processes.
    @Test(arguments: [DataSource.WhenOut.stop, .cycle])
    func noRowIsWithTwoUsersAtTheSameTime(_ whenOut: DataSource.WhenOut) throws {
        var random = SeededRandom(seed: TestSeed.value)
        let (processes, rows) = (3, 50)
        var pickers = try (0..<processes).map { index in
            try Self.picker(.each, whenOut, rows: rows, share: RunShare(index: index, count: processes))
        }
        var taken = [[Int]](repeating: [], count: processes)
        var held: Set<Int> = []
        var counts = [Int](repeating: 0, count: rows)
        var refused = 0
        for _ in 0..<20_000 {
            let process = Int.random(in: 0..<processes, using: &random)
            if Bool.random(using: &random) {
                guard let row = pickers[process].take() else {
                    // Refused only when none of its rows is free, or for good.
                    #expect(
                        pickers[process].isOut
                            || taken[process].count == RunShare(index: process, count: processes).part(of: rows)
                    )
                    refused += 1
                    continue
                }
                #expect(held.insert(row).inserted, "LOADTEST_TEST_SEED=\(TestSeed.value)")
                taken[process].append(row)
                counts[row] += 1
            } else if !taken[process].isEmpty {
                let row = taken[process].remove(at: Int.random(in: 0..<taken[process].count, using: &random))
                held.remove(row)
                pickers[process].giveBack(row)
            }
        }
        #expect(refused > 0)
        if whenOut == .stop { #expect(counts.allSatisfy { $0 == 1 }) } else { #expect(counts.allSatisfy { $0 > 20 }) }
    }
}
