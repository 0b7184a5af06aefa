import LoadEngine
import LoadModel
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("5ns", Duration.nanoseconds(5)), ("5us", .microseconds(5)), ("250ms", .milliseconds(250)), ("3s", .seconds(3)),
        ("2m", .seconds(120)), ("1h", .seconds(3600)), ("1h30m", .seconds(5400)), ("1m30s", .seconds(90)),
        ("1s500ms", .milliseconds(1500)), ("1h1ns", .nanoseconds(3_600_000_000_001)), ("90", .seconds(90)),
        ("1.5", .milliseconds(1500)), ("1.5s", .milliseconds(1500)), ("0.25ms", .microseconds(250)),
        ("0.1s", .milliseconds(100)),
        ("0", .zero), ("0s", .zero), ("0h0m0s", .zero), ("007s", .seconds(7)), ("30s1m", .seconds(90)),
        ("87600h", .seconds(87_600 * 3600)),
    ])
    func readsADuration(_ text: String, _ expected: Duration) throws {
        #expect(try DurationText.parse(text) == expected)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.nanoseconds(1), "1ns"), (.milliseconds(1500), "1s500ms"), (.seconds(60), "1m"),
        (.seconds(5400), "1h30m"), (.nanoseconds(3_600_001_000_001), "1h1ms1ns"), (.seconds(87_600 * 3600), "87600h"),
    ])
    func writesADurationThatItReadsAsTheSame(_ duration: Duration, _ text: String) throws {
        #expect(DurationText.text(of: duration) == text)
        #expect(try DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        ("", "it is empty"), ("-1s", "it is negative"), ("-", "it is negative"), ("-0", "it is negative"),
        ("abc", "a number was expected at 'abc'"), ("s", "a number was expected at 's'"),
        (" 5s", "a number was expected at ' 5s'"),
        (".5s", "a number was expected at '.5s'"), ("5.s", "a number was expected at '5.s'"),
        ("1.2.3s", "a number was expected at '1.2.3s'"), ("+5s", "a number was expected at '+5s'"),
        ("1h-30m", "a number was expected at '-30m'"), ("1h 30m", "a number was expected at ' 30m'"),
        ("٣s", "a number was expected at '٣s'"), ("1,5s", "the unit after 1 is missing"),
        ("5 s", "the unit after 5 is missing"),
        ("1h30", "the unit after 30 is missing"), ("5d", "unknown unit 'd' (the units are ns us ms s m h)"),
        ("5S", "unknown unit 'S' (the units are ns us ms s m h)"),
        ("5sec", "unknown unit 'sec' (the units are ns us ms s m h)"),
        ("5µs", "unknown unit 'µs' (the units are ns us ms s m h)"),
        ("1e3", "unknown unit 'e' (the units are ns us ms s m h)"),
        ("inf", "a number was expected at 'inf'"), ("nan", "a number was expected at 'nan'"),
        ("0x10s", "unknown unit 'x' (the units are ns us ms s m h)"),
        ("87601h", "it is longer than ten years"), (String(repeating: "9", count: 500), "it is longer than ten years"),
        ("87600h1s", "it is longer than ten years"),
    ])
    func saysWhyATextIsNoDuration(_ text: String, _ why: String) {
        do {
            let duration = try DurationText.parse(text)
            Issue.record("read as \(duration)")
        } catch {
            let expected = "'\(text)' is not a duration: \(why); write for example 250ms, 1.5s, 1h30m or 90 (seconds)"
            #expect(error.messages == [expected])
        }
    }

    @Test(arguments: ["0s", "10s", "1m", "1h30m", "250ms", "1m1s500ms", "87600h", "1ns"])
    func writesADurationAsItReadsIt(_ text: String) throws {
        #expect(DurationText.text(of: try DurationText.parse(text)) == text)
    }
}
