import TestSupport
import Testing

@Suite("A command line that is wrong", .timeLimit(.minutes(5)), .amongFew)
struct UsageTests {
    @Test(
        "gets a message about the value that was given, negative ones too",
        arguments: [
            (["-u", "-5"], "users must be from 1 to 16777216, not -5"),
            (["-u", "abc"], "the value 'abc' is invalid for '-u <number>': whole number expected"),
            (["-u", "2.5"], "'2.5' is invalid for '-u <number>': whole number expected"),
            (["-u", "99999999999999999999"], "it must be -9223372036854775808 to 9223372036854775807"),
            (["-r", "-1"], "the spawn rate must be a number over 0 (users per second), not -1.0"),
            (["-r", "fast"], "number expected"),
            (["-t", "-5"], "it is negative"), (["-t", "0"], "the run time must be over 0"),
            (["-s", "-1s"], "it is negative"), (["--idle-timeout", "-1"], "it is negative"),
            (["--abort-on-threshold", "-1"], "it is negative"),
            (["--max-event-bytes", "-1"], "from 1 to 1073741824 bytes, not -1"),
            (["--exit-code-on-error", "-1"], "must be from 0 to 255, not -1"),
            (["--processes", "0"], "--processes must be 1 to 256, or -1 for one per core, not 0"),
            (["--userz", "3"], "unknown option '--userz'. Did you mean '--users'? (see 'loadtest run --help')"),
            (["-f", "locustfile.py"], "unknown option '-f': there is no locustfile: what is played are JSON files"),
            (["--tags", "a", "b"], "unknown option '--tags': there are no tags: name a folder"),
            (["--exclude-tags=a"], "unknown option '--exclude-tags': there are no tags"),
            (["--master"], "unknown option '--master': the master is Locust itself"),
            (["--worker", "--master-host=x"], "unknown option '--worker': the master is Locust itself"),
            (["--class-picker"], "unknown option '--class-picker': the web page always lets you choose"),
            (["-L", "DEBUG"], "unknown option '-L': the log has no levels"),
            (["-t", "0s"], "such as 90, 20m or 1h30m; leave it out to play every conversation to its end"),
            (["-u"], "missing value for '-u <number>' (see 'loadtest run --help')"),
        ] as [([String], String)]
    )
    func run(arguments: [String], message: String) async throws {
        let result = try await Program.loadtest.run(["--headless", "--mock"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("error: ") && result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test("is told everything that is wrong with it; a missing --host hides nothing")
    func everything() async throws {
        let result = try await Program.loadtest.run(
            "--headless",
            "--users",
            "0",
            "--processes",
            "-7",
            "--exit-code-on-error",
            "300",
            "--summary",
            "/no/such/folder/x"
        )
        #expect(result.exitCode == 64)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 5, "\(result.errors)")
        for text in ["users must be", "--processes must be", "--exit-code", "/no/such/folder", "--host"] {
            #expect(lines.contains { $0.hasPrefix("error: ") && $0.contains(text) }, "\(text) in \(result.errors)")
        }
    }

    @Test(
        "of the other commands looks the same",
        arguments: [
            (["mock", "--port", "-1"], "--port: must be 0 to 65535, not -1"),
            (["mock", "--interval", "-1s"], "it is negative"), (["mock", "--seed", "-1"], "it must be 0 to"),
            (["plan", "--users", "-3"], "--users must be 1 to 1000000000, not -3"),
            (["plan", "--users", "1", "--memory", "1e-300"], "--memory must be 0.1 to 1000000 GB, not 1e-300"),
            (["plan"], "(see 'loadtest plan --help')"), (["validate", "a", "b"], "unexpected argument 'b'"),
        ] as [([String], String)]
    )
    func others(arguments: [String], message: String) async throws {
        let result = try await Program.loadtest.run(arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("error: ") && result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1 && result.output.isEmpty, "\(result.errors)")
    }

    @Test(
        "of a word that is no subcommand names those that there are, also when its help is asked for",
        arguments: [
            (
                ["web"],
                "there are run, find-limit, mock, validate, api, plan, report, worker, locustfile (see 'loadtest --help')"
            ),
            (["web", "--help"], "there are run, find-limit, mock, validate, api, plan, report"),
            (["", "--headless"], "'' is no subcommand of loadtest; "),
            (["mok", "--port", "0"], "did you mean 'mock'?"),
        ] as [([String], String)]
    )
    func subcommands(arguments: [String], message: String) async throws {
        let result = try await Program.loadtest.run(arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("error: '\(arguments[0])' is no subcommand"), "\(result.errors)")
        #expect(result.errors.contains(message) && result.output.isEmpty, "\(result.errors)")
    }

    @Test("is warned of options of the page without the page, unless they stand where other runs read them")
    func optionsOfPage() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let run = ["--headless", "--mock", "--only-summary", "--data", data.path + "/a.json"]
        let typed = try await Program.loadtest.run(run + ["--web-lock-host", "--web-origin", "https://lt.example.com"])
        #expect(typed.exitCode == 0)
        #expect(
            typed.errors.hasPrefix(
                "warning: without the web page (--headless) nothing comes of --web-origin, --web-lock-host\n"
            ),
            "\(typed.errors)"
        )
        let set = try await Program.loadtest.run(run, environment: ["LOADTEST_WEB_LOCK_HOST": "true"])
        #expect(set.exitCode == 0 && !set.errors.contains("warning"), "\(set.errors)")
    }

    @Test("finds every default in the help, and the exit codes", arguments: ["run", "mock", "plan", "validate"])
    func help(command: String) async throws {
        let result = try await Program.loadtest.run(command, "--help")
        #expect(result.exitCode == 0 && result.errors.isEmpty)
        let text = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("Exit codes"))
        guard command == "run" else { return }
        for part in [
            "connect_timeout. 'off' for no limit. (default: 10s)",
            "first_token_timeout. 'off' for no limit. (default: 1m)",
            "stall_timeout. 'off' for no limit. (default: 5m)",
            "turn_timeout. 'off' for no limit. (default: off)", "the end of the run time. (default: 0s)",
            "at the same time. (default: 1)", "whichever comes first", "(default: 8089)",
            "Durations: ns us ms s m h", "the standard output is for --json",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }
}
