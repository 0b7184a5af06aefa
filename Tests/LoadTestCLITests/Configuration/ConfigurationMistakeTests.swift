import Foundation
import TestSupport
import Testing

@Suite("Mistakes in file and environment", .serialized, .timeLimit(.minutes(5)), .amongFew)
struct ConfigurationMistakeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder.data(invocations: 2)
    }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Program.Result {
        try await Program.loadtest.run(arguments, environment: environment, in: folder.path)
    }

    @Test("a file that cannot be read ends with 64 and is named with who named it")
    func unreadableFiles() async throws {
        let missing = try await run(["--config", "no-such.conf"])
        #expect(missing.exitCode == 64)
        #expect(missing.errors.contains("'no-such.conf' cannot be read: No such file"))
        let isFolder = try await run([], ["LOADTEST_CONFIG": "/"])
        #expect(isFolder.exitCode == 64)
        #expect(isFolder.errors.contains("LOADTEST_CONFIG: the configuration file '/' cannot be read"))
        let endless = try folder.write(String(repeating: "#", count: 1 << 20) + "\n", to: "endless.conf")
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let long = String(repeating: "x/", count: 3_000)
        for (path, why) in [
            (endless, "more than 1048576 bytes"), ("/dev/zero", "this is a device; name a file"),
            (pipe, "nothing is in this pipe, and nobody writes to it"),
            (long, "x/…' cannot be read: File name too long"),
        ] {
            let result = try await run(["--config", path])
            #expect(result.exitCode == 64)
            #expect(result.errors.contains(why), "\(result.errors)")
            #expect(result.errors.utf8.count < 5_000)
        }
    }

    @Test(
        "an empty value is one, and never the next word of the command line",
        arguments: [
            ("users = ''", "the value '' is invalid for '--users"),
            ("csv = ''", "--csv: the prefix of the files is missing"),
            ("csv =", "the value is missing; give one, or remove the line"),
            ("header = [a: b, ]", "an item of the list is missing; give one, or remove the comma"),
        ]
    )
    func emptyValue(line: String, message: String) async throws {
        let file = try folder.write(line + "\n", to: "empty.conf")
        let result = try await run(["--config", file, "--headless", "--mock", "--data", "a.json"])
        #expect(result.exitCode == 64)
        #expect(result.errors.lowercased().contains("empty.conf:1: " + message), "\(result.errors)")
        #expect(!result.errors.contains("--headless"), "\(result.errors)")
    }

    @Test("an empty value that is typed is not the next word either")
    func emptyTyped() async throws {
        let result = try await run(["--users=", "--headless", "--mock"])
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("value '' is invalid for '--users"), "\(result.errors)")
    }

    @Test("a variable in small letters says nothing, which is told")
    func smallVariable() async throws {
        let result = try await run(["--show-config"], ["LOADTEST_users": "5"])
        #expect(result.exitCode == 0)
        #expect(
            result.errors == "warning: the variable LOADTEST_users says nothing: it is read as LOADTEST_USERS only\n"
        )
    }

    @Test(
        "a path with something else between braces than the session's id",
        arguments: ["/chat/{session}", "/chat/{session-id}", "/{}/{session_id}", "/chat/{SESSION_ID}?a=1"]
    )
    func placeholder(path: String) async throws {
        let result = try await run(["--headless", "--mock", "--data", "a.json", "--path", path])
        #expect(result.exitCode == 64)
        #expect(
            result.errors.contains("stands for nothing; write {session_id} for the session's id"),
            "\(result.errors)"
        )
        // None at all is a path like any other.
        let none = try await run(["--headless", "--mock", "--data", "a.json", "--path", "/chat?a={\"b\":1}"])
        #expect(!none.errors.contains("stands for nothing"), "\(none.errors)")
    }

    @Test(
        "the file that is read when none is named is told as well when it is none",
        arguments: ["folder", "pipe", "link"]
    )
    func unreadableDefault(kind: String) async throws {
        let path = folder.path + "/loadtest.conf"
        switch kind {
        case "folder": #expect(mkdir(path, 0o700) == 0)
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        default: #expect(symlink("nowhere", path) == 0)
        }
        let result = try await run(["--headless", "--mock"])
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("the configuration file 'loadtest.conf' cannot be read: "), "\(result.errors)")
    }

    @Test("a key of Locust's files is told what to do instead")
    func locustKeys() async throws {
        try folder.write("locustfile = locustfile.py\nmaster = true\n", to: "loadtest.conf")
        let result = try await run(["--headless", "--mock"])
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("loadtest.conf:1: unknown key 'locustfile': there is no locustfile"))
        #expect(result.errors.contains("loadtest.conf:2: unknown key 'master': the master is Locust itself"))
    }

    @Test("a file may be what another program writes into a pipe")
    func writtenPipe() async throws {
        let command = "exec \(Program.loadtest.path) --config <(sleep 0.1; echo users = 7) --show-config"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains("users = 7"))
    }

    @Test("unknown keys, lines that are none, and flags that are neither on nor off are all named")
    func badFile() async throws {
        let lines = [
            ("user = 3", "unknown key 'user'; did you mean 'users'?"),
            ("users 3", "expected 'key = value'"),
            ("spawn_rate = 3", "unknown key 'spawn_rate'; did you mean 'spawn-rate'?"),
            ("--headles = true", "unknown key '--headles'; did you mean 'headless'?"),
            ("colour = red", "unknown key 'colour'; the keys are the long options of 'loadtest run --help'"),
            ("headless = maybe", "headless must be true or false, not 'maybe'"),
            ("data = [a, b]", "data takes one value, not a list"),
            ("config = other.conf", "config cannot be given in a file"),
            ("help = true", "unknown key 'help'"),
        ]
        try folder.write(lines.map(\.0).joined(separator: "\n") + "\nusers = 1\nusers = 2\n", to: "loadtest.conf")
        let result = try await run(["--mock", "--headless"])
        #expect(result.exitCode == 64)
        let errors = result.errors.split(separator: "\n")
        for (index, line) in lines.enumerated() {
            let expected = "error: loadtest.conf:\(index + 1): \(line.1)"
            #expect(errors.contains { $0.hasPrefix(expected) }, "\(expected) in \(result.errors)")
        }
        #expect(errors.last == "error: loadtest.conf:11: users is there twice, first in loadtest.conf:10")
        #expect(errors.count == lines.count + 1)
    }

    @Test("a variable that is nearly an option is an error, any other of that kind a warning")
    func unknownVariables() async throws {
        let near = try await run(["--mock", "--headless"], ["LOADTEST_SPAWNRATE": "3"])
        #expect(near.exitCode == 64)
        #expect(
            near.errors == "error: LOADTEST_SPAWNRATE: there is no such option; did you mean LOADTEST_SPAWN_RATE?\n"
        )
        let far = try await run(["--show-config"], ["LOADTEST_TOKEN_OF_MINE": "secret", "OTHER_USERS": "3"])
        #expect(far.exitCode == 0)
        #expect(far.errors == "warning: the variable LOADTEST_TOKEN_OF_MINE is no option of loadtest\n")
        let flag = try await run(["--show-config"], ["LOADTEST_JSON": "2"])
        #expect(flag.exitCode == 64)
        #expect(flag.errors == "error: LOADTEST_JSON: json must be true or false, not '2'\n")
    }

    @Test(
        "a wrong value is reported with its place, and without one when it was typed",
        arguments: [
            ("users", "many", "he value 'many' is invalid"),
            ("run-time", "5x", "unknown unit 'x'"),
            ("think-time", "soon", "'soon' is no time to think"),
            ("rest", "uniform(5s, 1s)", "it cannot be shorter than the first"),
            ("on-failure", "retry", "Please provide one of 'stop' and 'continue'"),
            ("processes", "0", "--processes must be"),
            ("exit-code-on-error", "256", "from 0 to 255"),
            ("users", "0", "users must be from 1"),
            ("spawn-rate", "-1", "the spawn rate must be"),
            ("max-event-bytes", "0", "the limit of an event must be"),
            ("ca", "/no/such/file", "the certificates '/no/such/file' cannot be read"),
            ("header", "NoColon", "the colon after the name is missing"),
            ("data", "no-such-folder", "no-such-folder: there is no such file or folder"),
            ("summary", "/no/such/folder/x.json", "--summary /no/such/folder/x.json: "),
            ("host", "localhost:8000", "host 'localhost:8000': it must begin with"),
        ]
    )
    func wrongValues(name: String, value: String, problem: String) async throws {
        // What is right in the same places is not to blame.
        let target = name == "host" ? "path = /x" : "mock = true"
        let others = "headless = true\n\(target)\n" + (name == "data" ? "" : "data = \(folder.path)\n")
        let variables = ["LOADTEST_STALL_AFTER": "2s", "LOADTEST_ONLY_SUMMARY": "true"]
        func expectProblem(_ result: Program.Result, _ place: String) {
            #expect(result.exitCode == 64)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.hasPrefix("error: \(place): ") && result.errors.contains(problem), "\(result.errors)")
        }
        try folder.write("\(name) = \(value)\n\(others)", to: "loadtest.conf")
        expectProblem(try await run([], variables), "loadtest.conf:1")
        try folder.write(others, to: "loadtest.conf")
        let variable = "LOADTEST_" + name.uppercased().replacing("-", with: "_")
        expectProblem(try await run([], variables.merging([variable: value]) { $1 }), variable)
        let typed = try await run(["--\(name)=\(value)"], variables)
        #expect(typed.exitCode == 64)
        #expect(typed.errors.contains(problem))
        #expect(!typed.errors.contains("loadtest.conf") && !typed.errors.contains("LOADTEST_"), "\(typed.errors)")
    }

    @Test("wrong values of several places are all named at once")
    func severalWrongValues() async throws {
        try folder.write("users = many\nspawn-rate = fast\nmock = true\n", to: "loadtest.conf")
        let result = try await run(["--headless"], ["LOADTEST_RUN_TIME": "5x"])
        #expect(result.exitCode == 64)
        let places = result.errors.split(separator: "\n").compactMap { $0.firstMatch(of: /^error: (\S+):[ ]/)?.1 }
        #expect(places == ["loadtest.conf:1", "loadtest.conf:2", "LOADTEST_RUN_TIME"], "\(result.errors)")
    }

    @Test("help and version do not need a file that is right, and other commands do not read it")
    func badFileElsewhere() async throws {
        try folder.write("nonsense\n", to: "loadtest.conf")
        let version = try await run(["--version"])
        #expect(version.exitCode == 0 && version.output.hasPrefix("loadtest "))
        for arguments in [["--help"], ["run", "--help"], ["help", "run"], ["validate", "a.json"]] {
            let result = try await run(arguments)
            #expect(result.exitCode == 0, "\(arguments): \(result.errors)")
        }
        #expect(try await run([]).exitCode == 64)
    }
}
