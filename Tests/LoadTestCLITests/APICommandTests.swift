import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

@testable import loadtest

@Suite("loadtest api", .timeLimit(.minutes(5)), .amongFew)
struct APICommandTests {
    @Test("lists the profiles: name, framing, history, and what each is")
    func list() async throws {
        let result = try await Program.loadtest.run("api")
        #expect(result.exitCode == 0 && result.errors.isEmpty)
        let lines = result.output.split(separator: "\n")
        #expect(lines.map { $0.prefix { $0 != " " } } == Profiles.names.map { $0[...] })
        #expect(
            lines[0] == "assistant         sse     history none      an assistant with the session's id in its path"
        )
        #expect(lines[5].split(separator: " ").prefix(4) == ["ollama", "ndjson", "history", "live"])
        #expect(lines.allSatisfy { $0.count <= 100 })
    }

    @Test("prints each as the file that it is, which is loaded as the same profile", arguments: Profiles.names)
    func print(name: String) async throws {
        let result = try await Program.loadtest.run("api", name)
        #expect(result.exitCode == 0 && result.errors.isEmpty)
        #expect(result.output == Profiles.text(of: name))
        let folder = try TemporaryFolder()
        let file = try folder.write(result.output, to: "mine.json")
        #expect(try Profiles.load(file) == Profiles.named(name))
    }

    @Test("tells which profile was meant, and which there are")
    func unknown() async throws {
        let result = try await Program.loadtest.run("api", "openai-chats")
        #expect(result.exitCode == 64 && result.output.isEmpty)
        #expect(
            result.errors == "error: there is no profile 'openai-chats', did you mean 'openai-chat'? (the profiles are "
                + "\(Profiles.names.joined(separator: ", ")))\n"
        )
        let file = try await Program.loadtest.run("api", "docs/profile.schema.json")
        #expect(file.exitCode == 64 && file.errors.hasPrefix("error: there is no profile 'docs/profile.schema.json' ("))
    }
}

@Suite("The profile of a run", .timeLimit(.minutes(5)), .amongFew)
struct APIOptionsTests {
    private func options(
        _ api: String = "assistant",
        _ variables: [String] = [],
        history: APIProfile.History? = nil
    ) -> APIOptions {
        var options = APIOptions()
        (options.api, options.variables, options.history) = (api, variables, history)
        return options
    }

    private func problems(of options: APIOptions) -> [ConfigurationProblem] {
        do { return [.init(message: "\(try options.profile())")] } catch { return error.problems }
    }

    @Test("is the one that the options ask for")
    func chosen() throws {
        #expect(try options().profile() == Profiles.assistant)
        #expect(options().file == nil && options("gemini").file == nil && options("my.json").file == "my.json")
        let chosen = try options("anthropic", ["model=x=y", "max_tokens=5"], history: .recorded).profile()
        #expect(chosen.variables == ["model": #""x=y""#, "max_tokens": "5"] && chosen.history == .recorded)
        #expect(chosen.body == Profiles.named("anthropic")?.body)
        #expect(try options("ollama", ["model=a", "model=b"]).profile().variables["model"] == #""b""#)
        #expect(try options("ollama", ["model="]).profile().variables["model"] == #""""#)
    }

