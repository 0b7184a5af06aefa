import Testing

@testable import LoadEngine
@testable import LoadReports

@Suite("Markup")
struct HTMLTests {
    @Test("escapes what is put into it, and nothing of what is written in it")
    func interpolation() {
        let name = #"</td><script>alert("1")</script> & 'x'"#
        let cell: HTML = "<td title=\"\(name)\">\(name)</td>"
        let escaped = "&lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;"
        #expect(cell.text == "<td title=\"\(escaped)\">\(escaped)</td>")
        let row: HTML = "<tr>\(cell)</tr>"
        #expect(row.text == "<tr>\(cell.text)</tr>", "markup is escaped once")
    }

    @Test("escapes characters that other marks are joined to")
    func combined() {
        // One character for Swift, two for a browser, which ends the attribute.
        #expect(HTML.escaped("\"\u{301}<\u{338}") == "&quot;\u{301}&lt;\u{338}")
    }

    @Test("breaks names at their underscores, and escapes them")
    func names() {
        #expect(HTML.name("tool_use<_").text == "tool_<wbr>use&lt;_<wbr>")
    }

    @Test("keeps JSON from ending the script that it is in, and keeps its meaning")
    func json() {
        let found = HTML.scriptSafe(json: #"{"a":"</script><!--<\u{301}"}"#).text
        #expect(!found.contains("<"))
        #expect(found.hasPrefix(#"{"a":"\u003C/script>\u003C!--"#))
    }

    @Test(
        "keeps a program from ending the script that it is in",
        arguments: [
            ("a='</script>'", #"a='<\/script>'"#), ("</SCRIPT", #"<\/SCRIPT"#), ("'<!--'", #"'<\!--'"#),
            ("if(a</b/.x)", "if(a</b/.x)"), ("a<b", "a<b"), ("<", "<"), ("", ""),
        ]
    )
    func program(text: String, safe: String) {
        #expect(HTML.scriptSafe(program: text).text == safe)
    }

    @Test(
        "shows times with a unit that suits them",
        arguments: [
            (0.0, "0.00 ms"), (0.123, "0.12 ms"), (9.994, "9.99 ms"), (9.996, "10.0 ms"), (99.96, "100 ms"),
            (999.4, "999 ms"), (999.6, "1.00 s"), (9_994, "9.99 s"), (59_940, "59.9 s"), (59_960, "1 min 0 s"),
            (3_600_000, "1 h 0 min"), (1e9, "277 h 46 min"),
        ]
    )
    func times(milliseconds: Double, text: String) {
        #expect(milliseconds.readableMs.replacing("\u{A0}", with: " ") == text)
    }

    @Test("shows counts in groups of three digits, and shares as percentages")
    func counts() {
        #expect(
            [0, 999, 1_000, 1_234_567].map { (value: UInt64) in value.grouped } == ["0", "999", "1,000", "1,234,567"]
        )
        #expect(12_345.678.grouped(2) == "12,345.68")
        #expect((-1_000.0).grouped(1) == "-1000.0")
        #expect([0, 0.00123, 1].map(\.readablePercent) == ["0\u{A0}%", "0.12\u{A0}%", "100\u{A0}%"])
        #expect(Double.readable(bytes: 1_023) == "1,023\u{A0}B" && Double.readable(bytes: 1_536) == "1.5\u{A0}KiB")
    }
}
