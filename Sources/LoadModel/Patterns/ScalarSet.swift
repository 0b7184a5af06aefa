/// A set of Unicode scalars, as ranges.
struct ScalarSet: Equatable {
    /// Ranges that neither overlap nor touch, in rising order; surrogates are never in them.
    private(set) var ranges: [ClosedRange<UInt32>]

    init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged.flatMap { range in
            [(UInt32(0), UInt32(0xD7FF)), (0xE000, 0x10FFFF)].compactMap { first, last in
                let (low, high) = (max(range.lowerBound, first), min(range.upperBound, last))
                return low <= high ? low...high : nil
            }
        }
    }

    init(_ scalar: Unicode.Scalar) { self.init([scalar.value...scalar.value]) }

    private init(_ pieces: [ClosedRange<Unicode.Scalar>]) {
        self.init(pieces.map { $0.lowerBound.value...$0.upperBound.value })
    }

    static let digits = ScalarSet(["0"..."9"])
    /// ASCII letters, digits and `_`.
    static let wordCharacters = ScalarSet(["a"..."z", "A"..."Z", "0"..."9", "_"..."_"])
    /// The blank, and what ASCII has for line ends and tabs.
    static let blanks = ScalarSet([" "..." ", "\t"..."\r"])
    static let allButLineFeed = ScalarSet(["\n"..."\n"]).inverted

    /// All other scalars.
    var inverted: ScalarSet {
        var rest: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { rest.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { rest.append(next...0x10FFFF) }
        return ScalarSet(rest)
    }

    /// The set as what UTF-8 has for it: each sequence has a range for every byte, and they do not overlap.
    var sequences: [[ClosedRange<UInt8>]] { ranges.flatMap(Self.sequences) }

    private static func sequences(of range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        // A range whose ends have the same number of bytes, for each number.
        let lengths: [(UInt32, UInt32)] = [(0, 0x7F), (0x80, 0x7FF), (0x800, 0xFFFF), (0x10000, 0x10FFFF)]
        return lengths.enumerated().flatMap { index, limits -> [[ClosedRange<UInt8>]] in
            let (low, high) = (max(range.lowerBound, limits.0), min(range.upperBound, limits.1))
            return low <= high ? sequences(from: low, to: high, continuations: index) : []
        }
    }

    /// Those of scalars that all have the same number of bytes.
    private static func sequences(from low: UInt32, to high: UInt32, continuations: Int) -> [[ClosedRange<UInt8>]] {
        // Where the ends differ in a byte, those behind it have to have all values: what does not is cut off.
        for place in 0..<continuations {
            let rest = UInt32(1) << (6 * UInt32(place + 1)) - 1
            guard low & ~rest != high & ~rest else { continue }
            if low & rest != 0 {
                return sequences(from: low, to: low | rest, continuations: continuations)
                    + sequences(from: (low | rest) + 1, to: high, continuations: continuations)
            }
            if high & rest != rest {
                return sequences(from: low, to: (high & ~rest) - 1, continuations: continuations)
                    + sequences(from: high & ~rest, to: high, continuations: continuations)
            }
        }
        let (first, last) = (bytes(of: low, continuations), bytes(of: high, continuations))
        return [zip(first, last).map { $0...$1 }]
    }

    private static func bytes(of scalar: UInt32, _ continuations: Int) -> [UInt8] {
        guard continuations > 0 else { return [UInt8(truncatingIfNeeded: scalar)] }
        let mark: UInt8 = [0xC0, 0xE0, 0xF0][continuations - 1]
        let lead = mark | UInt8(truncatingIfNeeded: scalar >> (6 * UInt32(continuations)))
        return [lead]
            + (0..<continuations).reversed().map { place in
                0x80 | UInt8(truncatingIfNeeded: scalar >> (6 * UInt32(place))) & 0x3F
            }
    }
}
