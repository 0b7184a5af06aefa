import LoadEngine
import LoadModel
import Testing

/// Texts that look alike are walked by what was found in one of them: that must not show.
@Suite struct JSONLayoutTests {
    private indirect enum Tree {
        case scalar(String)
        case array([Tree])
        case object([(key: String, value: Tree)])

        func text(_ blank: String) -> String {
            switch self {
            case .scalar(let text): text
            case .array(let elements): "[" + elements.map { $0.text(blank) }.joined(separator: "," + blank) + "]"
            case .object(let members):
                "{" + members.map { "\"\($0.key)\":\(blank)\($0.value.text(blank))" }.joined(separator: "," + blank)
                    + "}"
            }
        }
    }

    private static let paths = [
        "$", "$.a", "$.a[*].b", "$.a[0].b", "$.a[1].b", "$.a[*]", "$.b.a", "$.b", "$[*].a", "$[1].b", "$.c.c.c",
        "$.content", "$.d",
    ]
    private let paths: [JSONPath]
    private let scanner: JSONScanner
    private let memory = GuardedText(capacity: 1 << 16)

    init() throws {
        paths = try Self.paths.map { try JSONPath(text: $0) }
        scanner = try JSONScanner(paths, keepsAll: paths.map { _ in true })
    }

    private func agrees(_ text: String, _ before: String) -> Bool {
        let bytes = Array(text.utf8)
        let expected = Scanned.reference(bytes, paths)
        let found = Scanned.scan(memory.put(bytes), with: scanner, paths: paths.count)
        guard found != expected else { return true }
        Issue.record(
            """
            LOADTEST_TEST_SEED=\(TestSeed.value)
            before   \(before)
            text     \(text)
            expected \(expected.map { "\($0)" } ?? "not JSON")
            found    \(found.map { "\($0)" } ?? "not JSON")
            """
        )
        return false
    }

    @Test func textsThatLookAlikeAreReadAsIfEachWasTheFirst() {
        defer { scanner.destroy() }
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<300 {
            let first = Self.tree(&random, depth: 0)
            let blank = Bool.random(using: &random) ? "" : " "
            for _ in 0..<20 {
                var tree = first
                for _ in 0..<Int.random(in: 0...3, using: &random) { tree = Self.changed(tree, &random) }
                var text = tree.text(blank)
                // Cut off, or followed by something: alike up to there.
                switch Int.random(in: 0..<12, using: &random) {
                case 0: text = String(text.prefix(Int.random(in: 0...text.count, using: &random)))
                case 1: text += ["}", "]", " ", ",", "1"].randomElement(using: &random) ?? ""
                default: break
                }
                guard agrees(text, first.text(blank)) else { return }
            }
        }
    }

