@testable import LoadEngine
@testable import LoadModel

/// Changes a JSON value in one to three places, by chance that repeats itself.
struct SummaryMutation {
    var random: SeededRandom

    private static let numbers = [
        "-1", "0", "1", "2", "1.5", "-0.0", "1e-300", "1e308", "-1e308", "1e400", "4294967295", "4294967296",
        "9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "1e12", "1e15", "1e18", "3.6e12", "1e9", "100000",
    ]
    private static let values: [JSONValue] = [
        .null, .boolean(true), .string(""), .string("x"), .array([]), .object([]), .word("NaN"), .word("Infinity"),
        .string("1 2 3"), .string("5 4294967295 6 4294967295"), .string("4294967296"), .string("23 1"),
        .string(String(repeating: "9 ", count: 300)), .string("9999-99-99T99:99:99Z"),
        .string("\u{1B}[31m\u{7}\u{202E}"),
    ]

    /// The changed value as text.
    mutating func text(of original: JSONValue) -> String {
        var value = original
        for _ in 0...Int(random.next() % 3) {
            var place = Int(random.next() % UInt64(Self.count(value)))
            value = changed(value, at: &place, in: original)
        }
        return Self.json(value)
    }

    /// How many values there are, with those within.
    private static func count(_ value: JSONValue) -> Int {
        switch value {
        case .object(let members): members.reduce(1) { $0 + count($1.value) }
        case .array(let elements): elements.reduce(1) { $0 + count($1) }
        default: 1
        }
    }

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(max(count, 1))) }

    private mutating func changed(_ value: JSONValue, at place: inout Int, in whole: JSONValue) -> JSONValue {
        if place == 0 {
            place = -1
            return mutated(value, in: whole)
        }
        place -= 1
        switch value {
        case .object(let members):
            var all: [JSONValue.Member] = []
            for member in members {
                let new = place >= 0 ? changed(member.value, at: &place, in: whole) : member.value
                all.append(JSONValue.Member(key: member.key, value: new))
            }
            return .object(all)
        case .array(let elements):
            var all: [JSONValue] = []
            for element in elements { all.append(place >= 0 ? changed(element, at: &place, in: whole) : element) }
            return .array(all)
        default: return value
        }
    }

    private mutating func mutated(_ value: JSONValue, in whole: JSONValue) -> JSONValue {
        if pick(8) == 0 { return Self.values[pick(Self.values.count)] }
        if pick(12) == 0 { return .number(Self.numbers[pick(Self.numbers.count)]) }
        switch value {
        case .number(let text): return .number(number(text))
        case .string(let text): return .string(string(text, in: whole))
        case .object(let members): return .object(changedMembers(members))
        case .array(let elements): return .array(changedElements(elements))
        case .boolean(let isTrue): return .boolean(!isTrue)
        case .null, .word: return .number("1")
        }
    }

    private mutating func number(_ text: String) -> String {
        guard pick(2) == 0, let number = Double(text) else { return Self.numbers[pick(Self.numbers.count)] }
        return switch pick(4) {
        case 0: "\((number + 1).fixed(0))"
        case 1: "\(number * 1e3)"
        case 2: "\(number / 1e3)"
        default: "-\(text)"
        }
    }

    /// With other characters, or another string of the same summary: a histogram of something else.
    private mutating func string(_ text: String, in whole: JSONValue) -> String {
        let all = Self.strings(whole)
        if pick(3) == 0 { return all[pick(all.count)] }
        var characters = Array(text)
        guard !characters.isEmpty else { return "x" }
        switch pick(3) {
        case 0: characters[pick(characters.count)] = Array("0A9+z ")[pick(6)]
        case 1: characters.removeLast(pick(characters.count) + 1)
        default: characters += characters
        }
        return String(characters)
    }

    private static func strings(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members): members.flatMap { strings($0.value) }
        case .array(let elements): elements.flatMap(strings)
        case .string(let text): [text]
        default: []
        }
    }

    private mutating func changedMembers(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        var members = members
        guard !members.isEmpty else { return [JSONValue.Member(key: "x", value: .null)] }
        let (index, other) = (pick(members.count), pick(members.count))
        switch pick(4) {
        case 0: members.remove(at: index)
        case 1: members[index] = JSONValue.Member(key: members[index].key + "x", value: members[index].value)
        case 2: members[index] = JSONValue.Member(key: members[index].key, value: members[other].value)
        default: members.append(JSONValue.Member(key: "new", value: members[index].value))
        }
        return members
    }

    private mutating func changedElements(_ elements: [JSONValue]) -> [JSONValue] {
        var elements = elements
        guard !elements.isEmpty else { return [.null] }
        let index = pick(elements.count)
        switch pick(4) {
        case 0: elements.remove(at: index)
        case 1: elements.append(elements[index])
        case 2: elements.swapAt(index, pick(elements.count))
        default: elements = Array(repeating: elements[index], count: 600)
        }
        return elements
    }

    /// JSON of a value; its words as they are.
    static func json(_ value: JSONValue) -> String {
        switch value {
        case .object(let members):
            "{" + members.map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(json).joined(separator: ",") + "]"
        case .string(let text): quoted(text)
        case .number(let text), .word(let text): text
        case .boolean(let isTrue): isTrue ? "true" : "false"
        case .null: "null"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case ..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
