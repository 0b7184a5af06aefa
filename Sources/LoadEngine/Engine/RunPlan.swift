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
    /// The part of the run that this program plays; other programs, mostly on other machines, play the others.
    package private(set) var programShare = RunShare.whole
    /// What the result says of that part; nil where it is the whole run.
    package var shareFacts: ShareOfRun?
    /// Which of this program's processes has this plan.
    package private(set) var processShare = RunShare.whole
    /// Whether somebody else says how many users this program has, from none on.
    ///
    /// Then the numbers of users are its own, and not those of the whole run, and while there are none the run waits.
    package private(set) var isSteered = false
    /// When the run begins, in nanoseconds of the monotonic clock, now or later; nil for now.
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

    /// The part of the run that is played by who has this plan: of the whole run, whatever else plays the others.
    package var share: RunShare { programShare.part(processShare) }

    /// The users that this program can have at the same time.
    package var concurrentUsers: Int { shareOfUsers.part(of: configuration.concurrentUsers) }

    /// The part of the users that this program has.
    var shareOfUsers: RunShare { isSteered ? .whole : programShare }

    /// The plan of one of several processes that share what this program plays.
    package func ofProcess(_ index: Int, of count: Int) -> RunPlan {
        var plan = self
        plan.processShare = RunShare(index: index, count: count)
        return plan
    }

    /// Leaves all but a part of the run to other programs.
    ///
    /// - Parameter share: What this program plays.
    /// - Throws: `ConfigurationError` when there are more parts than users, or conversations: who played nothing would leave its
    ///   part undone.
    package mutating func play(_ share: RunShare) throws(ConfigurationError) {
        let most = configuration.concurrentUsers
        guard share.count <= most else {
            throw ConfigurationError(
                "a run in \(share.count) shares needs as many users and conversations, so that each has one to play; it has "
                    + "\(counted(most, "user")) at the same time: make fewer shares, or raise --users (and \"invocations\")",
                of: ConfigurationField(rawValue: "share")
            )
        }
        let rows = configuration.conversations.compactMap { $0.data?.pick == .each ? $0.data?.table.rowCount : nil }
        if let fewest = rows.min(), share.count > fewest {
            throw ConfigurationError(
                "a run in \(share.count) shares needs as many rows of data for each user to have one of its own, and a file has "
                    + "\(fewest)",
                of: ConfigurationField(rawValue: "share")
            )
        }
        programShare = share
        // Each counts its own turns.
        if case .turns(let turns)? = configuration.warmUp {
            configuration.warmUp = .turns(max(share.part(of: turns), 1))
        }
    }

    /// Leaves all but a part of the invocations to other programs, and the number of users to somebody else.
    ///
    /// - Parameters:
    ///   - share: What this program plays.
    ///   - users: How many it has at first; there may be none.
    package mutating func steer(_ share: RunShare, users: Int) {
        programShare = share
        isSteered = true
        configuration.users = users
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
    package func snapshotBeforeStart() -> RunSnapshot {
        configuration.snapshotBeforeStart(of: share, in: programShare)
    }

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

    /// How many of its users a run could have at the same time that is started now.
    ///
    /// - Parameter processes: How many processes share it.
    /// - Returns: All of them, or the greatest number for which there is room; 0 for none.
    package func usersWithRoom(processes: Int) -> Int {
        (1...concurrentUsers).greatest { users in
            (try? checkFit(users: users, openConnections: 0, processes: processes, keptFiles: 0)) != nil
        } ?? 0
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
