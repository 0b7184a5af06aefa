import Testing

@Suite("A secret", .timeLimit(.minutes(5)))
struct SecretTests {
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
}
