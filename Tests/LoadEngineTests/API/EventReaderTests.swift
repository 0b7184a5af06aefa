import LoadEngine
import LoadModel
import Testing

@Suite struct EventReaderTests {
    /// What was read of one event, as values that stay.
    private struct Read {
        var reading: EventReading
        var texts: [String] = []
        var usage: [APIProfile.TokenKind: UInt64] = [:]
        var finishReason: String?
        var capture: String?
    }

    private func read(_ name: String, _ data: String, _ profile: APIProfile) throws -> Read {
        let reader = try EventReader(profile)
        defer { reader.destroy() }
        return read(name, data, with: reader)
    }

    private func read(_ name: String, _ data: String, with reader: EventReader) -> Read {
        let (name, data) = (Array(name.utf8), Array(data.utf8))
        return name.withUnsafeBytes { name in
            data.withUnsafeBytes { data in
                var read = Read(reading: reader.read(name: name, data: data))
                reader.forEachText { read.texts.append(String(decoding: $0, as: UTF8.self)) }
                for kind in APIProfile.TokenKind.allCases { read.usage[kind] = reader.usage(kind) }
                read.finishReason = reader.finishReason.map { String(decoding: $0, as: UTF8.self) }
                read.capture = reader.capture(0).map { String(decoding: $0, as: UTF8.self) }
                return read
            }
        }
    }

