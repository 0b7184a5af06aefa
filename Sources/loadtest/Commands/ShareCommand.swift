import ArgumentParser
import LoadProcesses

/// Plays a part of a run as one of several processes; started by `run --processes`, which it talks with over its standard
/// input and output.
struct ShareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-share",
        abstract: "Play a part of a run for another process.",
        shouldDisplay: false
    )

    /// This program, as the process of a run.
    ///
    /// A terminal's Ctrl-C and Ctrl-Z go to the whole group of a program, which tells its children itself what they mean.
    static let program = ShareProgram(arguments: [configuration.commandName ?? ""], hasOwnGroup: true)

    func run() async throws {
        DescriptorLimit.raise()
        try await DescriptorLimit.takeOwn()
        await LoadRun.playShare()
    }
}
