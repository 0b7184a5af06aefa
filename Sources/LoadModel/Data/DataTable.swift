/// Rows of values, each under the name of its column: what a data file holds.
///
/// All values lie in one piece of memory, 4 bytes each besides their text.
public struct DataTable: Equatable, Sendable {
    /// A value.
    public enum Value: Hashable, Sendable {
        /// A text, as it is: every value of a CSV file, and strings.
        case text(String)
        /// A number, boolean, null, array or object, as JSON writes it.
        case json(String)
    }

    /// The most rows.
    public static let mostRows = 1_000_000
    /// The most columns.
    public static let mostColumns = 1_000
    /// The most bytes of all values together.
    static let mostBytes = 1 << 30

    /// The names of the columns, all different.
    public let columns: [String]
    /// How many rows there are.
    public private(set) var rowCount = 0
    private var bytes: [UInt8] = []
    /// Where each value ends in `bytes`, twice, and 1 more for JSON.
    ///
    /// `Shape:` [row * columns.count + column]
    private var ends: [UInt32] = []

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - columns: The names of the columns.
    ///   - rows: The rows, each with a value for every column.
    /// - Throws: `ConfigurationError` for a row of another length, names that are empty or there twice, and for more than a
    ///   table may have.
    public init(columns: [String], rows: [[Value]]) throws(ConfigurationError) {
        try self.init(columns: columns)
        for (index, row) in rows.enumerated() {
            guard row.count == columns.count else {
                throw ConfigurationError(
                    "row \(index + 1): expected \(counted(columns.count, "value")), one for each column, found \(row.count)"
                )
            }
            guard rowCount < Self.mostRows else { throw ConfigurationError(Self.tooManyRows) }
            for value in row {
                switch value {
                case .text(let text): append(text.utf8, isJSON: false)
                case .json(let text): append(text.utf8, isJSON: true)
                }
            }
            endRow()
            guard bytes.count <= Self.mostBytes else {
                throw ConfigurationError("all values together may have \(Self.mostBytes >> 20) MiB")
            }
        }
    }

    /// Makes a table without rows.
    ///
    /// - Throws: `ConfigurationError` that says what is wrong with the names.
    init(columns: [String]) throws(ConfigurationError) {
        guard (1...Self.mostColumns) ~= columns.count else {
            throw ConfigurationError("expected 1 to \(Self.mostColumns) columns, found \(columns.count)")
        }
        var seen: Set<String> = []
        for (index, name) in columns.enumerated() {
            guard !name.isEmpty else { throw ConfigurationError("column \(index + 1) has no name") }
            guard seen.insert(name).inserted else {
                throw ConfigurationError("two columns are named \(Shown.text(name)); give each a name of its own")
            }
        }
        self.columns = columns
    }

    static let tooManyRows = "expected at most \(mostRows) rows"

    /// Adds a value to the row that is being made.
    mutating func append(_ text: some Sequence<UInt8>, isJSON: Bool) {
        bytes.append(contentsOf: text)
        ends.append(UInt32(bytes.count) << 1 | (isJSON ? 1 : 0))
    }

    /// Ends a row, of which every column has got its value.
    mutating func endRow() {
        rowCount += 1
        precondition(ends.count == rowCount * columns.count, "a value for each column")
    }

    /// A value.
    ///
    /// - Parameters:
    ///   - row: From 0 to below `rowCount`.
    ///   - column: Its index in `columns`.
    public subscript(row: Int, column: Int) -> Value {
        let place = row * columns.count + column
        let text = String(decoding: bytes[start(of: place)..<end(of: place)], as: UTF8.self)
        return ends[place] & 1 == 1 ? .json(text) : .text(text)
    }

    /// Lends a value's bytes, which stay the same as long as nobody changes the table.
    ///
    /// - Parameters:
    ///   - row: From 0 to below `rowCount`.
    ///   - column: Its index in `columns`.
    ///   - body: Gets the text of the value, and whether it is JSON.
    /// - Returns: What `body` returns.
    package func withBytes<Result>(
        row: Int,
        column: Int,
        _ body: (_ text: UnsafeRawBufferPointer, _ isJSON: Bool) -> Result
    ) -> Result {
        let place = row * columns.count + column
        return bytes.withUnsafeBytes { bytes in
            body(
                UnsafeRawBufferPointer(rebasing: bytes[start(of: place)..<end(of: place)]),
                ends[place] & 1 == 1
            )
        }
    }

    private func start(of place: Int) -> Int { place == 0 ? 0 : end(of: place - 1) }
    private func end(of place: Int) -> Int { Int(ends[place] >> 1) }
}

extension DataTable: PackedCodable {
    func pack() -> PackedBytes {
        var packed = PackedBytes()
        packed.append(UInt64(columns.count))
        for name in columns { packed.append(Array(name.utf8)) }
        packed.append(UInt64(ends.count))
        var last: UInt64 = 0
        for end in ends {
            packed.append(UInt64(end) - last & ~1)
            last = UInt64(end)
        }
        packed.append(bytes)
        return packed
    }

    init(unpacking reader: inout PackedBytes.Reader) throws(PackedBytes.Mistake) {
        var names: [String] = []
        for _ in 0..<(try reader.count()) { names.append(String(decoding: try reader.list(), as: UTF8.self)) }
        do { try self.init(columns: names) } catch { throw PackedBytes.Mistake() }
        let count = try reader.count()
        guard count % names.count == 0 else { throw PackedBytes.Mistake() }
        var end: UInt64 = 0
        for _ in 0..<count {
            let (sum, overflow) = (end & ~1).addingReportingOverflow(try reader.number())
            guard !overflow, let short = UInt32(exactly: sum) else { throw PackedBytes.Mistake() }
            end = sum
            ends.append(short)
        }
        bytes = try reader.list()
        guard Int(end >> 1) == bytes.count else { throw PackedBytes.Mistake() }
        rowCount = count / names.count
    }
}
