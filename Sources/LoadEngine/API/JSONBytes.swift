/// Steps over the parts of a JSON text: 16 bytes, or 8, at a time, and never past its end.
///
/// Plain functions of addresses, so that a walk keeps all it has in registers.
enum JSONBytes {
    static var quote: UInt8 { UInt8(ascii: "\"") }
    static var backslash: UInt8 { UInt8(ascii: "\\") }

    @inline(__always)
    static func byte(_ at: UnsafeRawPointer) -> UInt8 { at.load(as: UInt8.self) }

    /// Eight bytes, the first of them the lowest.
    @inline(__always)
    static func word(_ at: UnsafeRawPointer) -> UInt64 { UInt64(littleEndian: at.loadUnaligned(as: UInt64.self)) }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    // MARK: Blanks

    /// The next byte that is no blank; there must be one.
    @inline(__always)
    static func afterBlanks(_ at: UnsafeRawPointer) -> UnsafeRawPointer {
        guard byte(at) <= 0x20 else { return at }
        // Most servers write no blanks, most others one behind each comma and colon.
        guard byte(at) == 0x20, byte(at + 1) > 0x20 else { return afterManyBlanks(at) }
        return at + 1
    }

    @inline(never)
    private static func afterManyBlanks(_ start: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = start
        while isBlank(byte(at)) { at += 1 }
        return at
    }

    // MARK: Strings

    /// Where a string ends.
    struct StringEnd {
        /// Its last quote; nil where there is none, or before it something that may not be in a string.
        let quote: UnsafeRawPointer?
        let hasEscapes: Bool

        @inline(__always)
        init(_ quote: UnsafeRawPointer?, hasEscapes: Bool) {
            self.quote = quote
            self.hasEscapes = hasEscapes
        }
    }

