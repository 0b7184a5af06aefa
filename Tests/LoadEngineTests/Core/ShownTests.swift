import FoundationEssentials
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Text from outside")
struct ShownTests {
    @Test(
        "is shown with an escape for each character that nobody sees, or that a terminal obeys",
        arguments: [
            ("\u{0}", "0"), ("\n", "A"), ("\u{1B}", "1B"), ("\u{7F}", "7F"), ("\u{85}", "85"), ("\u{9B}", "9B"),
            ("\u{AD}", "AD"), ("\u{61C}", "61C"), ("\u{115F}", "115F"), ("\u{180E}", "180E"), ("\u{200B}", "200B"),
            ("\u{200C}", "200C"), ("\u{200D}", "200D"), ("\u{200F}", "200F"), ("\u{2028}", "2028"),
            ("\u{202E}", "202E"), ("\u{2060}", "2060"), ("\u{2066}", "2066"), ("\u{3164}", "3164"),
            ("\u{E000}", "E000"), ("\u{FE0F}", "FE0F"), ("\u{FEFF}", "FEFF"), ("\u{FFFE}", "FFFE"),
            ("\u{E0041}", "E0041"), ("\u{E0100}", "E0100"), ("\u{10FFFF}", "10FFFF"),
        ]
    )
    func escapes(hidden: String, digits: String) {
        #expect(Shown.line("a\(hidden)b") == "a\\u{\(digits)}b")
        #expect(Shown.lines("a\(hidden)b") == (hidden == "\n" ? "a\nb" : "a\\u{\(digits)}b"))
    }

    @Test(
        "is left as it is where everybody sees it",
        arguments: [
            "", "plain 'text' \\ {}", "é e\u{301} 會話 Ünïcode ภาษาไทย עִבְרִית", "👩‍👩‍👧 ❤️ 👍🏽", "\u{A0}–…\u{FFFD}",
        ]
    )
    func kept(text: String) {
        #expect(Shown.line(text) == text)
        #expect(Shown.json(Array("\"\(text)\"".utf8)) == Array("\"\(text)\"".utf8))
    }

    @Test(
        "is shown without what may be secret in a URL or a path, of whose query the names stay",
        arguments: [
            ("/chat/{session_id}", "/chat/{session_id}"), ("/chat?key=geheim", "/chat?key=…"),
            ("/chat?a=geheim&b=&c=geheim==&d", "/chat?a=…&b=&c=…&…"), ("/chat?geheim", "/chat?…"), ("/chat?", "/chat?"),
            ("/chat?key=…", "/chat?key=…"), ("/c?key=a#geheim", "/c?key=…#…"), ("/c#d", "/c#d"),
            ("h/c#geheim", "h/c#…"),
            ("/a//b@c?x=geheim@d", "/a//b@c?x=…"), ("/c?\u{301}key=geheim", "/c?\u{301}key=…"),
            ("http://a.test:1/b?key=geheim", "http://a.test:1/b?key=…"),
            ("http://ann:geheim@a.test", "http://***@a.test"),
            ("http://ann:geheim@a.test/?key=geheim", "http://***@a.test/?key=…"), ("ann:geheim@a.test", "***@a.test"),
            ("http://ann:geheim?@a.test", "http://***"), ("http://a.test/?mail=a@b&key=geheim", "http://***"),
            ("geheim@a//b", "***@a//b"), ("", ""),
        ]
    )
    func withoutSecrets(text: String, expected: String) {
        #expect(Shown.withoutSecrets(text) == expected)
        #expect(Shown.withoutSecrets(expected) == expected || expected == "http://***")
    }

    @Test("is cut by bytes between two characters, however many bytes one of them has", arguments: 0...12)
    func bounded(mostBytes: Int) {
        for text in ["abcdefghijklmn", "會會會會會", "👍👍👍👍", "\u{1B}\u{1B}\u{1B}", "a" + flood(1_000)] {
            let shown = Shown.line(text, mostBytes: mostBytes)
            #expect(shown.hasSuffix("…"))
            #expect(shown.utf8.count <= mostBytes + "…".utf8.count)
            #expect(!shown.contains("\u{FFFD}"))
        }
        #expect(Shown.line("會", mostBytes: 3) == "會")
    }

    @Test("has no more marks on a letter than a language needs")
    func marks() {
        #expect(Shown.line("a" + flood(4)) == "a" + flood(4))
        #expect(Shown.line("a" + flood(6) + "b" + flood(1)) == "a" + flood(4) + "\\u{301}\\u{301}b" + flood(1))
    }

    @Test("means the same in JSON, in which nothing hidden is left")
    func json() throws {
        let text = (0...0x10FFFF).compactMap { Unicode.Scalar($0).map(String.init) }.joined()
        let bytes = Shown.json(try JSONEncoder().encode([text]))
        #expect(try JSONDecoder().decode([String].self, from: Data(bytes)) == [text])
        let hidden = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter(Shown.isHidden)
        #expect(hidden.isEmpty)
    }

    private func flood(_ count: Int) -> String { String(repeating: "\u{301}", count: count) }
}
