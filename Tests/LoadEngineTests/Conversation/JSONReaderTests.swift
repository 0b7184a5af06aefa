import LoadEngine
import LoadModel
import Testing

@Suite struct JSONReaderTests {
    private func mistakes(_ text: String) -> [String] {
        JSONReader.read(Array(text.utf8)).mistakes.map { "\($0.line):\($0.column): \($0.text)" }
    }

    @Test(arguments: [
        ("{}", JSONValue.object([])), ("[]", .array([])), ("[1,]", .array([.number("1")])),
        (#"{"a": "b",}"#, .object([JSONValue.Member(key: "a", value: .string("b"))])),
        (#"{"a": 1, "a": 2}"#, .object([.init(key: "a", value: .number("1")), .init(key: "a", value: .number("2"))])),
        ("[true, false, null]", .array([.boolean(true), .boolean(false), .null])),
        (
            "[0, -0, 10, -1.50, 1e5, 1E+5, 2.5e-3]",
            .array(["0", "-0", "10", "-1.50", "1e5", "1E+5", "2.5e-3"].map { .number($0) })
        ),
        (
            "[01, -, 1., .1, 1e, 1e+, --1, 1.2.3, True]",
            .array(["01", "-", "1.", ".1", "1e", "1e+", "--1", "1.2.3", "True"].map { .word($0) })
        ),
        ("/**/ [ /* a\n * / */ 1 // x\r, // y\r\n 2 ] /* **/ //", .array([.number("1"), .number("2")])),
        (#""\ud83d\ude00 \u0000 \u00e9""#, .string("😀 \0 é")),
        ("\u{FEFF}5", .number("5")),
    ])
    func readsJSONWithComments(_ text: String, _ expected: JSONValue) {
        let (value, mistakes) = JSONReader.read(Array(text.utf8))
        #expect(value == expected)
        #expect(mistakes.isEmpty)
    }

    @Test(arguments: [
        ("", "1:1: expected a value, found the end of the file"),
        ("{\n  \"a\": 1\n  \"b\": 2\n}", "3:3: expected ',' or '}', found '\"'"),
        ("{\n  \"a\" 1}", "2:7: expected ':' after the key, found '1'"),
        ("{\"a\": }", "1:7: expected a value, found '}'"),
        ("{a: 1}", "1:2: expected a key in double quotes or '}', found 'a'"),
        ("{'a': 1}", "1:2: expected a key in double quotes or '}', found '''"),
        ("{\"a\": 1,, }", "1:9: expected a key in double quotes, found ','"),
        ("[1,,2]", "1:4: expected a value, found ','"),
        ("[,]", "1:2: expected a value, found ','"),
        ("[1 2]", "1:4: expected ',' or ']', found '2'"),
        ("[1}", "1:3: expected ',' or ']', found '}'"),
        ("[\n\n1,", "3:3: expected a value, found the end of the file"),
        ("[\n\n1", "3:2: expected ',' or ']', found the end of the file (the '[' of line 1 is still open)"),
        ("{} x", "1:4: expected the end of the file, found 'x'"),
        ("{}{}", "1:3: expected the end of the file, found '{'"),
        ("/ 1", "1:1: expected a value, found '/'"),
        ("# 1", "1:1: expected a value, found '#'"),
        ("1 /* 2\n3", "1:3: the comment that begins here has no end ('*/')"),
        ("/*/", "1:1: the comment that begins here has no end ('*/')"),
        ("[“a”]", "1:2: expected a value, found '“' (U+201C)"),
        ("[\u{A0}1]", "1:2: expected a value, found '\u{A0}' (U+00A0)"),
        ("[\u{1B}]", "1:2: expected a value, found the control character U+001B"),
        // Columns are counted in characters, lines by all three line ends.
        ("[\"é😀\", x y]", "1:10: expected ',' or ']', found 'y'"),
        ("[\r\n\r\n\r\r1 2]", "5:3: expected ',' or ']', found '2'"),
        (
            "{\"a\": \"b\n\"}",
            "1:7: the string that begins here has no closing '\"' on its line (a line end in a string is written \\n)"
        ),
        (
            "{\"a",
            "1:2: the string that begins here has no closing '\"' on its line (a line end in a string is written \\n)"
        ),
        (
            "\"\\",
            "1:1: the string that begins here has no closing '\"' on its line (a line end in a string is written \\n)"
        ),
    ])
    func tellsWhereATextStopsToBeJSON(_ text: String, _ expected: String) {
        #expect(mistakes(text).last == expected)
        #expect(JSONReader.read(Array(text.utf8)).value == nil)
    }

    @Test(arguments: [
        (#"["\ud800"]"#, #"1:3: \ud800 is half of a surrogate pair; both halves are needed, such as \ud83d\ude00"#),
        (#"["\udc00"]"#, #"1:3: \udc00 is half of a surrogate pair; both halves are needed, such as \ud83d\ude00"#),
        (#"["x\ud83dx"]"#, #"1:4: \ud83d is half of a surrogate pair; both halves are needed, such as \ud83d\ude00"#),
        (#"["\ud83d\n"]"#, #"1:3: \ud83d is half of a surrogate pair; both halves are needed, such as \ud83d\ude00"#),
        (
            #"["\ud83d\u0041"]"#,
            #"1:3: \ud83d is half of a surrogate pair; both halves are needed, such as \ud83d\ude00"#
        ),
        (#"["\u12"]"#, #"1:3: \u is not followed by four hexadecimal digits"#),
        (#"["\u12g4"]"#, #"1:3: \u is not followed by four hexadecimal digits"#),
        (#"["\u+123"]"#, #"1:3: \u is not followed by four hexadecimal digits"#),
        (#"["\x41"]"#, #"1:3: the escape sequence \x is none of \" \\ \/ \b \f \n \r \t \u"#),
        (#"["\'"]"#, #"1:3: the escape sequence \' is none of \" \\ \/ \b \f \n \r \t \u"#),
        ("[\"\\é\"]", "1:3: the escape sequence is cut off"),
        ("[\"\t\"]", #"1:3: expected \t in a string, found the control character U+0009"#),
        ("[\"\u{1}\"]", #"1:3: expected \u0001 in a string, found the control character U+0001"#),
    ])
    func tellsAWrongCharacterInAStringAndReadsOn(_ text: String, _ expected: String) {
        #expect(mistakes(text) == [expected])
        #expect(JSONReader.read(Array(text.utf8)).value != nil)
    }

    @Test func tellsTheMistakesOfAllStrings() {
        let found = mistakes("[\"\\q\",\n\"\\ud83d\\ud83d\", \"\t\",\n 1 2]")
        #expect(found.map { $0.prefix(4) } == ["1:3:", "2:2:", "2:8:", "2:18", "3:4:"])
    }

    @Test func stopsAfterAHundredMistakes() {
        let found = mistakes("[\"" + String(repeating: "\t", count: 1_000_000) + "\"]")
        #expect(found.count == 100)
        #expect(found.last?.hasSuffix("; too many mistakes, reading stops here") == true)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func deepNestingIsAMistakeAndNoCrash(_ opening: String) {
        let found = mistakes(String(repeating: opening, count: 1_000_000))
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("objects and arrays are nested more than 64 levels deep") == true)
        let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(mistakes(allowed).isEmpty)
    }

    @Test func neverCrashesOnRandomText() {
        let alphabet = [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "d83d", "\\ude00", "/", "*", "//", "\n", "1", "-", "e",
            "é", "\"a\"", " ",
        ]
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &random)
            let text = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
            let (value, mistakes) = JSONReader.read(Array(text.utf8))
            if value == nil, mistakes.isEmpty { Issue.record("no word about \(text.debugDescription)") }
        }
    }
}
