import LoadEngine
import Testing

@testable import loadtest

@Suite("The hosts that the page names")
struct WebTargetsTests {
    private static let own = "https://assistant.example.test/api"

    private func base(headers: [String] = ["Authorization: Bearer geheim", "X-Team: a"]) -> EngineConfiguration {
        var base = EngineConfiguration(host: Self.own, conversations: [])
        base.path = "/chat/{session_id}?key=geheim"
        base.headers = headers
        return base
    }

    @Test(
        "get the headers when scheme, name and port are those of the options",
        arguments: [
            nil, own, "https://assistant.example.test", "HTTPS://Assistant.Example.Test:443",
            "https://assistant.example.test/other",
        ]
    )
    func same(host: String?) throws {
        for others in [WebTargets.Others.withoutSecrets, .trusted] {
            let targets = WebTargets(own: Self.own, others: others)
            let (configuration, note) = try targets.configuration(base(), for: host)
            #expect(configuration.headers == base().headers && configuration.path == base().path && note == nil)
            #expect(configuration.host == host ?? Self.own)
        }
    }

    @Test(
        "are those below the same path only when the page is locked to it",
        arguments: [
            (nil, true), (own, true), (own + "/", true), ("HTTPS://Assistant.Example.Test:443/api", true),
            ("https://assistant.example.test", false), ("https://assistant.example.test/other", false),
            (own + "/../other", false), (own + "/%2e%2e/other", false), ("https://assistant.example.test/API", false),
        ] as [(String?, Bool)]
    )
    func locked(host: String?, isPlayed: Bool) {
        let targets = WebTargets(own: Self.own, others: .refused)
        let configuration = try? targets.configuration(base(), for: host).configuration
        #expect((configuration != nil) == isPlayed)
        #expect(configuration.map { $0.headers == base().headers } ?? true)
    }

    @Test("get no secret of the profile otherwise")
    func profile() throws {
        var base = base(headers: [])
        base.path = "/chat"
        base.api = try #require(Profiles.named("anthropic"))
        let targets = WebTargets(own: Self.own)
        let same = try targets.configuration(base, for: Self.own)
        #expect(same.configuration.api == base.api && same.note == nil)
        let (configuration, note) = try targets.configuration(base, for: "https://example.test")
        #expect(!configuration.api.headers.contains { $0.name == "x-api-key" })
        #expect(configuration.api.headers.count == base.api.headers.count - 1)
        #expect(
            note?.hasPrefix("secrets of the profile (x-api-key) were given for \(Self.own) and are not sent") == true
        )
        try configuration.api.check()
        let trusted = try WebTargets(own: Self.own, others: .trusted).configuration(base, for: "https://example.test")
        #expect(trusted.configuration.api == base.api && trusted.note == nil)
        let unnamed = WebTargets(own: nil)
        #expect(
            unnamed.noteAtStart(base)?.hasPrefix("secrets of the profile (x-api-key) were given without --host") == true
        )
    }

    @Test(
        "get no headers and no query otherwise, and it is said",
        arguments: [
            "http://assistant.example.test", "https://assistant.example.test:8443", "https://example.test",
            "https://assistant.example.test.evil.test", "https://127.0.0.1",
        ]
    )
    func other(host: String) throws {
        let targets = WebTargets(own: Self.own)
        let (configuration, note) = try targets.configuration(base(), for: host)
        #expect(configuration.headers.isEmpty && configuration.path == "/chat/{session_id}")
        #expect(configuration.host == host)
        let text = try #require(note)
        #expect(text.contains("(Authorization, X-Team)") && text.contains("--web-any-host") && text.contains(host))
        #expect(!text.contains("geheim"))

        let trusting = try WebTargets(own: Self.own, others: .trusted).configuration(base(), for: host)
        #expect(trusting.configuration.headers == base().headers && trusting.note == nil)
        #expect(trusting.configuration.path == base().path)

        let locked = WebTargets(own: Self.own, others: .refused)
        let problem = #expect(throws: WebProblem.self) { try locked.configuration(base(), for: host) }
        #expect(problem?.field == "host" && problem?.message.contains("--web-lock-host") == true)
    }

    @Test("get nothing when the options name no host, which is said before the first run")
    func none() throws {
        let targets = WebTargets(own: nil)
        let (configuration, note) = try targets.configuration(base(), for: "http://first.example.test")
        #expect(configuration.headers.isEmpty && note?.contains("without --host") == true)
        #expect(targets.noteAtStart(base())?.contains("give --host, or --web-any-host") == true)
        #expect(WebTargets(own: nil, others: .trusted).noteAtStart(base()) == nil)
        #expect(WebTargets(own: Self.own).noteAtStart(base()) == nil)
        let missing = #expect(throws: WebProblem.self) { try targets.configuration(base(), for: nil) }
        #expect(missing?.field == "host")
    }

    @Test("are as good as any other when there is nothing secret")
    func nothingSecret() throws {
        var plain = base(headers: [])
        plain.path = "/chat"
        for own in [nil, Self.own] {
            let (configuration, note) = try WebTargets(own: own).configuration(plain, for: "http://127.0.0.1:1")
            #expect(note == nil && configuration.path == "/chat")
        }
        #expect(WebTargets(own: nil).noteAtStart(plain) == nil)
    }
}
