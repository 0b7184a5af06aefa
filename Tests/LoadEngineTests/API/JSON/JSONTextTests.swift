import Testing

@testable import LoadEngine

@Suite("The text of a JSON string that broke off")
struct JSONTextTests {
    @Test(
        "has no half of a character at its end",
        arguments: [
            (#"a\ud83d"#, #"a"#), (#"\uDBFF"#, ""), (#"a\ud83d\ude00"#, #"a\ud83d\ude00"#), (#"\\ud83d"#, #"\\ud83d"#),
            (#"\\\ud83d"#, #"\\"#), (#"\u00e9"#, #"\u00e9"#), ("", ""), ("ud83d", "ud83d"), (#"é😀"#, #"é😀"#),
        ]
    )
    func half(text: String, whole: String) {
        Array(text.utf8).withUnsafeBytes { bytes in
            #expect(String(decoding: bytes.prefix(JSONText.wholeCount(bytes)), as: UTF8.self) == whole)
        }
    }
}
