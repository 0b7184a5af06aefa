import LoadEngine

/// A run that the page has started.
struct WebRun: Sendable {
    let run: LoadRun
    /// How many processes share it.
    let processes: Int
    /// How many were asked for; with fewer users there are fewer.
    var processesAsked = 1
    /// What reports say of its options.
    let configuration: [String: String]
    /// Waits for its end, writes its reports, and tells how the program would end if this were all.
    let finish: @Sendable () async throws -> (Summary, ExitStatus)

    /// The exit code of a run.
    typealias ExitStatus = Int32
    /// That of a run that could not go on.
    static let failure: ExitStatus = 2
}
