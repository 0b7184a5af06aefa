/// A value as MessagePack has it, as far as Locust's messages use it.
package enum PackValue: Sendable, Equatable {
    /// A member of a map, whose key may be anything.
    package struct Member: Sendable, Equatable {
        package let key: PackValue
        package let value: PackValue

        package init(_ key: PackValue, _ value: PackValue) {
            self.key = key
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case int(Int64)
    /// A whole number that `int` cannot have.
    case large(UInt64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    case array([PackValue])
    case map([Member])

    /// A map whose keys are texts, in this order.
    package static func object(_ members: KeyValuePairs<String, PackValue>) -> PackValue {
        .map(members.map { Member(.text($0.key), $0.value) })
    }

    /// A count.
    package static func count(_ count: UInt64) -> PackValue {
        Int64(exactly: count).map(PackValue.int) ?? .large(count)
    }

    /// A number that is written without a fraction where it has none, as Python writes sums of whole numbers.
    package static func number(_ number: Double) -> PackValue {
        Int64(exactly: number).map(PackValue.int) ?? .double(number)
    }

    /// The member of a map with a text as its key; nil without one, and of what is no map.
    package subscript(key: String) -> PackValue? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == .text(key) }?.value
    }

    /// The text that it is.
    package var asText: String? { if case .text(let text) = self { text } else { nil } }

    /// The whole number that it is.
    package var asInt: Int? { if case .int(let number) = self { Int(exactly: number) } else { nil } }

    /// The number that it is, whole or not; only a finite one.
    package var asDouble: Double? {
        switch self {
        case .int(let number): Double(number)
        case .large(let number): Double(number)
        case .double(let number): number.isFinite ? number : nil
        default: nil
        }
    }
}
