import TestSupport
import Testing

@Suite("A secret", .timeLimit(.minutes(5)), .amongFew)
struct SecretTests {
    @Test("in a query is not shown by --show-config, nor by messages, nor on the terminal")
    func query() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let path = ["--path", "/stream/assistant/{session_id}?key=hush"]
        let shown = try await Program.loadtest.run(path + ["--show-config"])
        #expect(
            shown.output.contains("# path = /stream/assistant/{session_id}?key=… ") && !shown.output.contains("hush")
        )
        let played = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", data.path, "--group-by", "endpoint", "--json"] + path
        )
        #expect(!(played.output + played.errors).contains("hush"), "\(played.errors)")
        #expect(played.output.contains("?key="))
        for wrong in [["--path", "chat?key=hush"], ["-H", "http://a.test/?key=hush"], ["-H", "ann:hush@a.test"]] {
            let result = try await Program.loadtest.run(["--headless", "--data", data.path] + wrong)
            #expect(result.exitCode == 64 && !result.errors.contains("hush"), "\(result.errors)")
        }
    }

    @Test(
        "is in no message about what is wrong with it",
        arguments: [
            ("LOADTEST_HEADER", "Authorization: Bearer hush\u{7}", "'Authorization: ***': it contains a control"),
            ("LOADTEST_HEADER", "hush", "header '***': the colon after the name is missing"),
            ("LOADTEST_HEADER", "Bearer hush: x", "what is before the colon is not the name of a header"),
            ("LOADTEST_HEADER", "Content-Length: hush", "this header is set by loadtest itself"),
            ("LOADTEST_HEADER", "[hush", "the list is not closed"), ("LOADTEST_WEB_LOGIN", "hush", "no colon"),
            ("LOADTEST_WEB_LOGIN", "a:hush\n", "control character"),
        ]
    )
    func wrong(variable: String, text: String, why: String) async throws {
        let mode = variable == "LOADTEST_HEADER" ? ["--headless", "--mock"] : ["--mock"]
        let result = try await Program.loadtest.run(mode, environment: [variable: text])
        #expect(result.exitCode == 64)
        #expect(result.errors.contains(why), "\(result.errors)")
        let shown = result.errors + result.output
        #expect(!shown.replacing("Bearer hush'", with: "").contains("hush") || text == "Bearer hush: x", "\(shown)")
    }

    @Test(
        "is not echoed where it was typed without quotes, or in the wrong place",
        arguments: [
            (
                ["--header", "Authorization:", "Bearer", "hush"],
                "--header Authorization: 2 words behind it are no option"
            ),
            (
                ["--header=Authorization:", "Bearer", "hush"],
                "put the whole value in quotes: --header 'Authorization: ...'"
            ),
            (["--header", "X-Key: a", "hush", "--users", "2"], "--header X-Key: 1 word behind it is no option"),
            (["--header", "X-Key:", "--hush"], "--header X-Key: 1 word behind it is no option"),
            (["--header", "X-Key:", "-hush"], "--header X-Key: 1 word"),
            (["--header", "X-Key: a", "b", "--hush"], "--header X-Key: 2 words"),
            (["--header", "X-Key: a", "--", "hush"], "--header X-Key: 2 words"),
            (["--header", "hush", "hush"], "--header ***: 1 word"),
            (["--web-login", "me:", "hush"], "'user:password'"),
            (["--users", "3", "X-Key: hush"], "unexpected argument 'X-Key: ***'"),
            (["--users", "X-Key: hush"], "the value 'X-Key: ***' is invalid"),
            (["--users=X-Key: hush"], "the value 'X-Key: ***' is invalid"),
            (["-H", "X-Key: hush"], "host 'X-Key: ***'"),
            (["-H", "me:hush@example.com"], "host '***@example.com': it must begin with http://"),
        ] as [([String], String)]
    )
    func unquoted(arguments: [String], why: String) async throws {
        let result = try await Program.loadtest.run(["--headless"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains(why), "\(result.errors)")
        #expect(!(result.errors + result.output).contains("hush"), "\(result.errors)")
    }

    @Test("does not hide that an option behind it is misspelt")
    func misspelt() async throws {
        let result = try await Program.loadtest.run("--headless", "--mock", "--header", "X: b", "--userz", "3")
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("unknown option '--userz'. Did you mean '--users'?"), "\(result.errors)")
    }
}