    @Test func whatIsBehindTheKeptBytesIsReadToo() {
        defer { scanner.destroy() }
        let long = String(repeating: "word ", count: 1000)
        let many = (0..<400).map { #"{"b":\#($0)}"# }.joined(separator: ",")
        for text in [
            #"{"content":"\#(long)","a":[{"b":1}],"d":"x"}"#, #"{"content":"\#(long)","a":[{"b":2}],"d":"y"}"#,
            #"{"content":"\#(long)!","a":[{"b":1}],"d":"x"}"#, #"{"content":"\#(long)","a":[{"b":1}],"d":"x"}x"#,
            #"{"a":[\#(many)],"d":1}"#, #"{"a":[\#(many)],"d":2}"#, #"{"a":[\#(many)],"d":2"#,
            #"{"a":[\#(many),{"b":"y"}],"d":3}"#,
        ] {
            // Eight that are little like the one that is kept, and another one is taken.
            for _ in 0..<10 { #expect(agrees(text, "")) }
        }
    }

    /// The kept bytes of a longer text end somewhere: what ends there, too, is no whole text.
    @Test func theBeginningOfAKeptTextIsNoText() {
        defer { scanner.destroy() }
        let many = (0..<400).map { #"{"b":[\#($0 % 10)]}"# }.joined(separator: ",")
        let text = Array(#"{"a":[\#(many)],"d":1}"#.utf8)
        #expect(scanner.scan(memory.put(text)))
        for count in 1..<text.count where "]}".utf8.contains(text[count - 1]) {
            #expect(!scanner.scan(memory.put(text[..<count])), "\(count)")
        }
        #expect(scanner.scan(memory.put(text)))
    }

    /// What was a value there stands in the place of a key here.
    @Test(arguments: [
        (#"{"x":"abc","d":1}"#, #"{"x":"zzz","abc","d":1}"#), (#"{"x":"abc","d":1}"#, #"{"y":"zzz","abc","d":1}"#),
        (#"{"x":{"p":1,"q":2},"d":1}"#, #"{"x":["p",{"q":2},"d",1]}"#),
        (#"{"x":{"p":1},"d":1}"#, #"{"x":["z","p":1},"d":1}"#), (#"{"x":["b",1]}"#, #"{"x":["c","b",1]}"#),
        (#"[1,{"x":2}]"#, #"[0,1,{"x":2}]"#), (#"{"x":[{"a":1},{"a":2}]}"#, #"{"x":[{"b":1,{"a":2}]}"#),
        (#"{"x":{"y":"d","d":2}}"#, #"{"x":{"y":"e"},"d":2}"#), (#"{"a":{"b":1},"d":2}"#, #"{"a":{"b":1,"d":2}}"#),
        (#"[[1,[2,3]],[4]]"#, #"[[1,[2],3],[4]]"#), (#"[{"a":1},{"a":1}]"#, #"[{"b":1},{"a":2},{"a":1}]"#),
    ])
    func sameBytesInAnotherPlaceAreReadAsTheyStand(_ first: String, _ second: String) {
        defer { scanner.destroy() }
        for text in [first, second, first, second, second] { #expect(agrees(text, first)) }
    }

    @Test func aValueThatIsEverywhereTheSameIsFoundEverywhere() {
        defer { scanner.destroy() }
        for text in [
            #"{"a":[{"b":"x"},{"b":"x"}],"b":{"a":{}}}"#, #"[{"a":1},{"b":2}]"#, #"{"c":{"c":{"c":[]}}}"#, "[[],[],[]]",
        ] {
            for _ in 0..<3 { #expect(agrees(text, text)) }
        }
    }

    // MARK: Trees

    private static let keys = ["a", "b", "c", "d", "content", "x", "a rather long key of no path"]

    private static func scalar(_ random: inout SeededRandom) -> Tree {
        let some = ["null", "true", "false", "0", "12", "-1.5e3", #""""#, #""x""#, #""word""#, #""a\nb""#, "[]", "{}"]
        if Int.random(in: 0..<4, using: &random) > 0 { return .scalar(some.randomElement(using: &random) ?? "") }
        return .scalar("\"\(String(repeating: "long ", count: Int.random(in: 0...12, using: &random)))\"")
    }

    private static func tree(_ random: inout SeededRandom, depth: Int) -> Tree {
        switch Int.random(in: 0..<(depth == 0 ? 3 : depth < 4 ? 5 : 20), using: &random) {
        case 0: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in tree(&random, depth: depth + 1) })
        case 1, 2:
            .object((0..<Int.random(in: 0...6, using: &random)).map { _ in member(&random, depth: depth) })
        default: scalar(&random)
        }
    }

    private static func member(_ random: inout SeededRandom, depth: Int) -> (key: String, value: Tree) {
        (keys.randomElement(using: &random) ?? "", tree(&random, depth: depth + 1))
    }

    /// The tree with one place changed: another scalar, an element or a member more or less.
    private static func changed(_ tree: Tree, _ random: inout SeededRandom) -> Tree {
        switch tree {
        case .scalar: return scalar(&random)
        case .array(var elements):
            guard let place = elements.indices.randomElement(using: &random), Int.random(in: 0..<5, using: &random) > 0
            else {
                elements.insert(scalar(&random), at: Int.random(in: 0...elements.count, using: &random))
                return .array(elements)
            }
            if Int.random(in: 0..<6, using: &random) == 0 {
                elements.remove(at: place)
            } else {
                elements[place] = changed(elements[place], &random)
            }
            return .array(elements)
        case .object(var members):
            guard let place = members.indices.randomElement(using: &random), Int.random(in: 0..<5, using: &random) > 0
            else {
                members.insert(member(&random, depth: 3), at: Int.random(in: 0...members.count, using: &random))
                return .object(members)
            }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: members.remove(at: place)
            case 1: members[place].key = keys.randomElement(using: &random) ?? ""
            default: members[place].value = changed(members[place].value, &random)
            }
            return .object(members)
        }
    }
}