    /// Where a string ends.
    ///
    /// - Parameters:
    ///   - start: Its first byte, behind the quote.
    ///   - end: The end of the text.
    /// - Returns: The quote behind it, if the string is one.
    @inline(__always)
    static func stringEnd(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> StringEnd {
        // Nearly all keys and most values are that short.
        guard end - start >= 16 else { return shortStringEnd(start, end, hasEscapes: false) }
        let found = halves(specials(vector(start)))
        guard found.low | found.high != 0 else { return longStringEnd(start + 16, end) }
        let at = start + firstIndex(found)
        return byte(at) == quote ? StringEnd(at, hasEscapes: false) : longStringEnd(at, end)
    }

    @inline(never)
    private static func longStringEnd(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> StringEnd {
        var at = start
        var hasEscapes = false
        blocks: while end - at >= 16 {
            // A bit for each byte that means something, in the next 32 or 16.
            let first = specials(vector(at))
            var mask: UInt64
            var width = 16
            if end - at >= 32 {
                let second = specials(vector(at + 16))
                let any = halves(first | second)
                guard any.low | any.high != 0 else {
                    at += 32
                    continue
                }
                mask = bits(first) | bits(second) &<< 16
                width = 32
            } else {
                mask = bits(first)
            }
            while mask != 0 {
                let place = at + mask.trailingZeroBitCount
                if byte(place) == quote { return StringEnd(place, hasEscapes: hasEscapes) }
                guard byte(place) == backslash, let next = afterEscape(place, end) else {
                    return StringEnd(nil, hasEscapes: hasEscapes)
                }
                hasEscapes = true
                guard next - at < width else {
                    at = next
                    continue blocks
                }
                mask &= UInt64.max &<< UInt64(truncatingIfNeeded: next - at)
            }
            at += width
        }
        return shortStringEnd(at, end, hasEscapes: hasEscapes)
    }

    /// Where a string ends that begins less than 16 bytes before the text's end.
    @inline(never)
    private static func shortStringEnd(
        _ start: UnsafeRawPointer,
        _ end: UnsafeRawPointer,
        hasEscapes: Bool
    ) -> StringEnd {
        var at = start
        var hasEscapes = hasEscapes
        while at < end, byte(at) >= 0x20 {
            if byte(at) == quote { return StringEnd(at, hasEscapes: hasEscapes) }
            if byte(at) == backslash {
                guard let next = afterEscape(at, end) else { break }
                hasEscapes = true
                at = next
            } else {
                at += 1
            }
        }
        return StringEnd(nil, hasEscapes: hasEscapes)
    }

    /// The byte behind an escape; nil for what is none.
    @inline(__always)
    private static func afterEscape(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UnsafeRawPointer? {
        guard end - start >= 2 else { return nil }
        let letter = byte(start + 1)
        if isEscape(letter) { return start + 2 }
        guard letter == UInt8(ascii: "u"), end - start >= 6, isHexadecimal(start + 2), isHexadecimal(start + 3),
            isHexadecimal(start + 4), isHexadecimal(start + 5)
        else { return nil }
        return start + 6
    }

    /// Whether a letter behind a backslash is one of `"/\bfnrt`, by a bit for each of 64 characters.
    @inline(__always)
    private static func isEscape(_ letter: UInt8) -> Bool {
        // " and / below 64; \, b, f, n, r and t from there on.
        let low: UInt64 = 1 << 0x22 | 1 << 0x2F
        let high: UInt64 = 1 << 0x1C | 1 << 0x22 | 1 << 0x26 | 1 << 0x2E | 1 << 0x32 | 1 << 0x34
        let bits = letter & 0x40 == 0 ? low : high
        return letter < 0x80 && bits &>> UInt64(letter) & 1 != 0
    }

    @inline(__always)
    private static func isHexadecimal(_ at: UnsafeRawPointer) -> Bool {
        let digit = byte(at)
        return digit &- UInt8(ascii: "0") < 10 || (digit | 0x20) &- UInt8(ascii: "a") < 6
    }

    @inline(__always)
    private static func vector(_ at: UnsafeRawPointer) -> SIMD16<UInt8> { at.loadUnaligned(as: SIMD16<UInt8>.self) }

    /// All bits in the place of each quote, backslash and control character.
    ///
    /// Each step has its type, without which the operators are those that go from byte to byte.
    @inline(__always)
    private static func specials(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let quotes: SIMDMask<SIMD16<Int8>> = bytes .== SIMD16<UInt8>(repeating: quote)
        let backslashes: SIMDMask<SIMD16<Int8>> = bytes .== SIMD16<UInt8>(repeating: backslash)
        let controls: SIMDMask<SIMD16<Int8>> = bytes .< SIMD16<UInt8>(repeating: 0x20)
        let all: SIMDMask<SIMD16<Int8>> = quotes .| backslashes .| controls
        return unsafeBitCast(all, to: SIMD16<UInt8>.self)
    }

    /// A bit for each of 16 bytes that are 0 or have all bits, the first one lowest.
    @inline(__always)
    private static func bits(_ bytes: SIMD16<UInt8>) -> UInt64 {
        let (low, high) = halves(bytes)
        return bits(low) | bits(high) &<< 8
    }

    @inline(__always)
    private static func bits(_ bytes: UInt64) -> UInt64 {
        // One bit of each byte, which the product puts beside one another in its highest byte.
        ((bytes & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) &>> 56
    }

    @inline(__always)
    private static func firstIndex(_ found: (low: UInt64, high: UInt64)) -> Int {
        found.low != 0
            ? found.low.trailingZeroBitCount &>> 3 : 8 &+ found.high.trailingZeroBitCount &>> 3
    }

    /// The first 8 bytes and the others, each with its first byte lowest.
    @inline(__always)
    private static func halves(_ bytes: SIMD16<UInt8>) -> (low: UInt64, high: UInt64) {
        let words = unsafeBitCast(bytes, to: SIMD2<UInt64>.self)
        return (UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]))
    }

    @inline(__always)
    static func hasBackslash(_ word: UInt64) -> Bool {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let backslashes = word ^ (ones &* UInt64(backslash))
        return (backslashes &- ones) & ~backslashes & highs != 0
    }

    // MARK: Comparing

    /// How many bytes are the same at two places, up to a count.
    @inline(__always)
    static func sameCount(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Int {
        var index = 0
        while count &- index >= 32 {
            let first = vector(one + index) ^ vector(other + index)
            let second = vector(one + index + 16) ^ vector(other + index + 16)
            let any = halves(first | second)
            guard any.low | any.high == 0 else { break }
            index &+= 32
        }
        while count &- index >= 16 {
            let differences = halves(vector(one + index) ^ vector(other + index))
            if differences.low | differences.high != 0 { return index &+ firstIndex(differences) }
            index &+= 16
        }
        while index < count, byte(one + index) == byte(other + index) { index &+= 1 }
        return index
    }

    // MARK: Numbers and words

    /// The byte behind a number: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`; nil for what is none.
    @inline(__always)
    static func numberEnd(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UnsafeRawPointer? {
        var at = start
        if byte(at) == UInt8(ascii: "-") { at += 1 }
        let whole = at
        at = afterDigits(at, end)
        // No digit, or a zero before others.
        guard at > whole, byte(whole) != UInt8(ascii: "0") || at - whole == 1 else { return nil }
        guard at < end, byte(at) == UInt8(ascii: ".") || byte(at) | 0x20 == UInt8(ascii: "e") else { return at }
        return fractionEnd(at, end)
    }

    @inline(never)
    private static func fractionEnd(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UnsafeRawPointer? {
        var at = start
        if byte(at) == UInt8(ascii: ".") {
            let digits = at + 1
            at = afterDigits(digits, end)
            guard at > digits else { return nil }
        }
        guard at < end, byte(at) | 0x20 == UInt8(ascii: "e") else { return at }
        at += 1
        if at < end, byte(at) == UInt8(ascii: "+") || byte(at) == UInt8(ascii: "-") { at += 1 }
        let digits = at
        at = afterDigits(digits, end)
        return at > digits ? at : nil
    }

    @inline(__always)
    private static func afterDigits(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = start
        while end - at >= 8 {
            // Digits become 0 to 9; the first other byte gets its high bit.
            let digits = word(at) ^ 0x3030_3030_3030_3030
            let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
            guard others == 0 else { return at + others.trailingZeroBitCount &>> 3 }
            at += 8
        }
        while at < end, byte(at) &- UInt8(ascii: "0") < 10 { at += 1 }
        return at
    }

    /// Whether the next four bytes are a word's.
    @inline(__always)
    static func isWord(_ word: UInt32, _ at: UnsafeRawPointer, _ end: UnsafeRawPointer) -> Bool {
        end - at >= 4 && at.loadUnaligned(as: UInt32.self) == UInt32(littleEndian: word)
    }

    // The letters of words as one number, the first letter its lowest byte; `alse` is behind the first letter of `false`.
    static var null: UInt32 { 0x6C6C_756E }
    static var `true`: UInt32 { 0x6575_7274 }
    static var alse: UInt32 { 0x6573_6C61 }
}
