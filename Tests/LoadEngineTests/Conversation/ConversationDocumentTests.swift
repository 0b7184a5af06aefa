import FoundationEssentials
import LoadEngine
import LoadModel
import TestSupport
import Testing

/// The examples of docs/conversations.md, of which readers make their own files.
@Suite struct ConversationDocumentTests {
    /// A block of code: what stands behind its three marks, and its text.
    private struct Block {
        let heading: String
        let text: String
    }

    private static func blocks() throws -> [Block] {
        let path = "\(Repository.path)/docs/conversations.md"
        let document = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        // Every second part is between marks.
        return document.split(separator: "```", omittingEmptySubsequences: false).enumerated().compactMap {
            index,
            part in
            guard index % 2 == 1, let end = part.firstIndex(of: "\n") else { return nil }
            return Block(heading: String(part[..<end]), text: String(part[part.index(after: end)...]))
        }
    }

    @Test func everyExampleCanBeLoaded() throws {
        let folder = try DataFolder()
        var names: [String] = []
        for block in try Self.blocks() {
            if block.heading == "jsonc" {
                names.append("\(names.count).json")
                try folder.write(names[names.count - 1], block.text)
            } else {
                let file = try #require(block.heading.split(separator: " ").last)
                try folder.write(String(file), block.text)
            }
        }
        let conversations = try folder.load()
        #expect(conversations.count == names.count && names.count == 4)
        let largest = try #require(conversations.first { $0.name == "team_questions" })
        #expect(largest.data?.table.rowCount == 2)
        // One file can be played with every history.
        for (history, turns) in [(APIProfile.History.none, 4), (.live, 2), (.recorded, 2)] {
            #expect(try largest.arranged(for: history).turns.count == turns)
        }
    }

    @Test func theExamplesOfTheLanguageOfPatternsMeanWhatTheySay() throws {
        for pattern in [
            "[a-z0-9_]", "[^a-z]", #"\d\w\s"#, #"\D\W\S"#, #"\.\\\[\n\r\t"#, "a*b+c?d{3}e{3,}f{3,5}", "(?:a|b)", "^a$",
        ] {
            _ = try TextPattern(pattern)
        }
        for pattern in [#"\b"#, #"(a)\1"#, "a(?=b)", "a+?b", "(?i)a"] {
            #expect(throws: ExpressionError.self) { try TextPattern(pattern) }
        }
    }
}
