import ArgumentParser

/// The root of the command line: only its subcommands do anything.
struct LoadTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadtest",
        abstract: "Plays multi-turn conversations as very many users against a streaming assistant.",
        version: "loadtest 0.1.0",
        subcommands: [
            RunCommand.self, FindLimitCommand.self, MockCommand.self, ValidateCommand.self, APICommand.self,
            PlanCommand.self,
            ReportCommand.self, WorkerCommand.self, LocustfileCommand.self, ShareCommand.self, ManualPageCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )
}
