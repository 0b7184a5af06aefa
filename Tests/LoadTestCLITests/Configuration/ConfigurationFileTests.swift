import LoadEngine
import LoadModel
import Testing

@testable import loadtest

@Suite("A configuration file")
struct ConfigurationFileTests {
    private func file(_ text: String) -> ConfigurationFile {
        ConfigurationFile(bytes: Array(text.utf8), path: "x.conf")
    }

    @Test("is Locust's: keys and values, comments, sections without a meaning, lists")
    func style() {
        let file = file(
            """
            # a comment
            ; another
            [runtime]

            host = https://target-system
              users=100
            run-time\t=\t10m   # ten minutes
            headless = true ; no page
            tags = [Critical, Normal]
            path = /a#b;c
            """
        )
        #expect(file.problems == [])
        #expect(
            file.entries == [
                .init(key: "host", value: .text("https://target-system"), line: 5),
                .init(key: "users", value: .text("100"), line: 6),
                .init(key: "run-time", value: .text("10m"), line: 7),
                .init(key: "headless", value: .text("true"), line: 8),
                .init(key: "tags", value: .list(["Critical", "Normal"]), line: 9),
                .init(key: "path", value: .text("/a#b;c"), line: 10),
            ]
        )
    }

    @Test(
        "takes values in quotes as they are",
        arguments: [
            ("'a # b'", .text("a # b")),
            (#""a, 'b'""#, .text("a, 'b'")),
            (#""a \"b\" \\ \c""#, .text(#"a "b" \ \c"#)),
            (#"'a \"#, nil),
            (#"'a\'"#, .text(#"a\"#)),
            ("''", .text("")),
            ("'[a]' # not a list", .text("[a]")),
            ("it's", .text("it's")),
            ("a = b", .text("a = b")),
            ("[]", .list([])),
            ("[ ]", .list([])),
            (#"['a, b', "c]", d e , it's]"#, .list(["a, b", "c]", "d e", "it's"])),
            ("[a#b] # c", .list(["a#b"])),
            ("[[::1], x]", nil),
            ("[a,]", nil), ("[,a]", nil), ("[a", nil), ("[a # b]", nil), ("[a] b", nil), ("['a' b]", nil), ("[", nil),
            ("'a", nil), ("'a' b", nil), (#""a\""#, nil), ("# a", nil), ("", nil),
        ] as [(String, ValueText?)]
    )
    func values(text: String, value: ValueText?) {
        let file = file("key = \(text)")
        #expect(file.entries == (value.map { [.init(key: "key", value: $0, line: 1)] } ?? []))
        #expect(file.problems.map(\.line) == (value == nil ? [1] : []))
    }

    @Test("begins with a byte order mark or not, and has the line ends of any system")
    func lineEnds() {
        let file = file("\u{FEFF}a = 1\r\nb = 2\r\n\r\nc = 'é'\r\n")
        #expect(file.problems == [])
        #expect(file.entries.map(\.line) == [1, 2, 4])
        #expect(file.entries.map(\.value) == [.text("1"), .text("2"), .text("é")])
    }

    @Test("has every line that is wrong named, and no other, whatever is around it")
    func everyBadLine() {
        let good = [
            "", "  ", "# x", ";x", "[section]", "a = 1", "b='x' # y", "c = [1, '2', \"3\"]", "d = x#y",
            "e\t=\t\u{1F600}",
            "f = [] ; x", "-g = h", "[i] = j",
        ]
        let bad = [
            "a", "a 1", "a: 1", "= 1", "a b = 1", "a =", "a = # x", "a = 'x", "a = \"x", "a = \"x\\\"", "a = 'x' y",
            "a = [x", "a = [x,", "a = [,]", "a = [x] y", "[section", "a = \u{7}", "a = x\u{0}", "a = x\ry",
        ]
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var lines: [String] = []
            var expected: [Int] = []
            for line in 1...Int.random(in: 1...30, using: &random) {
                let isBad = Bool.random(using: &random)
                lines.append((isBad ? bad : good).randomElement(using: &random) ?? "")
                if isBad { expected.append(line) }
            }
            let text = lines.joined(separator: Bool.random(using: &random) ? "\n" : "\r\n")
            #expect(file(text).problems.map(\.line) == expected, "seed \(seed): \(text)")
        }
    }

    @Test("names lines that are not UTF-8")
    func invalidText() {
        let file = ConfigurationFile(bytes: Array("a = 1\nb = ".utf8) + [0xFF, 0x0A] + Array("c = 3".utf8), path: "x")
        #expect(file.problems.map(\.line) == [2])
        #expect(file.entries.map(\.key) == ["a", "c"])
    }

    @Test("reads back what is written for any value")
    func writtenValues() {
        let pieces = [
            "'", "\"", "\\", "#", ";", " ", "\t", "[", "]", ",", "=", "a", "é", "\u{301}", "\u{1F468}\u{200D}",
        ]
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let read = file("key = \(ValueText.written(text))  # a comment")
            #expect(read.entries.map(\.value) == [.text(text)], "seed \(seed)")
        }
    }

    @Test("says nothing of what is in a line that is wrong: it may be a secret")
    func secrets() {
        for line in ["Authorization: Bearer abc", "header = 'X: abc", "header = [X: abc", "header = \"abc\" abc"] {
            let problems = file(line).problems
            #expect(problems.count == 1)
            #expect(!problems.contains { $0.text.contains("abc") })
        }
    }
}
