/// Data files: the rows from which conversations take the values of their templates.
package enum DataFile {
    private static let kinds = [".csv", ".ndjson", ".jsonl"]

    /// Loads a file.
    ///
    /// - Parameter path: A CSV file (`.csv`) or an NDJSON file (`.ndjson`, `.jsonl`) of at most 64 MiB.
    /// - Returns: Its rows, at least one.
    /// - Throws: `ConfigurationError` with what is wrong, each with its line.
    package static func load(_ path: String) throws(ConfigurationError) -> DataTable {
        guard let kind = kinds.first(where: path.lowercased().hasSuffix) else {
            throw ConfigurationError(
                "\(Shown.path(path)): expected a CSV or NDJSON file, whose name ends with .csv, .ndjson or .jsonl"
            )
        }
        let bytes = try InputFile.contents(of: path)
        do throws(DataMistakes) {
            try checkText(bytes)
            return try kind == ".csv" ? CSVReader.read(bytes) : NDJSONReader.read(bytes)
        } catch {
            throw ConfigurationError(error.messages(path: path))
        }
    }

    private static func checkText(_ bytes: [UInt8]) throws(DataMistakes) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let offset = error.byteOffsets.lowerBound
            let line = 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
            let byte = "0x" + String(bytes[offset], radix: 16, uppercase: true)
            throw DataMistakes(line, "expected UTF-8 text, found the byte \(byte); save the file as UTF-8")
        }
    }
}
