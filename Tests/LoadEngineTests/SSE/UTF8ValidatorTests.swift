import LoadEngine
import Testing

@Suite struct UTF8ValidatorTests {
    private static func isValid(_ bytes: [UInt8]) -> Bool {
        var validator = UTF8Validator()
        return bytes.withUnsafeBytes { validator.accept($0) } && validator.isAtBoundary
    }

    @Test func acceptsEveryCharacter() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(scalar).utf8)
            if !Self.isValid(bytes) { Issue.record("U+\(String(value, radix: 16)) is refused") }
        }
    }

    @Test func agreesWithTheStandardLibraryOnAllShortSequences() {
        // The bounds of every range of the Unicode standard's table 3-7, and their neighbours.
        let bytes: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        var sequences: [[UInt8]] = [[]]
        for _ in 0..<4 {
            sequences = sequences.flatMap { sequence in bytes.map { sequence + [$0] } }
            for sequence in sequences
            where Self.isValid(sequence) != (String(validating: sequence, as: UTF8.self) != nil) {
                Issue.record("differs on \(sequence.map { String($0, radix: 16) })")
            }
        }
    }

    @Test func findsAWrongByteWhereverItIsInALongText() {
        for count in 1...40 {
            for position in 0..<count {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: count)
                #expect(Self.isValid(bytes))
                bytes[position] = 0xFF
                #expect(!Self.isValid(bytes))
            }
        }
    }
}
