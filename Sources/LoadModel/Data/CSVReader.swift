/// Reads CSV as RFC 4180 has it: commas between values, quotes around those with commas, quotes or line ends, in which a quote
/// is written twice; the first row has the names.
///
/// Lines end with CRLF, LF or CR. An empty line is no row: an empty value alone is written `""`.
struct CSVReader {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    /// The value that was read last.
    private var value: [UInt8] = []

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    /// Reads a whole file.
    ///
    /// - Parameter bytes: Valid UTF-8, with or without a byte order mark.
    /// - Returns: The table.
    /// - Throws: The mistakes.
    static func read(_ bytes: [UInt8]) throws(DataMistakes) -> DataTable {
        var reader = CSVReader(bytes)
        return try reader.table()
    }

    private mutating func table() throws(DataMistakes) -> DataTable {
        skipEmptyLines()
        let firstLine = line
        guard offset < bytes.count else {
            throw DataMistakes(line, "expected a first line with the names of the columns, found the end of the file")
        }
        var names: [String] = []
        while true {
            let isLast = try readValue()
            names.append(String(decoding: value, as: UTF8.self).trimmed)
            if isLast { break }
        }
        var table: DataTable
        do { table = try DataTable(columns: names) } catch { throw DataMistakes(firstLine, error.description) }
        var mistakes = DataMistakes()
        skipEmptyLines()
        while offset < bytes.count {
            guard table.rowCount < DataTable.mostRows else { throw mistakes.adding(line, DataTable.tooManyRows) }
            let start = line
            var count = 0
            while true {
                let isLast: Bool
                do { isLast = try readValue() } catch { throw mistakes.adding(error) }
                count += 1
                // Of a row with a mistake nothing is kept: no table comes of it.
                if mistakes.isEmpty, count <= names.count { table.append(value, isJSON: false) }
                if isLast { break }
            }
            if count != names.count {
                let expected = "expected \(counted(names.count, "value")), as many as the first line has names"
                try mistakes.note(start, "\(expected), found \(count)")
            }
            if mistakes.isEmpty { table.endRow() }
            skipEmptyLines()
        }
        guard mistakes.isEmpty else { throw mistakes }
        guard table.rowCount > 0 else {
            throw DataMistakes(line, "expected a row below the names, found the end of the file")
        }
        return table
    }

    private mutating func skipEmptyLines() {
        while takeLineEnd() {}
    }

    /// Takes a line end, if one comes.
    private mutating func takeLineEnd() -> Bool {
        guard offset < bytes.count else { return false }
        switch bytes[offset] {
        case UInt8(ascii: "\n"): offset += 1
        case UInt8(ascii: "\r"):
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") { offset += 1 }
        default: return false
        }
        line += 1
        return true
    }

    /// Takes a value, and the comma or line end behind it.
    ///
    /// - Returns: Whether it was the last of its line.
    private mutating func readValue() throws(DataMistakes) -> Bool {
        value.removeAll(keepingCapacity: true)
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
            try readQuoted()
        } else {
            let start = offset
            while offset < bytes.count, !Self.endsValue(bytes[offset]) {
                guard bytes[offset] != UInt8(ascii: "\"") else {
                    throw DataMistakes(
                        line,
                        "found a '\"' in a value that does not begin with one; put quotes around the whole value, and write "
                            + "those in it twice"
                    )
                }
                offset += 1
            }
            value += bytes[start..<offset]
        }
        guard offset < bytes.count else { return true }
        if bytes[offset] == UInt8(ascii: ",") {
            offset += 1
            return false
        }
        guard takeLineEnd() else {
            throw DataMistakes(
                line,
                "expected ',' or the end of the line after a value in quotes; a quote in it is written twice"
            )
        }
        return true
    }

    private mutating func readQuoted() throws(DataMistakes) {
        let firstLine = line
        offset += 1
        var start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                value += bytes[start..<offset]
                offset += 1
                guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return }
                // The second of two stands for both.
                start = offset
                offset += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): _ = takeLineEnd()
            default: offset += 1
            }
        }
        throw DataMistakes(firstLine, "the value whose quotes begin on this line has no closing '\"'")
    }

    private static func endsValue(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
