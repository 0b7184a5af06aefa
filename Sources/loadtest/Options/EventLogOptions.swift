import ArgumentParser
import LoadEngine

/// The file with a line for each turn.
struct EventLogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write a JSON line for each turn to this file, with all its times (docs/events.md).",
            valueName: "file"
        ),
        completion: .file()
    )
    var events: String?

    @Flag(help: "With --events: each line has the times of all content events, the first 100,000 of a turn.")
    var eventsDetail = false

    func check(_ problems: inout Problems) {
        problems.require(events != nil || !eventsDetail, "--events-detail needs --events FILE", of: "events-detail")
    }

    /// What the engine is to write; nil for nothing.
    var configuration: EventLogConfiguration? {
        events.map { EventLogConfiguration(path: $0, hasContentTimes: eventsDetail) }
    }
}
