import Foundation
import TestSupport
import Testing

@Suite("loadtest report", .timeLimit(.minutes(5)), .amongFew)
struct ReportCommandTests {
    @Test("writes again what the run itself has written")
    func again() async throws {
        let folder = try TemporaryFolder()
        let options = ["--json", "--group-by", "turn"]
        func files(_ name: String) -> [String] {
            ["--html", "\(folder.path)/\(name).html", "--junit", "\(folder.path)/\(name).xml"]
        }
        let run = try await Program.loadtest.run(
            ["--headless", "-u", "55", "-r", "1000", "--mock", "--only-summary", "--stall-after", "5ms"]
                + ["--threshold", "ttft.p95 < 1ns", "--objective", "ttft < 1s", "--summary", "\(folder.path)/s.json"]
                + options + files("run")
        )
        #expect(run.exitCode == 3, "\(run.errors)")
        let again = try await Program.loadtest.run(["report", "\(folder.path)/s.json"] + options + files("again"))
        #expect(again.exitCode == 0, "\(again.errors)")
        #expect(again.output == run.output)
        #expect(run.errors.hasSuffix(again.errors) && again.errors.contains("ttft.p95 < 1ns"))
        for ending in ["html", "xml"] {
            let first = try String(contentsOfFile: "\(folder.path)/run.\(ending)", encoding: .utf8)
            let second = try String(contentsOfFile: "\(folder.path)/again.\(ending)", encoding: .utf8)
            #expect(first == second, "\(ending)")
        }
        // The tables alone are what somebody wants to read or to pipe.
        let tables = try await Program.loadtest.run("report", "\(folder.path)/s.json", "--group-by", "turn")
        #expect(tables.output == again.errors && tables.errors.isEmpty)
    }

    @Test(
        "refuses what is no summary, and says why",
        arguments: [
            ("{}", "no 'schema'"), ("[1]", "$: expected an object, found an array"), ("x", "is no summary of loadtest"),
            (#"{"schema": "loadtest.summary/1"}"#, "no '"),
            (
                #"{"schema": "loadtest.summary/1", "turns": {"started": -1}}"#,
                "$.turns.started: expected a number from 0"
            ),
        ]
    )
    func refused(text: String, why: String) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(text, to: "s.json")
        let result = try await Program.loadtest.run("report", file)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains(file) && result.errors.contains(why), "\(result.errors)")
    }

    @Test("has no option of a history, which only a run that goes on can write")
    func history() async throws {
        let result = try await Program.loadtest.run("report", "s.json", "--csv", "x", "--csv-full-history")
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("unknown option '--csv-full-history'"), "\(result.errors)")
        let help = try await Program.loadtest.run("report", "--help").output
        #expect(help.contains("A run writes them anew every") && !help.contains("full-history"), "\(help)")
    }

    @Test("refuses files that cannot be read or written")
    func places() async throws {
        let missing = try await Program.loadtest.run("report", "/no/such/file")
        #expect(missing.exitCode == 64)
        #expect(missing.errors.contains("the summary '/no/such/file' cannot be read: No such file or directory"))
        let folder = try TemporaryFolder()
        let file = try folder.write("{}", to: "s.json")
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, why) in [
            (pipe, "nobody writes to it"), ("/dev/zero", "this is a device"), (folder.path, "this is a folder"),
            (String(repeating: "x", count: 5_000), "File name too long"),
        ] {
            let result = try await Program.loadtest.run("report", path)
            #expect(result.exitCode == 64)
            #expect(result.errors.contains("cannot be read: ") && result.errors.contains(why), "\(result.errors)")
        }
        let unwritable = try await Program.loadtest.run("report", file, "--html", "/no/such/folder/x.html")
        #expect(unwritable.exitCode == 64)
    }

    @Test("leaves the standard output to a file that goes there")
    func page() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        let summary = folder.path + "/s.json"
        let run = ["--headless", "--mock", "--data", folder.path + "/a.json", "--summary", summary]
        #expect(try await Program.loadtest.run(run).exitCode == 0)
        let result = try await Program.loadtest.run("report", summary, "--html", "/dev/stdout")
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.hasSuffix("</html>\n") && result.errors.contains("Aggregated"))
        let both = try await Program.loadtest.run("report", summary, "--html", "/dev/stdout", "--json")
        #expect(both.exitCode == 64)
        #expect(both.errors.contains("this is where --json goes already") && both.output.isEmpty, "\(both.errors)")
    }
}
