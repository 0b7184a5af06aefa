#if canImport(Glibc)
import Glibc
#endif

/// A run that has been checked and can be started: by this process, or by several that share it.
package struct RunPlan: Sendable, Codable {
    package var configuration: EngineConfiguration
    /// The target, resolved: all processes go to the same addresses.
    package let target: Target
    package let sources: [SourceAddress]
    /// The APIs that are played, and which of them each conversation is played against.
    let apis: ConversationAPIs
    /// The local ports that connections choose from in turn; nil before `checkFit`, and when the system chooses.
    package private(set) var portWindows: PortWindows?
    /// The most memory that large events and heads may take in each process, in bytes.
    package var largeAnswerBytes = LargeAnswers.mostBytes
    /// The part of the run that is played by who has this plan.
    package var share = RunShare.whole
    /// Whether somebody else says how many users this share has, from none on.
    ///
    /// Then the numbers of users are those of the share alone, and while there are none the run waits.
    package var isSteered = false
    /// When the run begins, in nanoseconds of the monotonic clock; nil for now.
    package var startNs: UInt64?

    /// Resolves the target of a run.
    ///
    /// - Parameter checked: What is run.
    /// - Throws: `EngineError` when the host cannot be resolved.
    package init(_ checked: CheckedConfiguration) throws(EngineError) {
        self.init(checked, target: try checked.target.resolved(family: checked.sources.first?.family))
    }

    /// Checks a configuration, and resolves its target.
    ///
    /// - Parameter configuration: What is run.
    /// - Throws: `ConfigurationError` for mistakes in the configuration, `EngineError` when the host cannot be resolved.
    package init(_ configuration: EngineConfiguration) throws {
        try self.init(CheckedConfiguration(configuration))
    }

    /// A plan whose target was resolved by other means than the system's.
    package init(_ checked: CheckedConfiguration, target: Target) {
        sources = checked.sources
        apis = checked.apis
        self.target = target
        configuration = checked.configuration
        // All processes have the arrivals of one seed.
        if configuration.arrivals != nil, configuration.seed == nil {
            configuration.seed = UInt64.random(in: 0...UInt64.max)
        }
    }

    /// The users that can be there at the same time.
    package var concurrentUsers: Int { configuration.concurrentUsers }

    /// The plan of one of several processes that share the run.
    package func ofShare(_ index: Int, of count: Int) -> RunPlan {
        var plan = self
        plan.share = RunShare(index: index, count: count)
        return plan
    }

    /// Empties the file that the run is going to write its turns to, if it is; the last thing before the start.
    ///
    /// - Parameter processes: How many processes share the run.
    /// - Throws: `ConfigurationError` when the file cannot be written, or not by several.
    package mutating func emptyEventLog(processes: Int = 1) throws(ConfigurationError) {
        guard let path = configuration.eventLog?.path else { return }
        configuration.eventLog?.path = try EventLogFile.empty(path, processes: processes)
    }

    /// The state of the run, or the part of it, before it begins.
    package func snapshotBeforeStart() -> RunSnapshot { configuration.snapshotBeforeStart(of: share) }

    /// Checks that the system has what the run needs, before any connection, and decides on the local ports.
    ///
    /// - Parameters:
    ///   - processes: How many processes share the run.
    ///   - keptFiles: How many descriptors of this process are kept for what is no stream.
    /// - Throws: `EngineError` that says what is missing and what would make the run fit.
    package mutating func checkFit(processes: Int = 1, keptFiles: Int = 0) throws(EngineError) {
        let needs = needs(processes: processes)
        var facts = SystemFacts.current()
        // Each of several processes has descriptors of its own.
        if processes == 1 { facts.keptFiles = keptFiles }
        largeAnswerBytes = needs.largeAnswerBytes(
            availableMemoryBytes: facts.availableMemoryBytes,
            limits: facts.memoryLimits
        )
        let most = needs.connectionsPerAddress.max() ?? 0
        // For each source address, or for the system's choice.
        var inUse: [(source: SourceAddress?, count: Int)]
        var problems: [String]
        if let bound = PortsInUse.atMost, most + bound <= facts.portCount / 2 {
            // Reading the whole table takes longer than a small run.
            inUse = [(nil, bound)]
            problems = needs.problems(facts) { _ in bound }
        } else {
            let table = PortsInUse(toAddress: needs.targetAddress, port: target.port)
            func judge(isAfterReuse: Bool) {
                inUse = (sources.isEmpty ? [nil] : sources.map { Optional($0) }).map { source in
                    (source, table.count(in: facts.portRange, from: source, isAfterReuse: isAfterReuse))
                }
                problems = needs.problems(facts) { source in inUse.first { $0.source == source }?.count ?? 0 }
            }
            inUse = []
            problems = []
            judge(isAfterReuse: false)
            if !problems.isEmpty {
                judge(isAfterReuse: true)
                // The ports of a run that has just ended: until then connections would fail.
                if problems.isEmpty { sleep(UInt32(PortsInUse.secondsUntilReuse)) }
            }
        }
        guard !problems.isEmpty else {
            // Every turn of an unkept connection leaves a port behind for a while: those are for the system to find.
            guard configuration.keepsConnections else { return }
            portWindows = PortWindows(
                range: facts.portRange,
                freeCount: facts.portCount - (inUse.map(\.count).max() ?? 0),
                mostConnections: most
            )
            return
        }
        throw tooLittle(problems)
    }

    /// Checks that a run that goes on can have other users than its plan has, as far as that can be told.
    ///
    /// - Parameters:
    ///   - users: Those that it is to have.
    ///   - openConnections: How many connections of its own it has.
    ///   - processes: How many processes share it.
    ///   - processesAsked: How many were asked for; it may have begun with fewer users.
    ///   - keptFiles: How many descriptors of this process are kept for what is no stream.
    /// - Throws: `EngineError` that says what is missing and what would make them fit.
    package func checkFit(
        users: Int,
        openConnections: Int,
        processes: Int,
        processesAsked: Int = 1,
        keptFiles: Int
    ) throws(EngineError) {
        var plan = self
        plan.configuration.users = users
        var needs = plan.needs(processes: processes)
        needs.processesAsked = processesAsked
        var facts = SystemFacts.current()
        // What the run has already is not in its own way.
        if processes == 1 {
            facts.openFiles -= min(openConnections, facts.openFiles)
            facts.keptFiles = keptFiles
            let perUser = target.scheme == "https" ? RunNeeds.bytesPerTLSStream : RunNeeds.bytesPerStream
            let ownBytes = facts.programBytes + UInt64(openConnections) * perUser
            facts.memoryLimits = facts.memoryLimits.map {
                MemoryLimit($0.kind, bytes: $0.bytes, usedBytes: $0.usedBytes - min(ownBytes, $0.usedBytes))
            }
        }
        let ownPorts = openConnections / max(sources.count, 1)
        let table = PortsInUse(toAddress: needs.targetAddress, port: target.port)
        let problems = needs.problems(facts) { source in
            max(table.count(in: facts.portRange, from: source, isAfterReuse: true) - ownPorts, 0)
        }
        guard problems.isEmpty else { throw plan.tooLittle(problems) }
    }

    private func needs(processes: Int) -> RunNeeds {
        RunNeeds(
            users: concurrentUsers,
            processes: processes,
            sources: sources,
            targetAddress: target.numericAddress,
            targetPort: target.port,
            usesTLS: target.scheme == "https",
            targetCount: target.spreadCount,
            maximumEventBytes: configuration.maximumEventBytes,
            policy: configuration.connectionPolicy
        )
    }

    private func tooLittle(_ problems: [String]) -> EngineError {
        EngineError(
            operation: "start \(counted(concurrentUsers, "user"))",
            reason: problems.count == 1 ? problems[0] : problems.map { "\n  * \($0)" }.joined()
        )
    }
}
