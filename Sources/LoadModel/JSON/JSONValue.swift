/// A JSON value as it is written in a file.
package enum JSONValue: Equatable, Sendable {
    /// The members in the order of the file; a key may be there twice.
    case object([Member])
    case array([JSONValue])
    case string(String)
    /// A number, as it is written.
    case number(String)
    case boolean(Bool)
    case null
    /// A bare word that JSON does not know, such as NaN or a text without its quotes.
    case word(String)

    /// One key of an object, with its value.
    package struct Member: Equatable, Sendable {
        package let key: String
        package let value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Whether a word is a number: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`.
    static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
        var rest = word
        func takeDigits() -> Int {
            let count = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take("-")
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = takeDigits()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if take("."), takeDigits() == 0 { return false }
        if take("eE") {
            _ = take("+-")
            if takeDigits() == 0 { return false }
        }
        return rest.isEmpty
    }
}
