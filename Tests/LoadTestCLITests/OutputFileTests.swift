import Foundation
import LoadEngine
import LoadModel
import Synchronization
import TestSupport
import Testing

@testable import loadtest

@Suite("A file that is written as a whole", .timeLimit(.minutes(5)), .amongFew)
struct OutputFileTests {
    /// What other programs do at the same time.
    private final class Attack: Sendable {
        let isOver = Mutex(false)

        /// Puts a link to a file where the new file is to be, again and again.
        func begin(linking victim: String, at path: String) {
            Thread.detachNewThread {
                while !self.isOver.withLock({ $0 }) { link(victim, path) }
                self.isOver.withLock { $0 = false }
            }
        }

        func end() async throws {
            isOver.withLock { $0 = true }
            _ = try await becomesTrue { isOver.withLock { !$0 } }
        }
    }

    @Test("is never written through a link that somebody puts in the place of the new one")
    func exclusive() async throws {
        let folder = try TemporaryFolder()
        let victim = try folder.write("mine", to: "victim")
        let path = folder.path + "/out"
        let file = try OutputFile(path: path, option: "--html")
        let attack = Attack()
        attack.begin(linking: victim, at: "\(path).\(getpid()).tmp")
        // Each time that the link was faster it is refused.
        var refused = 0
        _ = try await becomesTrue {
            for _ in 0..<100 where refused < 5 {
                do { try file.write(Array("new".utf8)) } catch {
                    refused += 1
                    #expect("\(error)" == "cannot write --html \(path): File exists")
                }
            }
            return try refused >= 5 || String(contentsOfFile: victim, encoding: .utf8) != "mine"
        }
        try await attack.end()
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "mine")
        #expect(refused >= 5, "the link was never faster")
    }

    @Test("lets read it who could read the one before", arguments: [0o600, 0o640, 0o666] as [mode_t])
    func permissions(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("old", to: "out")
        #expect(chmod(path, mode) == 0)
        try OutputFile(path: path, option: "--html").write(Array("new".utf8))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == mode)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    }

    @Test("is refused before a run where it cannot be written in the end")
    func refused() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        let (loop, pipe) = (folder.path + "/loop", folder.path + "/pipe")
        #expect(symlink("loop", loop) == 0 && mkfifo(pipe, 0o600) == 0)
        let cases = [
            (loop, "this link leads to where no file can be made"),
            (pipe, "nobody reads this pipe; start its reader first"),
            ("-", "for the standard output write /dev/stdout, and ./- for a file of this name"),
        ]
        for option in ["--html", "--summary"] {
            for (path, text) in cases {
                let result = try await Program.loadtest.run(
                    "--headless",
                    "--mock",
                    "--data",
                    folder.path + "/a.json",
                    option,
                    path
                )
                #expect(result.exitCode == 64)
                #expect(result.errors.contains("error: \(option) \(path): \(text)"), "\(result.errors)")
            }
        }
        let inNothing = "mkdir x && cd x && rmdir ../x && exec \"$@\""
        let result = try await Program(path: "/bin/bash").run(
            ["-c", inNothing, "bash", Program.loadtest.path, "--headless", "--mock", "--data", folder.path + "/a.json"]
                + ["--html", "out"],
            in: folder.path
        )
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("error: --html out: the folder ./ was removed"), "\(result.errors)")
    }

    @Test("is no end to the reader of a pipe before it is written")
    func waitingReader() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let file = try OutputFile(path: path, option: "--html")
        var byte: UInt8 = 0
        // Nothing yet, and not the end.
        #expect(read(reader, &byte, 1) == -1 && errno == EAGAIN)
        try file.write([7])
        #expect(read(reader, &byte, 1) == 1 && byte == 7)
        #expect(read(reader, &byte, 1) == 0)
    }

    @Test("does not wait for ever for a pipe whose reader reads nothing, and says so")
    func silentReader() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let file = try OutputFile(path: path, option: "--html")
        let error = #expect(throws: EngineError.self) {
            try file.write([UInt8](repeating: 0, count: 1 << 20), patience: 1)
        }
        #expect(error.map { "\($0)" } == "cannot write --html \(path): its reader has read nothing for 1 second")
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("waits for a reader of a pipe that is slow")
    func slowReader() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        let size = 1 << 20
        let count = Mutex(0)
        Thread.detachNewThread {
            var bytes = [UInt8](repeating: 0, count: 4_096)
            while true {
                let got = read(reader, &bytes, bytes.count)
                guard got > 0 || got < 0 && errno == EAGAIN || got == 0 && count.withLock({ $0 }) == 0 else { break }
                if got > 0 { count.withLock { $0 += got } }
            }
            close(reader)
        }
        try OutputFile(path: path, option: "--html").write([UInt8](repeating: 0, count: size), patience: 20)
        let isSo1 = try await becomesTrue { count.withLock { $0 } == size }
        #expect(isSo1)
    }

    @Test("is named on the terminal while it is waited for")
    func noted() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let path = data.path + "/page"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        // Full already, of which the page waits for the end.
        let filler = open(path, O_WRONLY | O_NONBLOCK)
        while write(filler, path, path.utf8.count) > 0 {}
        let result = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", data.path + "/a.json", "--html", path]
        ) { handle in
            #expect(try await handle.errorLine(beginning: "writing --html ") == "\(path) …")
            var bytes = [UInt8](repeating: 0, count: 65_536)
            var text: [UInt8] = []
            let isWhole = try await becomesTrue {
                let count = read(reader, &bytes, bytes.count)
                if count > 0 { text += bytes[..<count] }
                return String(decoding: text.suffix(8), as: UTF8.self) == "</html>\n"
            }
            #expect(isWhole)
        }
        close(filler)
        close(reader)
        #expect(result.exitCode == 0, "\(result.errors)")
    }
}
