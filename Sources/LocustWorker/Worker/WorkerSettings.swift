package import LoadReports

/// What a worker is given by those who start it.
package struct WorkerSettings: Sendable {
    /// Where the master is.
    package var masterHost: String
    package var masterPort: UInt16
    /// What is played, and how; host, users and stop timeout are the master's.
    package var configuration: EngineConfiguration
    /// The target where the master names none.
    package var host: String?
    /// What becomes one row for the master.
    package var grouping = RowGrouping.conversation

    package init(masterHost: String, masterPort: UInt16, configuration: EngineConfiguration) {
        self.masterHost = masterHost
        self.masterPort = masterPort
        self.configuration = configuration
    }
}
