import LoadEngine
import TestSupport
import Testing

/// What is said about the content of one file.
@Suite struct ConversationFileTests {
    /// The problems of a file, without its name.
    private func problems(of bytes: some Sequence<UInt8>) throws -> [String] {
        let problems = try DataFolder("a.json", bytes).problems()
        for problem in problems {
            #expect(problem.hasPrefix("a.json:"))
            #expect(!problem.contains { $0.isNewline })
        }
        return problems.map { String($0.dropFirst("a.json:".count).trimmingPrefix(" ")) }
    }

    private func problems(_ text: String) throws -> [String] { try problems(of: text.utf8) }

    private static let turn = #"[{"role": "user", "content": "Hi"}]"#

    @Test("a result that has got among the conversations is one mistake, and named as what it is")
    func resultsAreNoConversations() throws {
        var run = SampleRun()
        run.playAll()
        #expect(
            try problems(of: run.summary(3).json())
                == ["$: expected a conversation, found a result of --summary; move it out of the folder of --data"]
        )
    }

    // MARK: Values

    @Test(arguments: [
        ("-1", "-1"), ("1.5", "1.5"), ("25.0", "25.0"), ("1e30", "1e30"), ("1e400", "1e400"), ("1e-400", "1e-400"),
        ("1000000001", "1000000001"), ("99999999999999999999", "99999999999999999999"), ("\"25\"", "the string \"25\""),
        ("true", "true"), ("null", "null"), ("[1]", "an array"), ("{}", "an object"),
        ("NaN", "NaN without quotes"), ("Infinity", "Infinity without quotes"),
        ("-Infinity", "-Infinity without quotes"),
        ("0x10", "0x10 without quotes"), ("+5", "+5 without quotes"), ("007", "007 without quotes"),
        (".5", ".5 without quotes"), ("5.", "5. without quotes"), ("1_000", "1_000 without quotes"),
        (String(repeating: "9", count: 5000), String(repeating: "9", count: 60) + "…"),
    ])
    func invocationsAreAWholeNumber(_ written: String, _ found: String) throws {
        let text = #"{"name": "a", "invocations": \#(written), "conversation": \#(Self.turn)}"#
        #expect(try problems(text) == ["$.invocations: expected a whole number from 0 to 1000000000, found \(found)"])
    }

    @Test(arguments: ["1", "25", "1000000000"])
    func invocationsMayBeUpToABillion(_ written: String) throws {
        let text = #"{"name": "a", "invocations": \#(written), "conversation": \#(Self.turn)}"#
        #expect(try DataFolder("a.json", text.utf8).load().map(\.invocations) == [Int(written)])
    }

    @Test(arguments: [
        (#""""#, "expected a non-empty string, found an empty string"),
        ("5", "expected a non-empty string, found 5"),
        ("chat", "expected a non-empty string, found chat without quotes"),
        (#""a\u0007b""#, "expected a name without control characters, found U+0007"),
        (#""a\nb""#, "expected a name without control characters, found U+000A"),
        (#""a\u0000""#, "expected a name without control characters, found U+0000"),
        (#""a\u007f""#, "expected a name without control characters, found U+007F"),
        (#""a\u2028""#, "expected a name without control characters, found U+2028"),
        ("\"\(String(repeating: "é", count: 201))\"", "expected at most 200 characters, found 201"),
    ])
    func aNameIsShortPlainText(_ written: String, _ message: String) throws {
        let text = #"{"name": \#(written), "invocations": 1, "conversation": \#(Self.turn)}"#
        #expect(try problems(text) == ["$.name: \(message)"])
    }

    @Test(arguments: ["x", "Aggregated", "Größe 日本 😀 \"quoted\" \\ /", String(repeating: "é", count: 200)])
    func aNameMayBeAnyOtherText(_ name: String) throws {
        let written = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        #expect(try DataFolder("a.json", DataFolder.text(name: written).utf8).load().map(\.name) == [name])
    }

    @Test(arguments: [
        (
            "[]",
            [
                "$.conversation: expected a non-empty array of turns {\"role\": ..., \"content\": ...}, found an empty array"
            ]
        ),
        (
            "{}",
            ["$.conversation: expected a non-empty array of turns {\"role\": ..., \"content\": ...}, found an object"]
        ),
        (
            #""Hi""#,
            [
                "$.conversation: expected a non-empty array of turns {\"role\": ..., \"content\": ...}, found the string \"Hi\""
            ]
        ),
        (
            #"["Hi", 5]"#,
            [
                "$.conversation[0]: expected a turn {\"role\": ..., \"content\": ...}, found the string \"Hi\"",
                "$.conversation[1]: expected a turn {\"role\": ..., \"content\": ...}, found 5",
            ]
        ),
        (
            #"[{"role": "user", "content": "Hi"}, {"role": "", "content": null}, {"role": ["x"], "content": 5}]"#,
            [
                "$.conversation[1].role: expected a non-empty string, found an empty string",
                "$.conversation[1].content: expected a string, found null",
                "$.conversation[2].role: expected a non-empty string, found an array",
                "$.conversation[2].content: expected a string, found 5",
            ]
        ),
        (
            #"[{"content": ""}, {}]"#,
            [
                "$.conversation[0].role: the key is missing; expected a non-empty string",
                "$.conversation[1].role: the key is missing; expected a non-empty string",
                "$.conversation[1].content: the key is missing; expected a string",
            ]
        ),
    ])
    func aConversationIsTurns(_ written: String, _ messages: [String]) throws {
        #expect(try problems(#"{"name": "a", "invocations": 1, "conversation": \#(written)}"#) == messages)
    }

    @Test func contentMayBeEmpty() throws {
        let text = #"{"name": "a", "invocations": 1, "conversation": [{"role": "x", "content": ""}]}"#
        #expect(
            try DataFolder("a.json", text.utf8).load().map(\.turns) == [[Conversation.Turn(role: "x", content: "")]]
        )
    }

    // MARK: Keys

    @Test func everyMissingKeyIsAMistake() throws {
        #expect(
            try problems("{}") == [
                "$.name: the key is missing; expected a non-empty string",
                "$.invocations: the key is missing; expected a whole number from 0 to 1000000000",
                "$.conversation: the key is missing; expected a non-empty array of turns {\"role\": ..., \"content\": ...}",
            ]
        )
    }

    @Test(arguments: [
        ("invocation", ".invocation", ", did you mean 'invocations'?"),
        ("Invocations", ".Invocations", ", did you mean 'invocations'?"),
        ("invcoations", ".invcoations", ", did you mean 'invocations'?"),
        ("nmae", ".nmae", ", did you mean 'name'?"),
        ("conversations", ".conversations", ", did you mean 'conversation'?"),
        ("", "['']", " (the keys here are name, invocations, api, think_time, variables, data, headers, conversation)"),
        (
            "my key", "['my key']",
            " (the keys here are name, invocations, api, think_time, variables, data, headers, conversation)"
        ),
        (
            "messages", ".messages",
            " (the keys here are name, invocations, api, think_time, variables, data, headers, conversation)"
        ),
        (
            "$ref", ".$ref",
            " (the keys here are name, invocations, api, think_time, variables, data, headers, conversation)"
        ),
    ])
    func anUnknownKeyIsAMistake(_ key: String, _ step: String, _ advice: String) throws {
        let text = #"{"name": "a", "invocations": 1, "conversation": \#(Self.turn), "\#(key)": 5}"#
        #expect(try problems(text) == ["$\(step): unknown key '\(key)'\(advice)"])
    }

    @Test func anUnknownKeyOfATurnIsAMistake() throws {
        let turns = #"[{"role": "u", "content": "", "wait": 5}, {"Role": "u", "contents": "", "$schema": ""}]"#
        #expect(
            try problems(#"{"name": "a", "invocations": 1, "conversation": \#(turns)}"#) == [
                "$.conversation[0].wait: unknown key 'wait' (the keys here are role, content, name, think_time, expect)",
                "$.conversation[1].Role: unknown key 'Role', did you mean 'role'?",
                "$.conversation[1].contents: unknown key 'contents', did you mean 'content'?",
                "$.conversation[1].$schema: unknown key '$schema' (the keys here are role, content, name, think_time, expect)",
            ]
        )
    }

    @Test func aMisspeltKeyIsNotMissingToo() throws {
        let text = #"{"name": "a", "invocation": 1, "conversation": \#(Self.turn)}"#
        #expect(try problems(text) == ["$.invocation: unknown key 'invocation', did you mean 'invocations'?"])
    }

    @Test func aKeyThatIsThereTwiceIsAMistake() throws {
        let text =
            #"{"name": "a", "invocations": 1, "name": "b", "conversation": [{"role": "u", "role": "v", "content": ""}]}"#
        #expect(
            try problems(text) == ["$.name: the key is there twice", "$.conversation[0].role: the key is there twice"]
        )
    }

    @Test func aLongKeyIsCut() throws {
        let key = String(repeating: "k", count: 1_000_000)
        let text = #"{"name": "a", "invocations": 1, "conversation": \#(Self.turn), "\#(key)\u001b": 5}"#
        let problem = try #require(try problems(text).first)
        #expect(problem.count < 300)
        #expect(problem.hasPrefix("$['kkk"))
    }

    @Test(arguments: [("[]", "an empty array"), ("5", "5"), (#""x""#, "the string \"x\""), ("null", "null")])
    func theFileIsAnObject(_ text: String, _ found: String) throws {
        #expect(
            try problems(text) == [
                "$: expected an object {\"name\": ..., \"invocations\": ..., \"conversation\": [...]}, found \(found)"
            ]
        )
    }

    // MARK: Text

    @Test func anEmptyFileIsAMistake() throws {
        #expect(
            try problems("") == [
                "the file is empty; expected an object {\"name\": ..., \"invocations\": ..., \"conversation\": [...]}"
            ]
        )
        #expect(try problems("// nothing\n\n") == ["3:1: expected a value, found the end of the file"])
    }

    @Test func aByteOrderMarkIsAccepted() throws {
        let folder = try DataFolder("a.json", ("\u{FEFF}" + DataFolder.text(name: "x")).utf8)
        #expect(try folder.load().map(\.name) == ["x"])
        #expect(
            try problems("\u{FEFF}{") == [
                "1:2: expected a key in double quotes or '}', found the end of the file "
                    + "(the '{' of line 1 is still open)"
            ]
        )
    }

    @Test func textThatIsNotUTF8IsAMistake() throws {
        let latin1 = Array("{\n  \"name\": \"Gr".utf8) + [0xF6] + Array("sse\"\n}".utf8)
        #expect(try problems(of: latin1) == ["2:14: expected UTF-8 text, found the byte 0xF6; save the file as UTF-8"])
        let unmarked = DataFolder.text(name: "x").utf8.flatMap { (byte: UInt8) -> [UInt8] in [byte, 0] }
        let utf16: [UInt8] = [0xFF, 0xFE] + unmarked
        #expect(try problems(of: utf16) == ["1:1: expected UTF-8 text, found UTF-16; save the file as UTF-8"])
        #expect(
            try problems(of: unmarked) == [
                "1:2: expected a key in double quotes or '}', found the control character U+0000"
            ]
        )
        #expect(try problems(of: [0x22, 0xED, 0xA0, 0x80, 0x22]).count == 1)
    }

    @Test func textsSurviveExactly() throws {
        let content = "\"\\/\u{8}\u{C}\n\r\t\0\u{1}\u{1F}\u{7F} é e\u{301} \u{2028}\u{FFFD}\u{FEFF} 👩‍👩‍👧 \u{10FFFF} 日本"
        let written =
            #"\"\\\/\b\f\n\r\t\u0000\u0001\u001F"# + "\u{7F} \u{E9} e\u{301} \\u2028\\ufffd\u{FEFF} "
            + #"\ud83d\udc69\u200D\uD83D\uDC69\u200d👧 \udbff\udfff 日本"#
        let text =
            #"{"name": "a", "invocations": 1, "conversation": [{"role": "\#(written)", "content": "\#(written)"}]}"#
        let turn = try #require(try DataFolder("a.json", text.utf8).load().first?.turns.first)
        // By their bytes, because equal strings may differ in them.
        #expect(Array(turn.content.utf8) == Array(content.utf8))
        #expect(Array(turn.role.utf8) == Array(content.utf8))
    }

    @Test func manyMistakesAreTold() throws {
        let turns = Array(repeating: "5", count: 400).joined(separator: ",")
        #expect(try problems(#"{"name": "a", "invocations": 1, "conversation": [\#(turns)]}"#).count == 400)
        let endless = Array(repeating: "5", count: 5_000).joined(separator: ",")
        let told = try problems(#"{"name": "a", "invocations": 1, "conversation": [\#(endless)]}"#)
        #expect(told.count == 1_001)
        #expect(told.last == "there are more mistakes; these are the first 1000")
    }
}
