/// Whole numbers that are written as one text, such as "3 0 17": as a JSON array each would have a line of its own.
///
/// Zeros take no memory: of 20,000 conversations few have turns that end within one second.
public struct CountList: Codable, Sendable, Equatable {
    private var length: Int
    /// Where the numbers are that are not 0, in rising order, and the numbers.
    private var indices: [UInt32] = []
    private var counts: [UInt32] = []

    /// Makes a list.
    ///
    /// - Parameter values: The numbers.
    public init(_ values: [UInt32] = []) {
        self.init(zeros: values.count)
        for (index, value) in values.enumerated() where value > 0 { append(value, at: index) }
    }

    /// Makes a list of zeros.
    init(zeros length: Int) { self.length = length }

    /// The numbers.
    public var values: [UInt32] {
        get {
            var values = [UInt32](repeating: 0, count: length)
            for (index, count) in zip(indices, counts) { values[Int(index)] = count }
            return values
        }
        set { self = CountList(newValue) }
    }

    /// A number; 0 behind the last.
    package subscript(index: Int) -> UInt32 {
        let wanted = UInt32(clamping: index)
        var (low, high) = (0, indices.count)
        while low < high {
            let middle = (low + high) / 2
            if indices[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < indices.count && indices[low] == wanted ? counts[low] : 0
    }

    /// Adds to a number; all behind it are 0.
    mutating func append(_ count: UInt32, at index: Int) {
        guard count > 0 else { return }
        if indices.last == UInt32(index) {
            counts[counts.count - 1] = Self.sum(counts[counts.count - 1], count)
        } else {
            indices.append(UInt32(index))
            counts.append(count)
        }
    }

    /// The sums of two lists, number by number; the shorter one goes on with zeros.
    static func sum(_ left: CountList, _ right: CountList) -> CountList {
        var sum = CountList(zeros: max(left.length, right.length))
        var (mine, others) = (0, 0)
        while mine < left.indices.count || others < right.indices.count {
            let isMine =
                others >= right.indices.count
                || mine < left.indices.count && left.indices[mine] <= right.indices[others]
            if isMine {
                sum.append(left.counts[mine], at: Int(left.indices[mine]))
                mine += 1
            } else {
                sum.append(right.counts[others], at: Int(right.indices[others]))
                others += 1
            }
        }
        return sum
    }

    private static func sum(_ left: UInt32, _ right: UInt32) -> UInt32 {
        UInt32(clamping: UInt64(left) + UInt64(right))
    }

    /// Reads the text.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws, and `DecodingError` for a text with anything but whole numbers.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self.init(zeros: 0)
        for part in text.utf8.split(separator: UInt8(ascii: " ")) {
            guard let value = UInt32(Substring(part)) else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "expected whole numbers up to \(UInt32.max), found '\(Substring(part))'"
                    )
                )
            }
            append(value, at: length)
            length += 1
        }
    }

    /// Writes the text.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var text: [UInt8] = []
        var next = 0
        for index in 0..<length {
            if index > 0 { text.append(UInt8(ascii: " ")) }
            if next < indices.count, indices[next] == UInt32(index) {
                text += "\(counts[next])".utf8
                next += 1
            } else {
                text.append(UInt8(ascii: "0"))
            }
        }
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: text, as: UTF8.self))
    }
}
