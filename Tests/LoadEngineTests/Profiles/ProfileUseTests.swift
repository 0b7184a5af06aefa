import LoadModel
import TestSupport
import Testing

@Suite("The use of a profile")
struct ProfileUseTests {
    @Test(
        "with other values of variables: JSON where the text is that of one value, text everywhere else",
        arguments: [
            ("gpt-4o", #""gpt-4o""#), ("4", "4"), ("1.50", "1.50"), ("true", "true"), ("null", "null"),
            (#""4""#, #""4""#), (#""a\"b""#, #""a\"b""#), ("", #""""#), ("a=b", #""a=b""#), (" 4", #"" 4""#),
            ("007", #""007""#), ("[1]", #""[1]""#), ("{}", #""{}""#), ("4 // four", #""4 // four""#),
            ("say \"hi\"\n", #""say \"hi\"\n""#), ("NaN", #""NaN""#), ("größe", #""größe""#),
        ]
    )
    func variables(text: String, json: String) throws {
        var profile = try #require(Profiles.named("openai-chat"))
        try profile.setVariable("model", to: text)
        #expect(profile.variables == ["model": json])
    }

    @Test("without a variable that it has is refused with what was meant")
    func unknownVariable() throws {
        func message(_ profile: String, _ name: String) throws -> String {
            var profile = try #require(Profiles.named(profile))
            return try #require(throws: ConfigurationError.self) { try profile.setVariable(name, to: "x") }.description
        }
        #expect(
            try message("anthropic", "modle")
                == "the profile 'anthropic' has no variable 'modle', did you mean 'model'?"
        )
        #expect(
            try message("anthropic", "x") == "the profile 'anthropic' has no variable 'x' (it has max_tokens, model)"
        )
        #expect(try message("assistant", "x") == "the profile 'assistant' has no variable 'x'; it has none")
    }

    @Test("of a name or of a file loads it; what is neither is told with what was meant and what there is")
    func loading() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(ProfileText().text, to: "mine.json")
        #expect(try Profiles.load(file).name == "mine")
        #expect(try Profiles.load("gemini").name == "gemini")
        let names = Profiles.names.joined(separator: ", ")
        func message(_ name: String) -> String {
            do { return "\(try Profiles.load(name))" } catch { return "\(error)" }
        }
        #expect(
            message("antropic")
                == "there is no profile and no file 'antropic', did you mean 'anthropic'? (the profiles are \(names))"
        )
        #expect(message("x.json") == "there is no profile and no file 'x.json' (the profiles are \(names))")
        #expect(
            message(folder.path + "/no.json")
                == "the profile \(folder.path)/no.json cannot be read: No such file or directory"
        )
        #expect(message(folder.path) == "the profile \(folder.path) cannot be read: this is a folder; name a file")
        let wrong = try folder.write(ProfileText(["ends": #"["eoff"]"#]).text, to: "wrong.json")
        #expect(
            message(wrong)
                == "\(wrong): $.ends[0]: expected one of marker, finish_reason, eof, found the string \"eoff\", did you mean "
                + "'eof'?"
        )
    }

    // MARK: The environment, secrets

    @Test("without a variable of the environment leaves out what lacks it, and says so")
    func unset() throws {
        let profile = try #require(Profiles.named("openai-chat"))
        let note =
            "the environment variable OPENAI_API_KEY is not set: the profile's $.headers.Authorization is not sent"
        #expect(profile.notes(onEnvironment: [:], headers: []) == [note])
        #expect(profile.notes(onEnvironment: ["OPENAI_API_KEY": ""], headers: ["X-A: 1"]) == [note])
        #expect(profile.notes(onEnvironment: ["OPENAI_API_KEY": "x"], headers: []).isEmpty)
        #expect(profile.notes(onEnvironment: [:], headers: ["authorization: Bearer x"]).isEmpty)
        #expect(throws: Never.self) { try profile.check(environment: [:]) }
        #expect(Profiles.assistant.notes(onEnvironment: [:], headers: []).isEmpty)
    }

    @Test("is refused where a path or a text would have a hole")
    func hole() throws {
        let profile = try ProfileText([
            "path": #""/{{env.TENANT}}/chat""#, "body": #"{"a": "{{env.A}}", "b": "x {{env.B}}"}"#,
        ]).profile()
        let error = try #require(throws: ConfigurationError.self) { try profile.check(environment: ["C": "c"]) }
        #expect(
            error.messages == [
                "the profile 'mine': $.path: the environment variable TENANT is not set",
                "the profile 'mine': $.body.b: the environment variable B is not set",
            ]
        )
        try profile.check(environment: ["TENANT": "a", "B": "b"])
        #expect(
            profile.notes(onEnvironment: ["TENANT": "a", "B": "b"], headers: []) == [
                "the environment variable A is not set: the profile's $.body.a is not sent"
            ]
        )
    }

    @Test("against a host that is to get no secret has none")
    func secrets() throws {
        let profile = try ProfileText([
            "path": #""/chat?k={{env.KEY}}&m={{model}}""#,
            "headers":
                #"{"Authorization": "Bearer {{id}}", "X-Api-Key": "y", "X-A": "{{env.A}}", "X-B": "b {{model}}"}"#,
            "capture": #"{"id": "$.id", "order": "$.order"}"#,
            "variables": #"{"model": "m", "team_token": "t"}"#,
            "body": #"{"a": "{{env.A}}", "b": ["{{team_token}}", "b"], "c": "{{content}}"}"#,
            "setup":
                #"[{"path": "/login", "headers": {"Cookie": "c"}, "body": {"p": "{{env.PASSWORD}}"}, "capture": {"id": "$.id"}}]"#,
        ]).profile(outside: OutsideNames(used: ["order"]))
        #expect(
            profile.namesOfSecrets == [
                "Authorization", "X-Api-Key", "X-A", "Cookie", "env.KEY", "env.A", "team_token", "env.PASSWORD",
            ]
        )
        let open = profile.withoutSecrets
        #expect(open.path.text == "/chat?k=&m={{model}}")
        #expect(open.headers.map(\.name) == ["X-B"])
        #expect(
            open.body
                == .object([
                    .init(key: "b", value: .array([.string(Template([.text("b")]))])),
                    .init(key: "c", value: .string(Template([.value("content")]))),
                ])
        )
        #expect(open.setup[0].headers.isEmpty && open.setup[0].body == .object([]))
        #expect(open.variables == ["model": #""m""#])
        #expect(open.namesOfSecrets.isEmpty)
        #expect(open.captures.map(\.name) == ["order"])
        try open.check(outside: OutsideNames(used: ["order"]))
        #expect(Profiles.assistant.namesOfSecrets.isEmpty && Profiles.assistant.withoutSecrets == Profiles.assistant)
    }
}
