import LoadEngine
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// A configuration file: lines of `key = value`, and what is wrong with the others.
///
/// The style is that of Locust's files: `#` and `;` begin a comment, `[section]` lines mean nothing, a list is written as
/// `[a, b]` or by repeating its key.
struct ConfigurationFile {
    /// One line that gives something.
    struct Entry: Equatable {
        let key: String
        let value: ValueText
        /// From 1.
        let line: Int
    }

    /// One line that is wrong.
    struct Problem: Equatable {
        let text: String
        /// From 1.
        let line: Int
    }

    /// The most bytes a file may have.
    private static let maximumBytes = 1 << 20

    let path: String
    private(set) var entries: [Entry] = []
    /// One for each line that is wrong, in their order.
    private(set) var problems: [Problem] = []

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - bytes: The whole file; lines end with LF or CRLF.
    ///   - path: Where it is, as shown in messages.
    init(bytes: [UInt8], path: String) {
        self.path = path
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            do {
                guard let (key, value) = try Self.parse(line) else { continue }
                entries.append(Entry(key: key, value: value, line: index + 1))
            } catch {
                problems += error.messages.map { Problem(text: $0, line: index + 1) }
            }
        }
    }

    /// Reads the file that is read when none is named.
    ///
    /// - Returns: Its lines; nil when it is not there.
    /// - Throws: `ConfigurationError` when it cannot be read.
    static func readDefault() throws(ConfigurationError) -> ConfigurationFile? {
        // Whatever is there, and a link to nothing too, was meant to be read.
        do {
            _ = try Stat(FilePath(ConfigurationOptions.defaultPath), followTargetSymlink: false)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {}
        return try read(ConfigurationOptions.defaultPath)
    }

    /// Reads a file.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its lines.
    /// - Throws: `ConfigurationError` when it cannot be read; what is wrong with its lines is in `problems`.
    static func read(_ path: String) throws(ConfigurationError) -> ConfigurationFile {
        do {
            return ConfigurationFile(
                bytes: try InputFile.read(path, mostBytes: maximumBytes, takesPipes: true),
                path: Shown.path(path)
            )
        } catch {
            throw ConfigurationError("the configuration file '\(Shown.path(path))' cannot be read: \(error.text)")
        }
    }

    /// What one line gives, nil for a line that gives nothing.
    private static func parse(_ line: ArraySlice<UInt8>) throws(ConfigurationError) -> (String, ValueText)? {
        let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError("expected UTF-8 text; save the file as UTF-8")
        }
        guard text.unicodeScalars.allSatisfy({ $0 == "\t" || $0.properties.generalCategory != .control }) else {
            throw ConfigurationError("the line contains a control character")
        }
        let content = trimmed(Substring(text).unicodeScalars)
        guard let first = content.first, first != "#", first != ";" else { return nil }
        if first == "[", content.last == "]" { return nil }
        // The line itself is not shown: it may hold a secret.
        guard let equals = content.firstIndex(of: "=") else {
            throw ConfigurationError("expected 'key = value', such as users = 55 or headless = true; found no =")
        }
        let key = trimmed(content[..<equals])
        guard !key.isEmpty, !key.contains(where: isBlank) else {
            throw ConfigurationError("expected 'key = value', such as users = 55; found no single word before the =")
        }
        return (String(key), try ValueText(String(content[content.index(after: equals)...])))
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        guard let last = text.lastIndex(where: { !isBlank($0) }) else { return text.prefix(0) }
        return text[...last].drop(while: isBlank)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
