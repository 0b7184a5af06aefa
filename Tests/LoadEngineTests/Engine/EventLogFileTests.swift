import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The file of the event log")
struct EventLogFileTests {
    private func append(_ text: String, to file: inout EventLogFile) -> Int32 {
        Array(text.utf8).withUnsafeBytes { file.append($0) { false } }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("is emptied before the run, and grows by what each process appends")
    func appended() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "old\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try EventLogFile.empty(path, processes: 2) == URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        #expect(try text(path) == "")
        var first = try EventLogFile(path: path)
        var second = try EventLogFile(path: path)
        #expect(append("a\nb\n", to: &first) == 0)
        #expect(append("c\n", to: &second) == 0)
        #expect(append("d\n", to: &first) == 0)
        #expect(first.close() == 0)
        #expect(second.close() == 0)
        #expect(try text(path) == "a\nb\nc\nd\n")
    }

    @Test("has its lines counted when nobody writes it any more, without the rest of one")
    func counted() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(EventLogFile.countLines(path) == nil)
        let line = String(repeating: "x", count: 999) + "\n"
        let lines = String(repeating: line, count: 3_000)
        try (lines + "{\"sess").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(EventLogFile.countLines(path) == 3_000)
        #expect(try text(path) == lines)
        #expect(EventLogFile.countLines("/dev/null") == nil)
    }

    @Test("loses the rest of a line that a killed process has left, and nothing else")
    func torn() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = try EventLogFile(path: path)
        #expect(append("a\n", to: &file) == 0)
        try "a\n{\"sess".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(append("b\n", to: &file) == 0)
        #expect(file.close() == 0)
        #expect(try text(path) == "a\nb\n")
        // Not even a first line that is none is kept.
        try "{".write(toFile: path, atomically: false, encoding: .utf8)
        var next = try EventLogFile(path: path)
        #expect(append("c\n", to: &next) == 0)
        #expect(next.close() == 0)
        #expect(try text(path) == "c\n")
    }

    @Test(
        "tells what somebody has done to it meanwhile",
        arguments: [
            ("nothing", nil), ("remove", "it was removed"), ("rename", "it was renamed or moved"),
            ("replace", "another file took its place"), ("empty", "it was emptied or shortened"),
            ("empty and go on", "it was emptied or shortened"),
        ] as [(String, String?)]
    )
    func loss(action: String, expected: String?) throws {
        let path = temporaryPath()
        defer { for path in [path, path + ".1"] { unlink(path) } }
        var file = try EventLogFile(path: path)
        #expect(append("a\nb\n", to: &file) == 0)
        switch action {
        case "remove": #expect(unlink(path) == 0)
        case "rename": #expect(rename(path, path + ".1") == 0)
        case "replace": try "x\n".write(toFile: path, atomically: true, encoding: .utf8)
        case "empty", "empty and go on": #expect(truncate(path, 0) == 0)
        default: break
        }
        if action == "empty and go on" { #expect(append("a longer line than before\n", to: &file) == 0) }
        #expect(file.loss == expected)
        #expect(file.close() == 0)
    }

    @Test("may have no name from the start: whoever holds it reads it")
    func nameless() throws {
        let path = temporaryPath()
        let held = open(path, O_RDWR | O_CREAT, 0o600)
        #expect(unlink(path) == 0)
        defer { close(held) }
        var file = try EventLogFile(path: "/proc/self/fd/\(held)")
        #expect(append("a\n", to: &file) == 0)
        #expect(file.loss == nil)
        #expect(file.close() == 0)
    }

    @Test("tells when the disk is full")
    func full() throws {
        var file = try EventLogFile(path: "/dev/full")
        #expect(append("a\n", to: &file) == ENOSPC)
        #expect(file.close() == 0)
    }

    @Test("is refused before the run where it cannot be written")
    func refused() throws {
        let pipe = temporaryPath()
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        for (path, text) in [
            ("", "missing"), ("/tmp", "folder"), ("/no/such/folder/x", "/no/such/folder/"),
            ("/etc/hostname/x", "does not exist"),
        ] {
            let problem = try #require(EventLogFile.problem(with: path))
            #expect(problem.contains(text), "\(problem)")
            #expect(throws: ConfigurationError.self) { try EventLogFile.empty(path, processes: 1) }
        }
        #expect(EventLogFile.problem(with: pipe) == nil)
        #expect(throws: ConfigurationError.self) { try EventLogFile.empty(pipe, processes: 2) }
        // Nobody reads it.
        #expect(throws: EngineError.self) { try EventLogFile(path: pipe) }
    }
}

func temporaryPath() -> String { NSTemporaryDirectory() + "loadtest-\(UUID().uuidString)" }
