#if canImport(Glibc)
import Glibc
#endif

extension JSONScanner {
    /// The key of a node that stands in the text, if it is one.
    @inline(__always)
    static func key(
        _ start: UnsafeRawPointer,
        _ close: UnsafeRawPointer,
        hasEscapes: Bool,
        _ end: UnsafeRawPointer,
        of node: Node
    ) -> UnsafePointer<JSONPathTable.Key>? {
        if hasEscapes { return escapedKey(UnsafeRawBufferPointer(start: start, count: close - start), of: node) }
        let count = close - start
        let place = node.pointee.firstKeys[JSONPathTable.lengthIndex(count)]
        guard place > 0 else { return nil }
        var first: UInt64 = 0
        var last: UInt64 = 0
        if count >= 8 {
            first = JSONBytes.word(start)
            last = JSONBytes.word(close - 8)
        } else if end - start >= 8 {
            first = JSONBytes.word(start) & ((1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1)
        } else {
            for index in 0..<count { first |= UInt64(JSONBytes.byte(start + index)) &<< UInt64(index &* 8) }
        }
        var key = node.pointee.keys + (Int(place) &- 1)
        let keysEnd = node.pointee.keys + Int(node.pointee.keyCount)
        while key < keysEnd {
            if key.pointee.first == first, key.pointee.last == last, key.pointee.count == count,
                count <= 16 || memcmp(key.pointee.bytes, start, count) == 0
            {
                return key
            }
            // Behind the keys of this length are longer ones only.
            if key.pointee.count > count { return nil }
            key += 1
        }
        return nil
    }

    @inline(never)
    private static func escapedKey(
        _ name: UnsafeRawBufferPointer,
        of node: Node
    ) -> UnsafePointer<JSONPathTable.Key>? {
        for index in 0..<Int(node.pointee.keyCount) {
            let key = node.pointee.keys + index
            if isKey(name, key) { return key }
        }
        return nil
    }

    private static func isKey(_ name: UnsafeRawBufferPointer, _ key: UnsafePointer<JSONPathTable.Key>) -> Bool {
        JSONString.isEqual(name, to: UnsafeRawBufferPointer(start: key.pointee.bytes, count: key.pointee.count))
    }

    /// Whether a key is in the open object once more, behind a value that begins here; the text is known to be JSON.
    @inline(never)
    static func comesAgain(
        _ key: UnsafePointer<JSONPathTable.Key>,
        behind value: UnsafeRawPointer,
        _ end: UnsafeRawPointer
    ) -> Bool {
        var at = value
        var depth = 0
        var isBehindComma = false
        while at < end {
            switch JSONBytes.byte(at) {
            case JSONBytes.quote:
                guard let close = JSONBytes.stringEnd(at + 1, end).quote else { return false }
                let name = UnsafeRawBufferPointer(start: at + 1, count: close - at - 1)
                if depth == 0, isBehindComma, isKey(name, key) { return true }
                isBehindComma = false
                at = close
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return false }
                depth -= 1
            case UInt8(ascii: ","): isBehindComma = true
            default: break
            }
            at += 1
        }
        return false
    }
}
