import FoundationEssentials
import Glibc
import LoadEngine
import LoadModel
import Testing

@Suite struct ConversationLoaderTests {
    @Test func loadsTheExampleWithItsComments() throws {
        let folder = try DataFolder(
            "a.json",
            #"""
            {
              "name": "conversation_A", /* any
              text */ "invocations": 25, // number of such concurrent conversations
              "conversation": [
                { "role": "user", "content": "Hello // no comment" },
                { "content": "Explain async APIs /* nor this */", "role": "user" }, // a comma too many
              ],
              "$schema": 5
            } // the end
            """#.utf8
        )
        let turns = [
            Conversation.Turn(role: "user", content: "Hello // no comment"),
            Conversation.Turn(role: "user", content: "Explain async APIs /* nor this */"),
        ]
        let expected = Conversation(
            name: "conversation_A",
            invocations: 25,
            turns: turns,
            path: folder.path + "/a.json"
        )
        #expect(try folder.load() == [expected])
        #expect(try ConversationLoader.load(path: folder.path + "/a.json") == [expected])
        // The slash at the end of a folder is not doubled.
        #expect(try ConversationLoader.load(path: folder.path + "/") == [expected])
    }

    @Test func loadsEverySampleOfThePackage() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../../data").standardized
        let conversations = try ConversationLoader.load(path: root.path())
        #expect(conversations.count >= 6)
        #expect(conversations.reduce(0) { $0 + $1.invocations } >= 55)
        #expect(conversations.contains { $0.name == "conversation_A" && $0.invocations == 25 && $0.turns.count == 2 })
        for conversation in conversations {
            #expect((2...5).contains(conversation.turns.count), "\(conversation.name)")
        }
    }

    @Test func asksForTheNamesOfEachProfileOnce() throws {
        let folder = try DataFolder()
        for (name, api) in [("a", ""), ("b", #""api": "x", "#), ("c", #""api": "x", "#), ("d", "")] {
            let text =
                #"{"name": "\#(name)", \#(api)"invocations": 1, "conversation": [{"role": "u", "content": "Hi"}]}"#
            try folder.write("\(name).json", text)
        }
        var asked: [String?] = []
        _ = try ConversationLoader.load(path: folder.path) { api in
            asked.append(api)
            return []
        }
        #expect(asked == [nil, "x"])
    }

    @Test func aDataFileIsOneHoweverItIsWritten() throws {
        let folder = try DataFolder()
        try folder.write("p.csv", "name\nAda\n")
        try folder.write("sub/empty.txt", "")
        for (name, file) in [("a", "p.csv"), ("b", "./p.csv"), ("c", "sub/../p.csv"), ("d", "\(folder.path)/p.csv")] {
            let data = #""data": {"file": "\#(file)"}"#
            let text =
                #"{"name": "\#(name)", "invocations": 1, \#(data), "conversation": [{"role": "u", "content": "Hi"}]}"#
            try folder.write("\(name).json", text)
        }
        let files = try folder.load().map { $0.data?.file }
        #expect(files.count == 4 && Set(files).count == 1, "\(files)")
    }

    // MARK: Which files

    @Test func takesTheFilesBelowAFolderInTheOrderOfTheirPaths() throws {
        let folder = try DataFolder()
        let names = ["b.json", "a/z.json", "a.json", "a/b/c.json", "B.json", "a b.json", "folder.json/x.json"]
        for name in names { try folder.write(name, DataFolder.text(name: name)) }
        for name in [".hidden.json", ".git/x.json", "notes.txt", "x.jsonc", "json"] { try folder.write(name, "{") }
        let expected = ["B.json", "a b.json", "a.json", "a/b/c.json", "a/z.json", "b.json", "folder.json/x.json"]
        #expect(try folder.load().map(\.name) == expected)
    }

    @Test func aSingleFileMayHaveAnyName() throws {
        let folder = try DataFolder(".chat", DataFolder.text(name: "x").utf8)
        #expect(try ConversationLoader.load(path: folder.path + "/.chat").map(\.name) == ["x"])
    }

    @Test func linksInACircleAreFollowedOnce() throws {
        let folder = try DataFolder("sub/a.json", DataFolder.text(name: "a").utf8)
        try folder.link("sub/up", to: "..")
        try folder.link("sub/self", to: ".")
        try folder.link("twin", to: "sub")
        try folder.link("broken", to: "nowhere")
        try folder.link("b.json", to: "elsewhere")
        try folder.write("elsewhere", DataFolder.text(name: "b"))
        #expect(try folder.load().map(\.name) == ["b", "a"])
    }

    @Test func saysThatAPathDoesNotExist() throws {
        let folder = try DataFolder()
        let expected =
            "nowhere: there is no such file or folder; expected a folder of conversation files, or one such file"
        #expect(folder.problems(loading: "nowhere") == [expected])
        do {
            _ = try ConversationLoader.load(path: "")
            Issue.record("nothing failed")
        } catch {
            #expect(error.problems.count == 1)
            #expect(error.description.hasPrefix("'': there is no such file or folder"))
        }
    }

    @Test func saysWhatCannotBeRead() throws {
        let folder = try DataFolder()
        try folder.link("gone.json", to: "nowhere")
        try folder.link("loop.json", to: "loop.json")
        #expect(mkfifo(folder.path + "/pipe.json", 0o600) == 0)
        #expect(
            folder.problems() == [
                "gone.json: No such file or directory",
                "loop.json: Too many levels of symbolic links",
                "pipe.json: expected a regular file, found something else",
            ]
        )
        #expect(
            folder.problems(loading: "pipe.json") == ["pipe.json: expected a folder or a regular file, found neither"]
        )
    }

    @Test func namesWhatItCannotLookAt() throws {
        let folder = try DataFolder("a.json", DataFolder.text(name: "a").utf8)
        // Not a file's name, but it may be that of a folder.
        try folder.link("loop", to: "loop")
        // Folders in folders, until their path is longer than Linux takes.
        let name = String(repeating: "x", count: 250)
        var folders = [open(folder.path, O_RDONLY | O_DIRECTORY)]
        for _ in 0..<20 {
            let last = try #require(folders.last)
            #expect(mkdirat(last, name, 0o700) == 0)
            folders.append(openat(last, name, O_RDONLY | O_DIRECTORY))
        }
        defer {
            while let last = folders.popLast() {
                close(last)
                if let above = folders.last { unlinkat(above, name, AT_REMOVEDIR) }
            }
        }
        let problems = folder.problems()
        #expect(problems.count == 2)
        #expect(problems.first == "loop: Too many levels of symbolic links")
        let deepest = try #require(problems.last)
        #expect(
            deepest.hasPrefix(name + "/" + name)
                && deepest.hasSuffix(": File name too long; move what is in it further up")
        )
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may read everything"))
    func saysWhatMayNotBeRead() throws {
        let folder = try DataFolder("secret.json", DataFolder.text(name: "a").utf8)
        try folder.write("closed/b.json", DataFolder.text(name: "b"))
        #expect(chmod(folder.path + "/secret.json", 0) == 0)
        #expect(chmod(folder.path + "/closed", 0) == 0)
        defer { chmod(folder.path + "/closed", 0o700) }
        #expect(
            folder.problems() == [
                "closed: the folder cannot be read: Permission denied",
                "secret.json: the file cannot be read: Permission denied",
            ]
        )
    }

    @Test func aNameThatIsNoTextIsAMistake() throws {
        let folder = try DataFolder()
        let descriptor = (Array(folder.path.utf8) + [0x2F, 0xFF] + Array(".json\0".utf8)).withUnsafeBytes {
            open($0.assumingMemoryBound(to: CChar.self).baseAddress!, O_CREAT | O_WRONLY, 0o600)
        }
        #expect(descriptor >= 0)
        close(descriptor)
        #expect(folder.problems() == ["\u{FFFD}.json: the name is not valid UTF-8; rename the file"])
    }

    @Test func refusesAFileOfOver64MiB() throws {
        let folder = try DataFolder("a.json", "{".utf8)
        #expect(truncate(folder.path + "/a.json", (64 << 20) + 1) == 0)
        #expect(folder.problems() == ["a.json: expected a file of at most 64 MiB, found 67108865 bytes"])
    }

    @Test func takesAFileOfManyTurns() throws {
        let turn = #"{"role": "user", "content": "\#(String(repeating: "x", count: 500))"}"#
        let turns = Array(repeating: turn, count: 4_000).joined(separator: ",")
        let folder = try DataFolder("a.json", #"{"name": "a", "invocations": 1, "conversation": [\#(turns)]}"#.utf8)
        #expect(try folder.load().map(\.turns.count) == [4_000])
    }

    // MARK: No invocations

    @Test func saysWhatToDoAboutAFolderWithoutFiles() throws {
        let folder = try DataFolder("notes.txt", "".utf8)
        #expect(
            folder.problems() == [
                "No invocations configured: no .json file is below the folder FOLDER; "
                    + "add a conversation file to it, or choose another folder"
            ]
        )
    }

    @Test func saysWhatToDoAboutZeroInvocations() throws {
        let folder = try DataFolder("a.json", DataFolder.text(name: "a", invocations: 0).utf8)
        try folder.write("b.json", DataFolder.text(name: "b", invocations: 0))
        #expect(
            folder.problems() == [
                "No invocations configured: every conversation of FOLDER has 0 invocations; "
                    + "set \"invocations\" of at least one to 1 or more"
            ]
        )
        // One conversation with some is enough, and the others stay.
        try folder.write("c.json", DataFolder.text(name: "c", invocations: 1))
        #expect(try folder.load().map(\.invocations) == [0, 0, 1])
    }

    // MARK: All mistakes at once

    @Test func tellsTheMistakesOfAllFilesAtOnce() throws {
        let folder = try DataFolder("good.json", DataFolder.text(name: "good").utf8)
        try folder.write("a.json", #"{"name": "", "invocations": -1, "conversation": [{"role": "", "content": 5}]}"#)
        try folder.write("b.json", "{\n  \"name\": \"b\"\n  \"invocations\": 1\n}")
        try folder.link("c.json", to: "nowhere")
        try folder.write("sub/d.json", "[]")
        let problems = folder.problems()
        #expect(problems.count == 7)
        #expect(
            problems.map { $0.prefix { $0 != " " } }.sorted() == [
                "a.json:", "a.json:", "a.json:", "a.json:", "b.json:3:3:", "c.json:", "sub/d.json:",
            ]
        )
    }

    @Test func aNameOfTwoFilesIsAMistakeThatNamesBoth() throws {
        let folder = try DataFolder("a.json", DataFolder.text(name: "same").utf8)
        try folder.write("b.json", DataFolder.text(name: "other"))
        try folder.write("c/d.json", DataFolder.text(name: "same"))
        // A file with another mistake takes part too.
        try folder.write("e.json", #"{"name": "other", "invocations": 1}"#)
        #expect(
            folder.problems() == [
                "c/d.json: $.name: expected a name of its own, found 'same', which is also the name of a.json",
                "e.json: $.conversation: the key is missing; "
                    + #"expected a non-empty array of turns {"role": ..., "content": ...}"#,
                "e.json: $.name: expected a name of its own, found 'other', which is also the name of b.json",
            ]
        )
    }

    @Test func aPathIsShownOnOneLine() throws {
        let folder = try DataFolder("a\nb.json", "{".utf8)
        #expect(folder.problems().map { $0.prefix(17) } == [#"a\u{A}b.json:1:2:"#])
    }
}
