import LoadEngine
import LoadModel
import Testing

@Suite struct JSONScannerTests {
    @Test(arguments: [
        (#"{}"#, JSONKind.absent, ""),
        (#"{"b":1}"#, .absent, ""),
        (#"{"A":1}"#, .absent, ""),
        (#"{"a":null}"#, .null, "null"),
        (#"{"a":false}"#, .false, "false"),
        (#"{"a":true}"#, .true, "true"),
        (#"{"a":0}"#, .number, "0"),
        (#"{"a":-1.50e+3}"#, .number, "-1.50e+3"),
        (#"{"a":""}"#, .emptyString, ""),
        (#"{"a":" "}"#, .string, " "),
        (#"{"a":"say \"\u00e9\\\""}"#, .string, #"say \"\u00e9\\\""#),
        (#"{"a":[]}"#, .emptyArray, "[]"),
        (#"{"a":[ ]}"#, .emptyArray, "[ ]"),
        (#"{"a":[null]}"#, .array, "[null]"),
        (#"{"a":{}}"#, .emptyObject, "{}"),
        (#"{"a":{ "a" : 1 }}"#, .object, #"{ "a" : 1 }"#),
        ("\t{ \"a\"\n:\r\n[ 1 , 2 ] } \n", .array, "[ 1 , 2 ]"),
        (#"[{"a":1}]"#, .absent, ""),
        (#""a""#, .absent, ""),
    ])
    func tellsWhatIsAtAPlace(_ text: String, _ kind: JSONKind, _ written: String) throws {
        let found = try #require(try Scanned.scan(text, ["$.a"])?.first)
        #expect(found.matches.last?.kind ?? .absent == kind)
        #expect(found.matches.last.map { String(decoding: $0.written, as: UTF8.self) } ?? "" == written)
        #expect(found.isThere == [.true, .number, .string, .array, .object].contains(kind))
        #expect(found.hasText == (kind == .string))
    }

    @Test(arguments: [
        ("$", #"{"a":[1]}"#, [#"{"a":[1]}"#]),
        ("$", " 12 ", ["12"]),
        ("$", #""a\nb""#, [#"a\nb"#]),
        ("$", "null", ["null"]),
        ("$[*]", "[1,[2],{}]", ["1", "[2]", "{}"]),
        ("$[*]", #"{"0":1}"#, []),
        ("$[0]", "[1,2]", ["1"]),
        ("$[2]", "[1,2]", []),
        ("$[1][0]", "[[1],[2,3]]", ["2"]),
        ("$[*][1]", "[[1,2],[3],[4,5,6]]", ["2", "5"]),
        ("$[1][*]", "[[1],[2,3]]", ["2", "3"]),
        ("$.a[*].b", #"{"a":[{"b":1},{"c":2},{"b":[3]}]}"#, ["1", "[3]"]),
        ("$.a.b", #"{"a":{"c":{"b":1},"b":2},"b":3}"#, ["2"]),
        ("$.a.b", #"{"b":{"a":1},"a":[{"b":1}]}"#, []),
        ("$['']", #"{"":1}"#, ["1"]),
        ("$['a.b']", #"{"a.b":1,"a":{"b":2}}"#, ["1"]),
        ("$.prompt_tokens_details", #"{"prompt_tokens_detailz":1,"prompt_tokens_details":2}"#, ["2"]),
        ("$.abcdefgh", #"{"abcdefgi":1,"abcdefgh":2,"abcdefg":3}"#, ["2"]),
        ("$.é", #"{"é":1}"#, ["1"]),
    ])
    func followsPaths(_ path: String, _ text: String, _ expected: [String]) throws {
        let found = try #require(try Scanned.scan(text, [path])?.first)
        #expect(found.matches.map { String(decoding: $0.written, as: UTF8.self) } == expected)
    }

    @Test func followsManyPathsAtOnce() throws {
        let paths = ["$.a[*].b", "$.a[0].b", "$.a[0]", "$.a", "$.c", "$.a[*].c.d", "$"]
        let text = #"{"c":null,"a":[{"b":"x","c":{"d":true}},{"b":"","c":{"d":[]}}]}"#
        let found = try #require(try Scanned.scan(text, paths))
        #expect(found.map(\.matches.count) == [2, 1, 1, 1, 1, 2, 1])
        #expect(found.map(\.hasText) == [true, true, false, false, false, false, false])
        #expect(found.map(\.isThere) == [true, true, true, true, false, true, true])
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, ["2"]),
        (#"{"a":{"b":1},"a":{}}"#, ["{}"]),
        (#"{"a":"x","a":null}"#, ["null"]),
        (#"{"a":1,"x":{"a":5},"a":2,"b":0}"#, ["2"]),
        (#"{"a":1,"\u0061":2}"#, ["2"]),
        (#"{"\u0061":1,"a":2,"A":3}"#, ["2"]),
        (#"{"a":1,"a":2,"a":[3]}"#, ["[3]"]),
    ])
    func takesTheLastOfEqualKeys(_ text: String, _ expected: [String]) throws {
        let found = try #require(try Scanned.scan(text, ["$.a"])?.first)
        #expect(found.matches.map { String(decoding: $0.written, as: UTF8.self) } == expected)
    }

    @Test func forgetsWhatTheFirstOfEqualKeysLedTo() throws {
        let text = #"{"a":[{"b":"x"},{"b":"y","b":null}],"a":[{"b":"z"},{"b":"u","b":""}],"c":1}"#
        let found = try #require(try Scanned.scan(text, ["$.a[*].b", "$.c"]))
        #expect(found[0].matches.map { String(decoding: $0.written, as: UTF8.self) } == ["z", ""])
        #expect(String(decoding: found[0].text, as: UTF8.self) == "z")
        #expect(found[1].matches.count == 1)
    }

    @Test(arguments: [
        #"{"\u0061b":1}"#, #"{"\u0061\u0062":1}"#, #"{"a\u0062":1}"#, #"{"ab":1}"#,
    ])
    func readsKeysWithEscapes(_ text: String) throws {
        #expect(try Scanned.scan(text, ["$.ab"])?.first?.matches.count == 1)
    }

    @Test(arguments: [
        (#"{"\ud83d\ude00":1}"#, "$['😀']"), (#"{"\u00e9\/\"":1}"#, #"$['é/"']"#), (#"{"\\n":1}"#, #"$['\n']"#),
        (#"{"\u0000":1}"#, "$['\0']"),
        (#"{"a\u0020rather long key\u002c really":1}"#, "$['a rather long key, really']"),
    ])
    func readsKeysOfAllKinds(_ text: String, _ path: String) throws {
        #expect(try Scanned.scan(text, [path])?.first?.matches.count == 1)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "{]", "[}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[[]", "[]]", "[1]]", "{}{}",
        "{} 1",
        "1 1", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#, #"{"a" 1}"#, "{a:1}", "{'a':1}",
        "{1:1}", #"{"a":1]"#, #"["a":1]"#, #"{"a":1,"b"}"#, #"{"a"::1}"#, #"{"a":1,,"b":1}"#, #"{"a":1}}"#, #"{"a":[}"#,
        "nul", "nulll", "Null", "tru", "true1", "falsee", "fals", "[nul]", "[tru]", "[fals]", "[truee]", "NaN",
        "Infinity",
        "01", "-", "+1", "1.", ".1", "1.e1", "1e", "1e+", "1e+-1", "0x10", "1_0", "--1", "-01", "[1.]", "[-]", "[01]",
        "[1e]",
        #"""#, #""a"#, #""a\"#, #""\"#, #""\x""#, #""\u""#, #""\u12""#, #""\u123g""#, #""\u 123""#, #""\U0041""#,
        "\"\n\"",
        "\"\t\"", "\"\u{1}\"", "\"\u{1F}\"", "\"\0\"", #"{"a":"}"#, #"{"a":"\"}"#, #"{"a":"}}"#, "[DONE]", "hello",
        "\u{FEFF}{}",
        "{}\0", "\0{}", "{}\u{A0}", "\u{B}{}", "// x\n{}", #"{"a":"b" /* */}"#,
    ])
    func refusesWhatIsNotJSON(_ text: String) throws {
        #expect(try Scanned.scan(text, ["$", "$.a", "$[*]"]) == nil)
        // The same inside of something.
        #expect(try Scanned.scan("[\(text)0,", ["$[*]"]) == nil)
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "1.0", "0.1", "-0.10", "1e5", "1E5", "1e+05", "1E-5", "0e0",
        "123456789012345678901234567890",
        "\"\u{7F}\"", #""\/\b\f\n\r\t\"\\""#, #""\ud800""#, #""\uDFFF\ud800""#, "[]", "{}", "[[[]]]", "\n[ \t]\r",
        "true",
        #"{"a":{"b":[1,{"c":[{},[]]}]}}"#, "\"é→😀\"", "[1,\n\n\n\n2]", "\"0123456789abcde\"", "\"0123456789abcdef\"",
    ])
    func takesWhatIsJSON(_ text: String) throws {
        #expect(try Scanned.scan(text, ["$"])?.first?.matches.count == 1)
        #expect(try Scanned.scan("[\(text),\(text) ]", ["$[*]"])?.first?.matches.count == 2)
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")])
    func takesWhatIsNestedAsDeepAsItSays(_ opening: String, _ closing: String) throws {
        let levels = opening.utf8.filter { "[{".utf8.contains($0) }.count
        let times = JSONScanner.maximumDepth / levels
        let deepest = String(repeating: opening, count: times) + "1" + String(repeating: closing, count: times)
        #expect(try Scanned.scan(deepest, ["$"]) != nil)
        #expect(try Scanned.scan("[\(deepest)]", ["$"]) == nil)
        // What has no end either must not use up the stack.
        #expect(try Scanned.scan(String(repeating: opening, count: 100_000), ["$"]) == nil)
    }

    @Test func findsEveryLengthOfKeysAndStrings() throws {
        for count in 0..<100 {
            let name = String(repeating: "k", count: count)
            let value = String(repeating: "v", count: count)
            let found = try Scanned.scan(#"{"\#(name)x":0,"\#(name)":"\#(value)","z":1}"#, ["$['\(name)']", "$.z"])
            #expect(found?.first?.matches.first?.written == Array(value.utf8), "\(count)")
            #expect(found?.last?.matches.count == 1, "\(count)")
        }
    }

    @Test func tellsKeysApartThatDifferInOneByte() throws {
        for count in 1..<40 {
            for place in 0..<count {
                var name = Array(repeating: UInt8(ascii: "k"), count: count)
                name[place] = UInt8(ascii: "x")
                let other = String(decoding: name, as: UTF8.self)
                let path = "$['\(String(repeating: "k", count: count))']"
                #expect(try Scanned.scan(#"{"\#(other)":0}"#, [path])?.first?.matches.isEmpty == true, "\(other)")
            }
        }
    }

    @Test func keepsMoreMatchesThanItHasRoomForAtFirst() throws {
        let text = "[" + (0..<1000).map { #"{"a":"\#($0)"}"# }.joined(separator: ",") + "]"
        let found = try #require(try Scanned.scan(text, ["$[*].a"])?.first)
        #expect(found.matches.map { String(decoding: $0.written, as: UTF8.self) } == (0..<1000).map { "\($0)" })
        #expect(found.text == Array("0".utf8))
    }

    @Test func aTextAfterAnotherIsReadAsIfItWasTheFirst() throws {
        let scanner = try JSONScanner([JSONPath(text: "$.a"), JSONPath(text: "$.b")], keepsAll: [true, true])
        defer { scanner.destroy() }
        func scan(_ text: String) -> [Scanned]? {
            Array(text.utf8).withUnsafeBytes { Scanned.scan($0, with: scanner, paths: 2) }
        }
        #expect(scan(#"{"a":"x","b":1}"#)?.map(\.matches.count) == [1, 1])
        #expect(scan(#"{"a":""}"#)?.map(\.hasText) == [false, false])
        #expect(scan(#"{"a":"x","b":1"#) == nil)
        #expect(scan(#"{"b":2}"#)?.map(\.matches.count) == [0, 1])
    }

    @Test func pathsThatMixIndicesAndAllInTooManyWaysAreRefused() throws {
        // Each level doubles the ways: 2^20 in all.
        let paths = (0..<20).map { level in
            String(repeating: "[*]", count: level) + "[0]" + String(repeating: "[*]", count: 19 - level)
        }
        #expect(throws: ExpressionError.self) { try Scanned.scan("[]", paths.map { "$\($0)" }) }
        #expect(try Scanned.scan("[]", paths.prefix(8).map { "$\($0)" }) != nil)
    }
}
