import Testing

@testable import LoadEngine

@Suite("What is sent with every turn")
struct SentSecretsTests {
    private let secrets = SentSecrets(headers: ["Authorization: Bearer s3cr3tTOKEN", "X-Team:  search, chat", "X: ab"])

    @Test(
        "does not come back in a text",
        arguments: [
            ("HTTP status 401: no Bearer s3cr3tTOKEN here", "HTTP status 401: no *** here"),
            ("token=s3cr3tTOKEN.", "token=***."), ("cut: s3cr3tTO", "cut: ***"), ("cut: Bearer s3cr", "cut: ***"),
            ("ab and ok", "ab and ok"), ("", ""),
        ]
    )
    func masked(text: String, expected: String) {
        #expect(secrets.masked(text) == expected)
    }

    @Test(
        "does not come back of a path's query either, as it was sent or decoded",
        arguments: [
            ("no route /chat?key=ge%2Bheim&a=1", "no route /chat?key=***&a=1"), ("no key ge+heim", "no key ***"),
            ("wrong user-of-", "wrong ***"), ("no bare0secret", "no ***"),
        ]
    )
    func query(text: String, expected: String) {
        let secrets = SentSecrets(headers: [], paths: ["/chat?key=ge%2Bheim&a=1&u=user-of-{session_id}&bare0secret"])
        #expect(secrets.masked(text) == expected)
    }

    @Test(
        "does not come back in the forms that servers give it",
        arguments: [
            ("token abC/dEf+gh==&12.", "token ***."), ("?t=abC%2FdEf%2Bgh%3D%3D%2612", "?t=***"),
            ("?t=abC%2fdEf%2bgh%3d%3d%2612&x", "?t=***&x"), (#"{"t":"abC\/dEf+gh==&12"}"#, #"{"t":"***"}"#),
            ("ABC/DEF+GH==&12", "***"), ("cut: abC%2Fd", "cut: ***"), ("abC/", "***"),
            ("a quote\\\"d one: q\\\"uoted-secret", "a quote\\\"d one: ***"),
        ]
    )
    func forms(text: String, expected: String) {
        let secrets = SentSecrets(headers: ["Authorization: Bearer abC/dEf+gh==&12", "X-Key: q\"uoted-secret"])
        #expect(secrets.masked(text) == expected)
    }

    @Test(
        "does not come back as JSON, forms, headers and pages have letters beyond ASCII, blanks, line ends and brackets",
        arguments: [
            #"{"p": "p\u00e4ss w\u00F6rd\n<&>"}"#, #"{"p": "päss wörd\n<&>"}"#, "X-P: päss wörd <&>",
            #"{"p": "{\"p\": \"p\\u00e4ss w\\u00f6rd\\n<&>\"}"}"#, "p=p%C3%A4ss+w%C3%B6rd%0A%3C%26%3E",
            "<p>päss wörd\n&lt;&amp;&gt;</p>",
        ]
    )
    func odd(text: String) {
        let masked = SentSecrets(values: ["päss wörd\n<&>"]).masked(text)
        #expect(masked.contains("***") && !masked.lowercased().contains("rd"), "\(masked)")
    }

    @Test("may be nothing")
    func none() {
        #expect(SentSecrets(headers: []).masked("Bearer x") == "Bearer x")
    }
}