    private func decoded(_ texts: [String]) -> String {
        var (decoder, buffer) = (JSONTextDecoder(), ByteBuffer())
        defer { buffer.destroy() }
        for text in texts { Array(text.utf8).withUnsafeBytes { _ = decoder.append($0, to: &buffer) } }
        _ = decoder.finish(to: &buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test(arguments: EventSamples.all)
    func readsWhatServersSend(_ sample: EventSamples.Sample) throws {
        let profile = try #require(SampleProfiles.all[sample.api])
        let read = try read(sample.name, sample.data, profile)
        #expect(read.reading.kind == sample.kind)
        #expect(!read.reading.isNotJSON)
        #expect(read.reading.hasText == (sample.text != nil))
        #expect(decoded(read.texts) == sample.text ?? "")
        #expect(read.usage == sample.usage)
        #expect(read.reading.hasUsage == !sample.usage.isEmpty)
        #expect(read.finishReason == sample.finishReason)
        #expect(read.reading.hasFinishReason == (sample.finishReason != nil))
        #expect(read.capture == sample.capture)
        #expect(read.reading.hasCapture == (sample.capture != nil))
    }

    /// One reader for all events of all users: nothing of an event is left when the next one is read.
    @Test func anEventIsReadAsIfItWasTheFirst() throws {
        var random = SeededRandom(seed: TestSeed.value)
        for profile in SampleProfiles.all.values {
            let reader = try EventReader(profile)
            defer { reader.destroy() }
            let samples = EventSamples.all.filter { $0.api == profile.name }
            for _ in 0..<200 {
                guard let sample = samples.randomElement(using: &random) else { continue }
                if Bool.random(using: &random) { _ = read("x", #"{"type":"#, with: reader) }
                let read = read(sample.name, sample.data, with: reader)
                #expect(read.reading.kind == sample.kind, "\(sample.data), LOADTEST_TEST_SEED=\(TestSeed.value)")
                #expect(decoded(read.texts) == sample.text ?? "", "\(sample.data)")
                #expect(read.usage == sample.usage, "\(sample.data)")
                #expect(read.capture == sample.capture, "\(sample.data)")
            }
        }
    }

    // MARK: The profile of the sample contract

    @Test(arguments: [
        ("", "hello", EventReading.Kind.content), ("", "[DONE]", .end), ("message", "[DONE]", .end),
        ("error", "[DONE]", .end),
        ("error", "", .error), ("error", "x", .error), ("", "", .empty), ("message", "", .empty),
        ("", " [DONE]", .content),
        ("errors", "x", .content), ("Error", "x", .content), ("", "[DONE", .content), ("", "{}", .content),
        ("", "\0", .content),
    ])
    func readsAPlainProfileWithoutJSON(_ name: String, _ data: String, _ kind: EventReading.Kind) throws {
        let read = try read(name, data, SampleProfiles.assistant)
        #expect(read.reading == EventReading(kind))
        #expect(read.texts.isEmpty && read.usage.isEmpty && read.finishReason == nil && read.capture == nil)
    }

    // MARK: Rules

    @Test func theFirstRuleThatMatchesCounts() throws {
        let rules = [
            SampleProfiles.rule(.tool, has: "$.tool"), SampleProfiles.rule(.content, text: "$.text"),
            SampleProfiles.rule(.ignore, has: "$.text"), SampleProfiles.rule(.ping),
        ]
        let profile = SampleProfiles.profile("x", rules)
        #expect(try read("", #"{"tool":1,"text":"a"}"#, profile).reading.kind == .tool)
        #expect(try read("", #"{"tool":{},"text":"a"}"#, profile).reading.kind == .content)
        #expect(try read("", #"{"text":1}"#, profile).reading.kind == .ignore)
        #expect(try read("", #"{"text":""}"#, profile).reading.kind == .ping)
    }

    @Test func allConditionsOfARuleMustHold() throws {
        let rule = SampleProfiles.rule(
            .content,
            event: "delta",
            has: "$.ok",
            text: "$.text",
            equals: ["$.type": ["a", "b"], "$.index": [0]]
        )
        let profile = SampleProfiles.profile("x", [rule])
        let whole = #"{"type":"b","index":0,"ok":true,"text":"t"}"#
        #expect(try read("delta", whole, profile).reading.kind == .content)
        #expect(try read("", whole, profile).reading.kind == .other)
        for (part, other) in [(#""b""#, #""c""#), ("0", "1"), ("true", "false"), (#""t""#, #""""#), (#""t""#, "1")] {
            #expect(
                try read("delta", whole.replacing(part, with: other), profile).reading.kind == .other,
                "\(part) \(other)"
            )
        }
        #expect(try read("delta", whole, SampleProfiles.profile("x", [rule])).texts == ["t"])
    }

    @Test(arguments: [
        (#""a""#, #""a""#, true), (#""a""#, #""\u0061""#, true), (#""\u0061""#, #""a""#, true),
        (#""a/b""#, #""a\/b""#, true),
        (#""é😀""#, #""\u00e9\ud83d\uDE00""#, true), (#""\n""#, #""\u000a""#, true), (#""""#, #""""#, true),
        (#""a""#, #""A""#, false), (#""a""#, #""ab""#, false), (#""ab""#, #""a""#, false), (#""""#, #""a""#, false),
        (#""a\\n""#, #""a\n""#, false), (#""a\n""#, #""a\\n""#, false), (#""1""#, "1", false),
        (#""true""#, "true", false),
        (#""response.completed""#, #""response.complete\u0064""#, true),
        (#""response.completed""#, #""response.complete""#, false),
        (#""response.output_text.delta""#, #""response.output_text.delte""#, false), (#""null""#, "null", false),
        ("true", "true", true), ("true", "false", false), ("false", "false", true), ("null", "null", true),
        ("null", "false", false),
        ("5", "5", true), ("5", "5.0", true), ("5", "0.5e1", true), ("500", "5e2", true), ("5", "-5", false),
        ("5", "50", false),
        ("0", "-0.0", true), ("1.5", "15e-1", true), ("0", "null", false), ("5", #""5""#, false), ("5", "[5]", false),
    ])
    func comparesScalars(_ value: String, _ found: String, _ isEqual: Bool) throws {
        var rule = EventRule(.content)
        rule.equals = [.init(path: SampleProfiles.path("$.x"), values: [value])]
        let profile = SampleProfiles.profile("x", [rule])
        #expect(try read("", #"{"x":\#(found)}"#, profile).reading.kind == (isEqual ? .content : .other))
        #expect(try read("", #"{"y":\#(found)}"#, profile).reading.kind == .other)
        // Of many places one will do.
        rule.equals = [.init(path: SampleProfiles.path("$.x[*]"), values: [value, #""another""#])]
        let many = SampleProfiles.profile("x", [rule])
        #expect(try read("", #"{"x":[{},\#(found),"z"]}"#, many).reading.kind == (isEqual ? .content : .other))
        #expect(try read("", #"{"x":[]}"#, many).reading.kind == .other)
    }

    @Test(arguments: ["", "a", "[]", #"{"a":1}"#, "nul", #""a"#, "1 2"])
    func aValueToCompareWithThatIsNoScalarIsRefused(_ value: String) {
        var rule = EventRule(.content)
        rule.equals = [.init(path: SampleProfiles.path("$.x"), values: [value])]
        #expect(throws: ExpressionError.self) { try EventReader(SampleProfiles.profile("x", [rule])) }
    }

    @Test func dataIsComparedAsAWholeAndNamesAreExact() throws {
        let rules = [
            SampleProfiles.rule(.end, data: "[DONE]"), SampleProfiles.rule(.ping, data: ""),
            SampleProfiles.rule(.error, data: #"{"a": 1}"#), SampleProfiles.rule(.tool, event: "tool"),
        ]
        let profile = SampleProfiles.profile("x", rules)
        for (name, data, kind) in [
            ("", "[DONE]", EventReading.Kind.end), ("", "[DONE] ", .other), ("", "", .ping), ("", #"{"a": 1}"#, .error),
            ("", #"{"a":1}"#, .other), ("tool", "", .ping), ("tool", "x", .tool), ("tools", "x", .other),
            ("Tool", "x", .other),
        ] {
            let reading = try read(name, data, profile).reading
            #expect(reading.kind == kind && !reading.isNotJSON, "\(name) \(data)")
        }
    }

    @Test func theTextOfSeveralPlacesComesInPieces() throws {
        let profile = SampleProfiles.profile("x", [SampleProfiles.rule(.content, text: "$[*].t")])
        let read = try read("", #"[{"t":"a\n"},{"t":""},{"t":null},{},{"t":"b"},{"t":["c"]},{"t":"d"}]"#, profile)
        #expect(read.reading.hasText)
        #expect(read.texts == [#"a\n"#, "b", "d"])
        #expect(try self.read("", #"[{"t":""},{"t":1}]"#, profile).reading.kind == .other)
        // The text of equal keys is that of the last one.
        let repeated = #"[{"t":"a","t":"b"},{"t":"c"}]"#
        #expect(try self.read("", repeated, profile).texts == ["b", "c"])
    }

    @Test func saysWhichTextRepeatsAllBefore() throws {
        var rule = SampleProfiles.rule(.content, text: "$.t")
        rule.isCumulative = true
        let profile = SampleProfiles.profile("x", [rule, SampleProfiles.rule(.tool, has: "$.u")])
        #expect(try read("", #"{"t":"a"}"#, profile).reading.isCumulative)
        #expect(try !read("", #"{"u":"a"}"#, profile).reading.isCumulative)
    }

    // MARK: What is not JSON

    @Test(arguments: ["hello", "[DONE", #"{"choices":"#, #"{"error":1}x"#, "{'error':1}", " ", "nul", "\u{FEFF}{}"])
    func whatIsNotJSONMatchesNoRuleThatReadsJSON(_ data: String) throws {
        let read = try read("", data, SampleProfiles.openAIChat)
        #expect(read.reading.kind == .other)
        #expect(read.reading.isNotJSON)
        #expect(read.usage.isEmpty && read.finishReason == nil && read.capture == nil && read.texts.isEmpty)
        // A rule behind that asks for nothing matches it all the same.
        var profile = SampleProfiles.openAIChat
        profile.events.append(EventRule(.content))
        #expect(try self.read("", data, profile).reading.kind == .content)
    }

    @Test func noDataIsNoWrongJSON() throws {
        #expect(try read("", "", SampleProfiles.openAIChat).reading == EventReading(.empty))
        #expect(try read("error", "", SampleProfiles.openAIChat).reading == EventReading(.error))
    }

    @Test func whatIsNotJSONIsNotToldWhereNoRuleHadToLook() throws {
        // Only values are looked for; and the marker comes before rules that look.
        let values = SampleProfiles.profile("x", [EventRule(.content)], finishReason: ["$.f"])
        #expect(try read("", "hello", values).reading == EventReading(.content))
        #expect(try read("", "[DONE]", SampleProfiles.openAIChat).reading == EventReading(.end))
        #expect(try read("error", "overloaded", SampleProfiles.openAIChat).reading == EventReading(.error))
    }

    // MARK: Values

    @Test func valuesAreReadWhateverTheRuleSays() throws {
        let rules = [
            SampleProfiles.rule(.end, event: "end"), SampleProfiles.rule(.end, data: #"{"f":"done"}"#),
            EventRule(.ignore),
        ]
        let profile = SampleProfiles.profile(
            "x",
            rules,
            usage: [.input: ["$.n"]],
            finishReason: ["$.f"],
            capture: ["$.c"]
        )
        let named = try read("end", #"{"n":3,"f":"stop","c":[1]}"#, profile)
        #expect(
            named.reading.kind == .end && named.usage == [.input: 3] && named.finishReason == "stop"
                && named.capture == "[1]"
        )
        #expect(try read("", #"{"f":"done"}"#, profile).finishReason == "done")
        #expect(try read("", #"{"n":4}"#, profile).usage == [.input: 4])
    }

    @Test(
        arguments: [
            ("0", 0), ("12", 12), ("12.0", 12), ("1e3", 1000), ("1.25E+2", 125), ("1200e-2", 12), ("-0", 0),
            ("0.0e99999", 0),
            // As many as a turn can have, and no more.
            ("2147483647", 2_147_483_647), ("2147483648", nil), ("18446744073709551615", nil),
            ("18446744073709551616", nil),
            ("1e20", nil),
            ("1e99999999999999999999", nil),
            ("-1", nil), ("1.5", nil), ("12e-1", nil), ("0.1", nil),
            ("100000000000e-2", 1_000_000_000),
            ("\"12\"", nil), ("null", nil), ("[12]", nil), ("true", nil),
        ] as [(String, UInt64?)]
    )
    func takesWholeNumbersHoweverTheyAreWritten(_ written: String, _ expected: UInt64?) throws {
        let profile = SampleProfiles.profile("x", [], usage: [.output: ["$.n"]])
        #expect(try read("", #"{"n":\#(written)}"#, profile).usage[.output] == expected)
    }

    @Test func ofSeveralPlacesTheLastOneThatHasAValueCounts() throws {
        let profile = SampleProfiles.profile(
            "x",
            [],
            usage: [.input: ["$.a", "$.b"]],
            finishReason: ["$.a", "$.b", "$.c[*]"],
            capture: ["$.a", "$.b"]
        )
        #expect(try read("", #"{"a":1,"b":2}"#, profile).usage == [.input: 2])
        #expect(try read("", #"{"b":2,"a":1}"#, profile).usage == [.input: 2])
        #expect(try read("", #"{"a":1,"b":null}"#, profile).usage == [.input: 1])
        #expect(try read("", #"{"a":1,"b":2.5}"#, profile).usage == [.input: 1])
        #expect(try read("", #"{"a":"x","b":""}"#, profile).finishReason == "x")
        #expect(try read("", #"{"a":"x","c":["y","z"]}"#, profile).finishReason == "z")
        #expect(try read("", #"{"a":"x","c":["y",null]}"#, profile).finishReason == "y")
        #expect(try read("", #"{"a":{"k": 1},"b":null}"#, profile).capture == #"{"k": 1}"#)
        #expect(try read("", #"{"a":"x\n","b":""}"#, profile).capture == #""""#)
        #expect(try read("", #"{"a":null}"#, profile).capture == nil)
    }

    @Test func capturesOfHeadersAreNotLookedForInEvents() throws {
        var profile = SampleProfiles.profile("x", [])
        profile.captures = [
            .init(name: "session", source: .header("X-Session")),
            .init(name: "id", source: .body([SampleProfiles.path("$.id")])),
        ]
        let reader = try EventReader(profile)
        defer { reader.destroy() }
        Array(#"{"id":7}"#.utf8).withUnsafeBytes { data in
            #expect(reader.read(name: UnsafeRawBufferPointer(start: nil, count: 0), data: data).hasCapture)
            #expect(reader.capture(0) == nil)
            #expect(reader.capture(1).map { String(decoding: $0, as: UTF8.self) } == "7")
        }
    }
}
