/// The table of a pattern while it is made: each state stands for all places where one can be in its program.
struct PatternTable {
    /// The column of each byte: bytes that no place tells apart share one.
    let columns: [UInt8]
    /// The next state for each state and column.
    private(set) var next: [UInt16] = []
    /// Whether a text that ends in a state matches, by state.
    private(set) var matchesAtEnd: [Bool] = []

    var columnCount: Int { Int(columns[255]) + 1 }

    private let program: PatternProgram
    /// The places of each state: `TextPattern.found` has none.
    private var waiting: [[Int]] = []
    /// The states but `found` and `start`, by their places.
    private var states: [[Int]: UInt16] = [:]

    /// Makes the whole table.
    ///
    /// - Throws: When it would have more states than a pattern may have.
    init(_ program: PatternProgram) throws(PatternProgram.TooLarge) {
        self.program = program
        columns = Self.columns(of: program)
        waiting.append([])
        let start = program.reach(from: [program.entry], isAtStart: true, isAtEnd: false)
        waiting.append(start.waiting)
        // The first byte of each column stands for all of them.
        let bytes = (0..<columnCount).compactMap { column in columns.firstIndex(of: UInt8(column)).map { UInt8($0) } }
        var state = 0
        while state < waiting.count {
            if state == Int(TextPattern.found) || state == Int(TextPattern.start) && start.matches {
                next += bytes.map { _ in TextPattern.found }
                matchesAtEnd.append(true)
            } else {
                for byte in bytes { next.append(try self.state(after: byte, in: waiting[state])) }
                let isAtStart = state == Int(TextPattern.start)
                let end = program.reach(from: waiting[state], isAtStart: isAtStart, isAtEnd: true)
                matchesAtEnd.append(end.matches)
            }
            state += 1
        }
    }

    /// The state behind a byte; a match may also begin behind it.
    private mutating func state(after byte: UInt8, in places: [Int]) throws(PatternProgram.TooLarge) -> UInt16 {
        var entries = [program.entry]
        for place in places {
            if case .byte(let range, let next) = program.places[place], range.contains(byte) { entries.append(next) }
        }
        let reach = program.reach(from: entries, isAtStart: false, isAtEnd: false)
        if reach.matches { return TextPattern.found }
        if let state = states[reach.waiting] { return state }
        guard waiting.count < TextPattern.mostStates else { throw PatternProgram.TooLarge() }
        let state = UInt16(waiting.count)
        states[reach.waiting] = state
        waiting.append(reach.waiting)
        return state
    }

    private static func columns(of program: PatternProgram) -> [UInt8] {
        var begins = [Bool](repeating: false, count: 257)
        for case .byte(let range, _) in program.places {
            begins[Int(range.lowerBound)] = true
            begins[Int(range.upperBound) + 1] = true
        }
        var column: UInt8 = 0
        return (0...255).map { byte in
            if byte > 0, begins[byte] { column += 1 }
            return column
        }
    }
}
