@testable import LoadModel

/// Small changes of a JSON value.
enum JSONMutation {
    private static let values: [JSONValue] = [
        .null, .boolean(true), .number("5"), .string(""), .string("$.x"), .string("{{x"), .array([]), .object([]),
    ]

    /// The texts of all values that differ from one in a single place.
    static func all(of value: JSONValue) -> [String] { changes(of: value).map(text) }

    private static func changes(of value: JSONValue) -> [JSONValue] {
        var changed = values.filter { $0 != value }
        switch value {
        case .object(let members):
            for (index, member) in members.enumerated() {
                func replaced(_ by: [JSONValue.Member]) -> JSONValue {
                    .object(members[..<index] + by + members[(index + 1)...])
                }
                changed.append(replaced([]))
                changed.append(replaced([JSONValue.Member(key: member.key + "x", value: member.value)]))
                changed += changes(of: member.value).map { replaced([JSONValue.Member(key: member.key, value: $0)]) }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                changed.append(.array(Array(elements[..<index] + elements[(index + 1)...])))
                changed += changes(of: element).map { .array(elements[..<index] + [$0] + elements[(index + 1)...]) }
            }
        case .string(let text): changed += [.string(text + "x"), .string(text + "}}"), .string(" " + text)]
        default: break
        }
        return changed
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .object(let members):
            "{" + members.map { "\(JSONValue.text(of: $0.key)):\(text($0.value))" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(text).joined(separator: ",") + "]"
        default: value.scalarText ?? ""
        }
    }
}
