import ArgumentParser

/// Prints the manual page; `make install` keeps it.
struct ManualPageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual-page",
        abstract: "Print the manual page, as man reads it.",
        shouldDisplay: false
    )

    func run() async throws {
        let page = ManualPage(try ToolDescription(of: LoadTest.self).command, version: LoadTest.configuration.version)
        try await reportingErrors { try StandardStream.output.writeAll(page.text) }
    }
}
