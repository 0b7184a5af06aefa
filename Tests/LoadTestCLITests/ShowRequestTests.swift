import Foundation
import TestSupport
import Testing

@Suite("The requests that would be sent")
struct ShowRequestTests {
    @Test("are shown as they are, without what is secret", .timeLimit(.minutes(5)), .amongFew)
    func shown() async throws {
        let folder = try TemporaryFolder()
        let conversation = """
            {"name": "a", "invocations": 1, "headers": {"X-Session-ID": "{{session_id}}"}, "variables": {"who": "Ada \\"A\\""},
             "conversation": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "I am {{who}}"},
                              {"role": "user", "content": "And?"}]}
            """
        let path = try folder.write(conversation, to: "a.json")
        let result = try await Program.loadtest.run(
            ["validate", path, "--api", "openai-chat", "--var", "model=m-1", "--show-request"],
            environment: ["OPENAI_API_KEY": "sk-very-secret-1"]
        )
        #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
        let text = result.output
        // The system's entry is no turn.
        #expect(text.contains("a                        1       2  "))
        #expect(text.contains("\n# a\nPOST /v1/chat/completions HTTP/1.1\n"))
        #expect(text.contains("\nAuthorization: ***\n") && !text.contains("secret"))
        #expect(text.contains("\nX-Session-ID: "))
        let body = #""messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"I am Ada \"A\""}]}"#
        #expect(text.contains(body), "\(text)")
        #expect(!text.contains("And?"))
    }
}
