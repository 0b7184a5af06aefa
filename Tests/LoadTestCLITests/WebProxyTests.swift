import Foundation
import TestSupport
import Testing

@Suite(
    "The web page behind a reverse proxy",
    .serialized,
    .timeLimit(.minutes(5)),
    .amongFew,
    .enabled(if: ReverseProxy.whyNot.isEmpty, "\(ReverseProxy.whyNot)")
)
struct WebProxyTests {
    private static let own = "https://\(ReverseProxy.name)"

    private func post(_ port: UInt16, _ path: String, origin: String) async throws -> Int? {
        try await ReverseProxy.status(port, path, "-X", "POST", "-H", "Origin: \(origin)")
    }

    @Test("answers what its own page sends through the proxy, and nobody else's")
    func requests() async throws {
        try await ReverseProxy.run { _, port in
            for path in ReverseProxy.paths {
                for (file, expected) in [("/", 200), ("/assets/main.js", 200), ("/stats/requests", 200), ("/no", 404)] {
                    let found = try await ReverseProxy.status(port, path + file)
                    #expect(found == expected, "\(path + file)")
                }
                // The page's files are below the slash.
                let found = try await ReverseProxy.status(port, path, "-L", "--max-redirs", "1")
                #expect(found == 200, "\(path)")
                let reset = try await post(port, "\(path)/stats/reset", origin: "\(Self.own):\(port)")
                #expect(reset == 200, "\(path)")
                for other in ["https://evil.test", "http://\(ReverseProxy.name):\(port)", Self.own, "null"] {
                    let found = try await post(port, "\(path)/stats/reset", origin: other)
                    #expect(found == 403, "\(other)")
                }
            }
            let evil = try await ReverseProxy.status(port, "/tools/kept/", "-H", "Host: evil.test")
            #expect(evil == 421)
        }
    }

    @Test("says what to do when it was not told of the proxy")
    func notTold() async throws {
        try await ReverseProxy.run(isTold: false) { web, port in
            let origin = "\(Self.own):\(port)"
            let reset = try await post(port, "/stripped/stats/reset", origin: origin)
            let kept = try await ReverseProxy.status(port, "/tools/kept/")
            #expect(reset == 403 && kept == 421)
            for header in ["Origin: \(origin)", "Host: \(ReverseProxy.name)"] {
                let answer = try await web.curl("/stats/reset", "-X", "POST", "-H", header)
                #expect(answer.body.contains("--web-origin"), "\(answer.body)")
            }
        }
    }

    @Test(
        "works in a browser below a path, with its buttons",
        .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"),
        .looksWithBrowser,
        arguments: ReverseProxy.paths
    )
    func browser(path: String) async throws {
        try await ReverseProxy.run { _, port in
            let charts = HTMLPageTests.hasLibrary ? [] : ["--no-charts"]
            let folder = "\(Repository.path)/.build/web-page/proxy\(path.replacingOccurrences(of: "/", with: "-"))"
            let problems = try await Browser.problems(
                of: "web.py",
                ["--scenario", "start-stop", "--scenario", "reload"] + charts
                    + ["\(Self.own):\(port)\(path)/", folder]
            )
            #expect(problems.isEmpty, "\(problems)")
        }
    }
}
