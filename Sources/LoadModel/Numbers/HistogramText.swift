internal import CZlib
import FoundationEssentials

/// The interchange format of HdrHistogram: V2, its counters in ZigZag LEB128, compressed by zlib, in base64.
///
/// It is what HdrHistogram's own tools read. Layout, all numbers big endian: cookie, length, and compressed a second
/// cookie, the length of the counters, the normalizing offset (0), the significant digits, the lowest and highest value
/// and the ratio of integer to double (1.0), then the counters: a negative one stands for that many zeros.
enum HistogramText {
    private static let cookie: UInt32 = 0x1C84_9313
    private static let compressedCookie: UInt32 = 0x1C84_9314
    private static let headCount = 40
    /// What a histogram of ours can take at most: nine bytes for each counter.
    private static let mostBytes = headCount + 9 * HistogramBuckets.counterCount

    /// Writes counters.
    static func encode(_ samples: some DurationSamples) -> String {
        var counters: [UInt8] = []
        var nextIndex = 0
        samples.forEachBucket { valueNs, count in
            let index = HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs))
            if index > nextIndex { appendZigZag(-Int64(index - nextIndex), to: &counters) }
            appendZigZag(Int64(clamping: count), to: &counters)
            nextIndex = index + 1
        }
        var payload: [UInt8] = []
        append(cookie, to: &payload)
        append(UInt32(counters.count), to: &payload)
        append(UInt32(0), to: &payload)
        append(UInt32(HistogramBuckets.significantDigits), to: &payload)
        append(HistogramBuckets.lowestNs, to: &payload)
        append(HistogramBuckets.highestNs, to: &payload)
        append((1.0).bitPattern, to: &payload)
        let compressed = compress(payload + counters)
        var bytes: [UInt8] = []
        append(compressedCookie, to: &bytes)
        append(UInt32(compressed.count), to: &bytes)
        return Data(bytes + compressed).base64EncodedString()
    }

    /// Reads counters.
    ///
    /// - Parameters:
    ///   - text: What `encode` wrote, here or in another program with the same range and precision.
    ///   - body: Called for every bucket with samples, in rising order, with its highest value and its count.
    /// - Returns: Whether the text was such a histogram; nothing that `body` was told counts when it was not.
    static func decode(_ text: String, _ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) -> Bool {
        guard let data = Data(base64Encoded: text) else { return false }
        var outer = Reader(bytes: Array(data))
        guard outer.read(UInt32.self) == compressedCookie, let length = outer.read(UInt32.self),
            outer.rest.count == Int(length), let payload = decompress(outer.rest)
        else { return false }
        var reader = Reader(bytes: payload)
        guard reader.read(UInt32.self) == cookie, let counterBytes = reader.read(UInt32.self),
            reader.read(UInt32.self) == 0, reader.read(UInt32.self) == UInt32(HistogramBuckets.significantDigits),
            reader.read(UInt64.self) == HistogramBuckets.lowestNs,
            reader.read(UInt64.self) == HistogramBuckets.highestNs, reader.read(UInt64.self) == (1.0).bitPattern,
            reader.rest.count == Int(counterBytes)
        else { return false }
        var index = 0
        while !reader.isAtEnd {
            guard let value = reader.readZigZag() else { return false }
            if value < 0 {
                guard value > -Int64(HistogramBuckets.counterCount) else { return false }
                index += Int(-value)
            } else {
                guard index < HistogramBuckets.counterCount else { return false }
                if value > 0 { body(HistogramBuckets.value(at: index), UInt64(value)) }
                index += 1
            }
        }
        return index <= HistogramBuckets.counterCount
    }

    // MARK: Bytes

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// The value's sign in the lowest bit, then seven bits a byte, the lowest first; a ninth byte holds eight.
    private static func appendZigZag(_ value: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        for _ in 0..<8 {
            guard rest >= 0x80 else { break }
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private struct Reader {
        let bytes: [UInt8]
        private var position = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { position == bytes.count }
        var rest: ArraySlice<UInt8> { bytes[position...] }

        mutating func read<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
            let width = Value.bitWidth / 8
            guard bytes.count - position >= width else { return nil }
            defer { position += width }
            return bytes[position..<position + width].reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
        }

        mutating func readZigZag() -> Int64? {
            var value: UInt64 = 0
            for place in 0..<9 {
                guard position < bytes.count else { return nil }
                let byte = bytes[position]
                position += 1
                let isLast = place == 8 || byte < 0x80
                value |= UInt64(place == 8 ? byte : byte & 0x7F) << UInt64(7 * place)
                if isLast { break }
            }
            return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
        }
    }

    // MARK: zlib

    private static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(length))
        let code = CZlib.compress(&result, &length, bytes, UInt(bytes.count))
        // There is room for the result: what else it can lack is memory for its own work.
        guard code == Z_OK else { OutOfMemory.end(byteCount: Int(length)) }
        return Array(result.prefix(Int(length)))
    }

    /// Nil when the bytes are not what `compress` made, or hold more than a histogram can.
    private static func decompress(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var length = UInt(mostBytes)
        var result = [UInt8](repeating: 0, count: mostBytes)
        let code = bytes.withUnsafeBufferPointer { uncompress(&result, &length, $0.baseAddress, UInt($0.count)) }
        return code == Z_OK ? Array(result.prefix(Int(length))) : nil
    }
}