    @Test("is refused with the option that is wrong")
    func wrong() async throws {
        let names = "(the profiles are \(Profiles.names.joined(separator: ", ")))"
        #expect(
            problems(of: options("olama")) == [
                .init(.api, message: "there is no profile and no file 'olama', did you mean 'ollama'? \(names)")
            ]
        )
        #expect(
            problems(of: options("ollama", ["model", "modl=x", "=x"])) == [
                .init(.option("var"), message: "--var takes NAME=VALUE, such as model=gpt-4o, not 'model'"),
                .init(.option("var"), message: "the profile 'ollama' has no variable 'modl', did you mean 'model'?"),
                .init(.option("var"), message: "--var takes NAME=VALUE, such as model=gpt-4o, not '=x'"),
            ]
        )
        let history = problems(of: options("ollama", history: APIProfile.History.none))
        #expect(history.map(\.fields) == [[.option("history")]])
        #expect(history[0].message.hasPrefix("the profile 'ollama': $.body.messages: {{messages}} are those that"))
        #expect(problems(of: options(history: .live)).map(\.fields) == [[.option("history")]])
        let misspelt = try await Program.loadtest.run("validate", "--history", "lives")
        #expect(
            misspelt.exitCode == 64 && misspelt.errors.contains("'none', 'live' or 'recorded'"),
            "\(misspelt.errors)"
        )
    }

    @Test(
        "is the run's, with what --var says, where a conversation names its file; an edited copy of the name is another"
    )
    func namedByConversation() async throws {
        let folder = try TemporaryFolder()
        let text = try #require(Profiles.text(of: "openai-chat"))
        let own = try folder.write(text, to: "own.profile")
        let copy = try folder.write(
            text.replacing(#""path": "/v1/chat/completions""#, with: #""path": "/copy""#),
            to: "copy.profile"
        )
        for (name, api) in [("a", "\(folder.path)/./own.profile"), ("b", copy)] {
            try folder.write(
                #"{"name": "\#(name)", "invocations": 1, "api": "\#(api)", "conversation": [{"role": "user", "content": "Hi"}]}"#,
                to: "\(name).json"
            )
        }
        let result = try await Program.loadtest.run(
            ["validate", folder.path, "--api", own, "--var", "model=mine", "--show-request"],
            environment: ["OPENAI_API_KEY": "sk-none-at-all"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let requests = result.output.components(separatedBy: "\n# ")
        #expect(requests.count == 3)
        #expect(requests[1].contains("POST /v1/chat/completions") && requests[1].contains(#""model":"mine""#))
        #expect(requests[2].contains("POST /copy") && requests[2].contains(#""model":"gpt-4o-mini""#))
    }

    @Test("that is wrong stops the run before it starts, together with everything else that is wrong")
    func refused() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        let file = try folder.write(
            #"{"name": "x", "path": "chat", "events": [{"is": "content"}, {"is": "end"}]}"#,
            to: "profile"
        )
        let arguments = ["--api", file, "--data", folder.path + "/a.json"]
        let run = try await Program.loadtest.run(["--headless", "--mock", "-u", "0"] + arguments)
        let wrong = [
            "error: \(file): $.path: expected a path that begins with /, such as /v1/chat, found 'chat'",
            "error: \(file): $.events[1]: this rule never matches: $.events[0] comes first and matches the same events; put "
                + "it before that, or remove it",
        ]
        #expect(run.exitCode == 64)
        #expect(
            run.errors == (wrong + ["error: users must be from 1 to 16777216, not 0", ""]).joined(separator: "\n")
        )
        let validate = try await Program.loadtest.run(["validate"] + arguments)
        #expect(validate.exitCode == 64 && validate.output.isEmpty)
        #expect(validate.errors == (wrong + [""]).joined(separator: "\n"))
        let right = try await Program.loadtest.run(
            "validate",
            "--api",
            "ollama",
            "--var",
            "model=x",
            "--data",
            folder.path + "/a.json"
        )
        #expect(right.exitCode == 0 && right.errors.isEmpty && right.output.contains("total"))
    }

    @Test("comes from a file and the environment as every option, and mistakes are traced to them")
    func sources() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        try folder.write("api = anthropic\nvar = [model=x, maxtokens=5]\nhistory = recorded\n", to: "loadtest.conf")
        let shown = try await Program.loadtest.run(["--show-config"], in: folder.path)
        #expect(shown.output.contains("api = anthropic "))
        #expect(shown.output.contains("var = model=x ") && shown.output.contains("# loadtest.conf:2"))
        #expect(shown.output.contains("history = recorded "))
        let run = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", folder.path + "/a.json"],
            in: folder.path
        )
        #expect(run.exitCode == 64)
        #expect(
            run.errors == "error: loadtest.conf:2: the profile 'anthropic' has no variable 'maxtokens', did you mean "
                + "'max_tokens'?\n"
        )
        let environment = try await Program.loadtest.run(
            ["--headless", "--mock", "--no-var", "--data", folder.path + "/a.json"],
            environment: ["LOADTEST_API": "antropic"],
            in: folder.path
        )
        #expect(environment.exitCode == 64)
        #expect(
            environment.errors.hasPrefix(
                "error: LOADTEST_API: there is no profile and no file 'antropic', did you mean 'anthropic'?"
            ),
            "\(environment.errors)"
        )
    }

    @Test("has no secret shown: of a variable whose name says that it is one, the name")
    func secrets() async throws {
        let shown = try await Program.loadtest.run(
            ["--show-config", "--var", "api_key=hush", "--var", "model=x", "--var", "hush"]
        )
        #expect(shown.output.contains("# var = api_key=***") && shown.output.contains("var = model=x"))
        #expect(!shown.output.contains("api_key=hush"))
    }

    @Test("is not written over by a report")
    func overwritten() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        let file = try folder.write(try #require(Profiles.text(of: "assistant")), to: "profile")
        let run = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", folder.path + "/a.json", "--api", file, "--summary", file]
        )
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("the profile of --api"), "\(run.errors)")
    }

    @Test("without the key in the environment says once that it is left out")
    func unset() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        let text = try #require(Profiles.text(of: "assistant")).replacing(
            #""Content-Type": "application/json""#,
            with: #""Content-Type": "application/json", "X-Key": "{{env.LOAD_TEST_NOT_SET}}""#
        )
        let file = try folder.write(text, to: "profile")
        let arguments = ["--headless", "--mock", "--only-summary", "--data", folder.path + "/a.json", "--api", file]
        let run = try await Program.loadtest.run(arguments)
        let note =
            "note: the environment variable LOAD_TEST_NOT_SET is not set: the profile's $.headers['X-Key'] is not sent\n"
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.split(separator: note, omittingEmptySubsequences: false).count == 2, "\(run.errors)")
        let given = try await Program.loadtest.run(arguments + ["--header", "x-key: 1"])
        #expect(given.exitCode == 0 && !given.errors.contains("LOAD_TEST_NOT_SET"), "\(given.errors)")
        let set = try await Program.loadtest.run(arguments, environment: ["LOAD_TEST_NOT_SET": "1"])
        #expect(set.exitCode == 0 && !set.errors.contains("LOAD_TEST_NOT_SET"), "\(set.errors)")
    }
}
