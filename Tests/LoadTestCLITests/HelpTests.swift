import Testing

@Suite("The help", .timeLimit(.minutes(5)), .amongFew)
struct HelpTests {
    private static let commands = ["run", "mock", "validate", "api", "plan", "report"]

    private func help(_ command: String) async throws -> String {
        let result = try await Program.loadtest.run(command, "--help")
        #expect(result.exitCode == 0)
        return result.output
    }

    @Test("has no line that a terminal would break, perhaps within the name of an option", arguments: commands)
    func width(command: String) async throws {
        for line in try await help(command).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("names what the value of each option is, not the option again", arguments: commands)
    func values(command: String) async throws {
        for found in try await help(command).matches(of: /--(?<name>[a-z-]+) <(?<value>[^>]+)>/) {
            #expect(found.name != found.value || found.name == "path", "--\(found.name)")
        }
    }

    @Test("of a run has each heading once, and what is written under one of them")
    func headings() async throws {
        let text = try await help("run")
        let headings = text.matches(of: /(?m)^([A-Z ]+):$/).map { String($0.1) }
        #expect(
            headings == [
                "LOAD", "GENERATOR", "TURNS", "VERDICT", "REPORTS", "WEB PAGE", "CONFIGURATION", "OPTIONS",
            ]
        )
        let reports = try #require(text.split(separator: "REPORTS:").last?.split(separator: "WEB PAGE:").first)
        for option in ["--only-summary", "--summary", "--json", "--html", "--junit", "--csv", "--events"] {
            #expect(reports.contains("  \(option)"))
        }
        #expect(!reports.contains("--headless"))
    }
}
