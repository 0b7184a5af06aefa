/// Reads NDJSON: an object on each line, all with the same keys, which are the names of the columns.
///
/// Lines end with LF or CRLF; empty ones are no rows.
enum NDJSONReader {
    /// Reads a whole file.
    ///
    /// - Parameter bytes: Valid UTF-8, with or without a byte order mark.
    /// - Returns: The table; its columns are in the order of the first object.
    /// - Throws: The mistakes.
    static func read(_ bytes: [UInt8]) throws(DataMistakes) -> DataTable {
        var mistakes = DataMistakes()
        var table: DataTable?
        var indices: [String: Int] = [:]
        var rest = bytes[...]
        var line = 0
        while !rest.isEmpty {
            line += 1
            let text = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest[text.endIndex...].dropFirst()
            guard text.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
            let members: [JSONValue.Member]
            do { members = try object(Array(text), line) } catch {
                for mistake in error.list { try mistakes.note(mistake.line, mistake.text) }
                continue
            }
            if table == nil {
                do { table = try DataTable(columns: members.map(\.key)) } catch {
                    throw mistakes.adding(line, error.description)
                }
                for (index, member) in members.enumerated() { indices[member.key] = index }
            }
            guard table?.rowCount ?? 0 < DataTable.mostRows else { throw mistakes.adding(line, DataTable.tooManyRows) }
            guard let row = row(members, indices, of: table) else {
                try mistakes.note(line, mistake(in: members, indices))
                continue
            }
            guard mistakes.isEmpty else { continue }
            for value in row {
                if case .string(let text) = value {
                    table?.append(text.utf8, isJSON: false)
                } else {
                    table?.append((value.text ?? "null").utf8, isJSON: true)
                }
            }
            table?.endRow()
        }
        guard mistakes.isEmpty else { throw mistakes }
        guard let table else {
            throw DataMistakes(max(line, 1), "expected an object on each line, found the end of the file")
        }
        return table
    }

    /// The members of the object on a line.
    private static func object(_ text: [UInt8], _ line: Int) throws(DataMistakes) -> [JSONValue.Member] {
        let (value, mistakes) = JSONReader.read(text)
        if let mistake = mistakes.first {
            throw DataMistakes(line, "expected a JSON object on the line: \(mistake.text) (column \(mistake.column))")
        }
        guard case .object(let members)? = value, !members.isEmpty else {
            throw DataMistakes(line, "expected a JSON object on the line, found \(value.map(Shown.value) ?? "nothing")")
        }
        for member in members where member.value.text == nil {
            throw DataMistakes(line, "expected a JSON value for \(Shown.text(member.key)), found a word without quotes")
        }
        return members
    }

    /// The values in the order of the columns; nil where the keys are not the columns.
    private static func row(
        _ members: [JSONValue.Member],
        _ indices: [String: Int],
        of table: DataTable?
    ) -> [JSONValue]? {
        guard members.count == indices.count else { return nil }
        var row = [JSONValue?](repeating: nil, count: members.count)
        for member in members {
            guard let index = indices[member.key], row[index] == nil else { return nil }
            row[index] = member.value
        }
        return row.compactMap(\.self)
    }

    /// Why the keys of an object are not the columns.
    private static func mistake(in members: [JSONValue.Member], _ indices: [String: Int]) -> String {
        var seen: Set<String> = []
        for member in members {
            guard indices[member.key] != nil else {
                return "found the key \(Shown.text(member.key)), which the first object does not have"
            }
            guard seen.insert(member.key).inserted else { return "the key \(Shown.text(member.key)) is there twice" }
        }
        let missing = indices.sorted { $0.value < $1.value }.first { !seen.contains($0.key) }
        return "the key \(Shown.text(missing?.key ?? "")) is missing, which the first object has"
    }
}
