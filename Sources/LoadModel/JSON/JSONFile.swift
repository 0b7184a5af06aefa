/// One JSON file that somebody wrote: its value, and everything that is wrong with it.
///
/// Who knows what it is to hold takes it apart with `members`, `string` and the like, which note what is not as expected.
package struct JSONFile {
    /// A key of an object.
    package struct Key {
        fileprivate let name: String
        /// What is expected of its value; nil for a key that may be missing.
        fileprivate let expected: String?

        /// A key that has to be there.
        ///
        /// - Parameters:
        ///   - name: The key.
        ///   - expected: What is expected of its value, such as "a string".
        /// - Returns: The key.
        package static func required(_ name: String, _ expected: String) -> Key { Key(name: name, expected: expected) }

        /// A key that may be missing.
        package static func optional(_ name: String) -> Key { Key(name: name, expected: nil) }
    }

    /// How many mistakes of one file are told, so that a generated file cannot fill the memory with them.
    package static let maximumProblems = 1_000

    /// What the file holds; nil where that is not JSON.
    package let value: JSONValue?
    /// One line per mistake, in the order of the file where it has one.
    package private(set) var problems: [String] = []
    /// Where the file is, as shown in messages.
    private let path: String

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: Where it is.
    ///   - shape: What it is to hold, such as `an object {"name": ...}`.
    package init(bytes: [UInt8], path: String, shape: String) {
        self.path = path
        guard !bytes.isEmpty else {
            value = nil
            problems.append("\(Shown.path(path)): the file is empty; expected \(shape)")
            return
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            value = nil
            problems.append("\(Shown.path(path)):\(Self.invalidText(bytes, at: error.byteOffsets.lowerBound))")
            return
        }
        let (value, mistakes) = JSONReader.read(bytes)
        self.value = value
        for mistake in mistakes {
            problems.append("\(Shown.path(path)):\(mistake.line):\(mistake.column): \(mistake.text)")
        }
    }

    private static func invalidText(_ bytes: [UInt8], at offset: Int) -> String {
        var position = TextPosition()
        position.move(to: offset, in: bytes)
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        let byte = "0x" + String(bytes[offset], radix: 16, uppercase: true)
        return "\(position.line):\(position.column): expected UTF-8 text, found "
            + (isUTF16 ? "UTF-16" : "the byte \(byte)") + "; save the file as UTF-8"
    }

    /// Notes a mistake.
    ///
    /// - Parameters:
    ///   - jsonPath: Where it is, such as `$.events[2].text`.
    ///   - text: What was expected, and what was found.
    package mutating func note(_ jsonPath: String, _ text: String) {
        guard problems.count < Self.maximumProblems else {
            if problems.count == Self.maximumProblems {
                problems.append(
                    "\(Shown.path(path)): there are more mistakes; these are the first \(Self.maximumProblems)"
                )
            }
            return
        }
        problems.append("\(Shown.path(path)): \(jsonPath): \(text)")
    }

    // MARK: Values

    /// Takes an object apart, and checks its keys.
    ///
    /// - Parameters:
    ///   - value: What should be an object.
    ///   - jsonPath: Where it is.
    ///   - shape: What it should be, such as `a turn {"role": ..., "content": ...}`.
    ///   - keys: The keys that it has or may have.
    ///   - ignored: The keys that it may have besides, and that are not proposed.
    /// - Returns: The values of the keys, as far as they are there; nil when it is no object.
    package mutating func members(
        _ value: JSONValue,
        at jsonPath: String,
        shape: String,
        keys: [Key],
        ignored: [String] = []
    ) -> [String: JSONValue]? {
        guard case .object(let members) = value else {
            note(jsonPath, "expected \(shape), found \(Shown.value(value))")
            return nil
        }
        let names = keys.map(\.name)
        var values: [String: JSONValue] = [:]
        var misspelt: Set<String> = []
        for member in members where !ignored.contains(member.key) {
            let memberPath = jsonPath + Shown.subscripted(member.key)
            if !names.contains(member.key) {
                let nearest = Spelling.nearest(to: member.key, among: names)
                if let nearest { misspelt.insert(nearest) }
                let advice =
                    nearest.map { ", did you mean '\($0)'?" } ?? " (the keys here are \(names.joined(separator: ", ")))"
                note(memberPath, "unknown key \(Shown.text(member.key))" + advice)
            } else if values.updateValue(member.value, forKey: member.key) != nil {
                note(memberPath, "the key is there twice")
            }
        }
        for key in keys {
            // A misspelt key is one mistake, not two.
            guard let expected = key.expected, values[key.name] == nil, !misspelt.contains(key.name) else { continue }
            note("\(jsonPath).\(key.name)", "the key is missing; expected \(expected)")
        }
        return values
    }

    /// Takes a string.
    package mutating func string(_ value: JSONValue, at jsonPath: String) -> String? {
        guard case .string(let text) = value else {
            note(jsonPath, "expected a string, found \(Shown.value(value))")
            return nil
        }
        return text
    }

    /// Takes a string that is not empty.
    package mutating func nonEmptyString(_ value: JSONValue, at jsonPath: String) -> String? {
        guard case .string(let text) = value, !text.isEmpty else {
            note(jsonPath, "expected a non-empty string, found \(Shown.value(value))")
            return nil
        }
        return text
    }
}
