import LoadEngine
import LoadModel
import Testing

@Suite struct SessionIDTests {
    private func text(of id: SessionID) -> String {
        String(unsafeUninitializedCapacity: SessionID.textCount) { buffer in
            buffer.baseAddress.map { id.write(to: $0) }
            return SessionID.textCount
        }
    }

    @Test func isWrittenAsAUUIDOfVersion4() {
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<1_000 {
            let text = text(of: SessionID(from: &random))
            let form = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
            #expect(text.wholeMatch(of: form) != nil, "\(text)")
        }
    }

    @Test func everyDigitIsAtItsPlace() {
        var random = SeededRandom(seed: 1)
        var id = SessionID(from: &random)
        id.high = 0x0123_4567_89AB_CDEF
        id.low = 0xFEDC_BA98_7654_3210
        #expect(text(of: id) == "01234567-89ab-cdef-fedc-ba9876543210")
    }

    @Test func writesNothingBehindItsText() {
        var random = SeededRandom(seed: 1)
        let id = SessionID(from: &random)
        var buffer = [UInt8](repeating: 0xA5, count: SessionID.textCount + 8)
        buffer.withUnsafeMutableBufferPointer { $0.baseAddress.map { id.write(to: $0) } }
        #expect(buffer[SessionID.textCount...].allSatisfy { $0 == 0xA5 })
    }

    @Test func isUniqueAndUsesAllBits() {
        var random = SeededRandom(seed: TestSeed.value)
        var seen: Set<[UInt64]> = []
        var (ones, zeros) = (SessionID(from: &random), SessionID(from: &random))
        for _ in 0..<100_000 {
            let id = SessionID(from: &random)
            seen.insert([id.high, id.low])
            ones.high |= id.high
            ones.low |= id.low
            zeros.high &= id.high
            zeros.low &= id.low
        }
        #expect(seen.count == 100_000)
        // Only the version and the variant are the same in all.
        #expect(ones.high == 0xFFFF_FFFF_FFFF_4FFF)
        #expect(zeros.high == 0x0000_0000_0000_4000)
        #expect(ones.low == 0xBFFF_FFFF_FFFF_FFFF)
        #expect(zeros.low == 0x8000_0000_0000_0000)
    }

    @Test func theSameSeedGivesTheSameIDs() {
        var (first, second, other) = (SeededRandom(seed: 7), SeededRandom(seed: 7), SeededRandom(seed: 8))
        let id = SessionID(from: &first)
        #expect(id == SessionID(from: &second))
        #expect(id != SessionID(from: &other))
    }

    @Test func theGeneratorIsSplitMix64() {
        // The published test vector of the algorithm.
        var random = SeededRandom(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in random.next() } == expected)
    }
}
