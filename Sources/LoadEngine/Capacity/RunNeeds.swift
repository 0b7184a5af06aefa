/// What a run needs of the system, and whether the system has it.
///
/// Pure arithmetic: what is asked of the system is in `SystemFacts` and `PortsInUse`.
package struct RunNeeds: Sendable {
    /// Resident memory of a live stream, that of the kernel for its socket included, in bytes; measured with
    /// `make bench`, and rounded up.
    package static let bytesPerStream: UInt64 = 20 << 10
    /// The same with TLS, of which OpenSSL takes most.
    package static let bytesPerTLSStream: UInt64 = 140 << 10
    /// Resident memory of a process without streams, in bytes.
    package static let bytesPerProcess: UInt64 = 40 << 20
    /// What the buffers of a user can take of it: three times the size of its event, since they grow by doubling, and the head.
    private static let largeAnswerFactor = 3
    private static let headBytes = ResponseHead.maximumBytes * 2
    /// Descriptors that a process needs besides its connections and multis: the loop, the canary, reports, and some to
    /// spare.
    package static let fixedDescriptors = 24
    // Of a program that shares a run among processes: for each of them, while it is started, and besides. With fewer,
    // starting them waits for ever.
    private static let descriptorsPerProcess = 8
    private static let descriptorsOfParent = 64
    /// Descriptors that libcurl takes for each multi.
    private static let descriptorsPerMulti = 2

    /// Users that can have a connection at the same time.
    package var users: Int
    /// How many processes share them.
    package var processes: Int
    /// How many were asked for; a run that began with fewer users has fewer to its end.
    package var processesAsked = 1
    /// The addresses that connections are made from; none when the system chooses.
    package var sources: [SourceAddress]
    /// The address and port that they go to.
    package var targetAddress: String
    package var targetPort: Int
    package var usesTLS: Bool
    /// How many addresses of the target users are spread over.
    package var targetCount: Int
    /// The most bytes of one event.
    package var maximumEventBytes: Int
    /// How many connections the users have.
    package var policy: ConnectionPolicy

    package init(
        users: Int,
        processes: Int,
        sources: [SourceAddress],
        targetAddress: String,
        targetPort: Int,
        usesTLS: Bool,
        targetCount: Int = 1,
        maximumEventBytes: Int = 1 << 20,
        policy: ConnectionPolicy = ConnectionPolicy()
    ) {
        self.users = users
        self.processes = processes
        self.sources = sources
        self.targetAddress = targetAddress
        self.targetPort = targetPort
        self.usesTLS = usesTLS
        self.targetCount = targetCount
        self.maximumEventBytes = maximumEventBytes
        self.policy = policy
    }

    /// The descriptors that a process needs for a number of users, those it has open already left out.
    package static func descriptors(
        users: Int,
        layout: MultiLayout = MultiLayout(),
        policy: ConnectionPolicy = ConnectionPolicy()
    ) -> Int {
        let multis = layout.multis(users: users)
        let connections = (0..<multis).reduce(0) {
            $0 + policy.connections(users: layout.users(ofMulti: $1, of: users))
        }
        return connections + descriptorsPerMulti * multis + fixedDescriptors
    }

    /// The descriptors that a program needs which shares a run among processes.
    package static func descriptors(processes: Int) -> Int {
        descriptorsPerProcess * processes + descriptorsOfParent
    }

    /// The most users that a process has descriptors for, of those that a process can have at all.
    package static func users(
        descriptors: Int,
        layout: MultiLayout = MultiLayout(),
        policy: ConnectionPolicy = ConnectionPolicy()
    ) -> Int {
        (1...max(min(descriptors, EngineConfiguration.mostUsers), 1)).greatest { users in
            Self.descriptors(users: users, layout: layout, policy: policy) <= descriptors
        } ?? 0
    }

    private var layout: MultiLayout { MultiLayout(targetCount: targetCount) }

    /// The most connections from each source address; one number when the system chooses.
    package var connectionsPerAddress: [Int] {
        connectionsPerAddress(users: users, addressCount: sources.count)
    }

    /// The memory of the whole run, in bytes, when answers are as small as those of most servers.
    private var plainMemoryBytes: UInt64 {
        UInt64(users) * (usesTLS ? Self.bytesPerTLSStream : Self.bytesPerStream)
            + UInt64(processes) * Self.bytesPerProcess
    }

    /// The most memory that large events and heads may take in each process, in bytes.
    ///
    /// No more than the users could need, and no more than an eighth of what is there: a server that sends such answers to
    /// all users at once makes turns fail (client_limit), not the machine.
    package func largeAnswerBytes(availableMemoryBytes: UInt64?, limits: [MemoryLimit] = []) -> Int {
        let usersHere = RunShare(index: 0, count: processes).part(of: users)
        let each = maximumEventBytes * Self.largeAnswerFactor + Self.headBytes
        let wanted = min(usersHere.multipliedReportingOverflow(by: each).partialValue, LargeAnswers.mostBytes)
        let parts =
            limits.map { Int(clamping: $0.leftBytes / 8) }
            + [availableMemoryBytes.map { Int(clamping: $0 / 8) / processes }].compactMap(\.self)
        // One of the size that was allowed always fits, if the memory does.
        return max(parts.reduce(wanted, min), each)
    }

    private func largeAnswerBytes(_ facts: SystemFacts) -> Int {
        largeAnswerBytes(availableMemoryBytes: facts.availableMemoryBytes, limits: facts.memoryLimits)
    }

    /// The memory of the whole run, in bytes; of which answers that are large take what may be had for them.
    package func memoryBytes(_ facts: SystemFacts) -> UInt64 {
        plainMemoryBytes
            + UInt64(processes * largeAnswerBytes(facts))
    }

    /// Why the run does not fit, and what would make it fit.
    ///
    /// - Parameters:
    ///   - facts: What the system allows; of this process, or of one like it.
    ///   - portsInUse: How many ports of the range cannot be had from a source address, nil standing for the system's
    ///     choice.
    /// - Returns: One sentence for each limit; empty when it fits.
    package func problems(_ facts: SystemFacts, portsInUse: (SourceAddress?) -> Int) -> [String] {
        ([descriptorProblem(facts), portProblem(facts, portsInUse), memoryProblem(facts)]
            + facts.memoryLimits.map { limitProblem($0, facts) }).compactMap { $0 }
    }

    private func descriptorProblem(_ facts: SystemFacts) -> String? {
        let usersHere = RunShare(index: 0, count: processes).part(of: users)
        let needed = Self.descriptors(users: usersHere, layout: layout, policy: policy)
        let free = facts.openFilesLimit - facts.openFiles - facts.keptFiles
        guard needed > free else { return nil }
        let most = Self.users(descriptors: free, layout: layout, policy: policy)
        let enough = most > 0 ? (users + most - 1) / most : 0
        let ways = [
            Self.descriptors(processes: enough) <= facts.openFilesLimit ? moreProcesses(enough) : nil,
            "a higher limit (ulimit -n \(needed + facts.openFiles + facts.keptFiles))",
            most > 0 ? "at most \(counted(most * processes, "user"))" : nil,
        ]
        return
            "\(counted(usersHere, "user")) in one process \(plural(usersHere, "needs", "need")) \(needed) open files; it may have \(facts.openFilesLimit), of which "
            + "\(facts.openFiles) are in use\(facts.keptFiles > 0 ? " and \(facts.keptFiles) kept for others" : ""). What would fit: \(Self.either(ways))"
    }

    private func portProblem(_ facts: SystemFacts, _ portsInUse: (SourceAddress?) -> Int) -> String? {
        let counts = connectionsPerAddress
        let free = counts.indices.map { facts.portCount - portsInUse(sources.isEmpty ? nil : sources[$0]) }
        guard let short = counts.indices.first(where: { counts[$0] > free[$0] }) else { return nil }
        let least = max(free.min() ?? 0, 0)
        let from = sources.isEmpty ? "" : " from \(sources[short])"
        let range = "\(facts.portRange.lowerBound)-\(facts.portRange.upperBound)"
        let addresses = addressesNeeded(portsEach: least)
        let most = usersFitting(portsEach: least)
        let ways = [
            addresses.map { "\($0) or more --source-address\(loopbackExample($0))" },
            "a wider range (sysctl net.ipv4.ip_local_port_range)",
            most > 0 ? "at most \(counted(most, "user"))" : nil,
        ]
        return
            "\(counted(counts[short], "connection"))\(from) to \(targetAddress) port \(targetPort) \(plural(counts[short], "needs a local port", "need as many local ports")); "
            + "\(max(free[short], 0)) of \(range) are free. What would fit: \(Self.either(ways))"
    }

    private func memoryProblem(_ facts: SystemFacts) -> String? {
        let memoryBytes = memoryBytes(facts)
        guard let available = facts.availableMemoryBytes, memoryBytes > available else { return nil }
        let large = memoryBytes - plainMemoryBytes
        let perUser = usesTLS ? Self.bytesPerTLSStream : Self.bytesPerStream
        let fixed = UInt64(processes) * Self.bytesPerProcess + large
        let most = available > fixed ? (available - fixed) / perUser : 0
        return
            "\(counted(users, "user")) \(plural(users, "needs", "need")) about \(memoryBytes >> 20) MiB of memory "
            + "(\(perUser >> 10) KiB each, and \(large >> 20) MiB for large events and heads); "
            + "\(available >> 20) MiB are available. What would fit: "
            + Self.either([most > 0 ? "at most \(counted(most, "user"))" : nil, "more machines"])
    }

    /// How much more than now the program may have in use when it is started once more: some 100 KB were seen.
    private static let startsDifferBytes: UInt64 = 1 << 20

    /// What speaks against a limit of each process's memory.
    private func limitProblem(_ limit: MemoryLimit, _ facts: SystemFacts) -> String? {
        let usersHere = RunShare(index: 0, count: processes).part(of: users)
        let perUser = usesTLS ? Self.bytesPerTLSStream : Self.bytesPerStream
        let large = UInt64(largeAnswerBytes(facts))
        let fixed = facts.programBytes + large
        let needed = fixed + UInt64(usersHere) * perUser
        guard needed > limit.leftBytes else { return nil }
        // What is advised is for another start.
        let advised = fixed + Self.startsDifferBytes
        let most = limit.leftBytes > advised ? Int(clamping: (limit.leftBytes - advised) / perUser) : 0
        let enough = most > 0 ? (users + most - 1) / most : 0
        let ways = [
            moreProcesses(enough),
            "a higher limit (\(limit.kind.rawValue) \(enoughBytes(limit, facts, users: UInt64(usersHere) * perUser) >> 10 + 1))",
            most > 0 ? "at most \(counted(most * processes, "user"))" : nil,
        ]
        return
            "\(counted(usersHere, "user")) in one process \(plural(usersHere, "needs", "need")) about \(needed >> 20) MiB of the memory that "
            + "\(limit.kind.rawValue) limits (\(facts.programBytes >> 20) MiB for the program, \(perUser >> 10) KiB for each user, and \(large >> 20) MiB for "
            + "large events and heads); it may have \(limit.bytes >> 20) MiB, of which \(limit.usedBytes >> 20) are in use. "
            + "What would fit: \(Self.either(ways))"
    }

    /// The limit under which another start fits.
    ///
    /// Of a higher limit large answers may take more, which is needed as well.
    private func enoughBytes(_ limit: MemoryLimit, _ facts: SystemFacts, users usersBytes: UInt64) -> UInt64 {
        var facts = facts
        var leftBytes = limit.leftBytes
        while true {
            facts.memoryLimits = [MemoryLimit(limit.kind, bytes: leftBytes, usedBytes: 0)]
            let needed = facts.programBytes + UInt64(largeAnswerBytes(facts)) + usersBytes
            // Each round adds at most an eighth of what the one before did.
            guard needed > leftBytes else { return limit.usedBytes + needed + Self.startsDifferBytes * 2 }
            leftBytes = needed
        }
    }

    /// How to come to so many processes; nil where that is no way out.
    private func moreProcesses(_ enough: Int) -> String? {
        guard enough > processes, enough <= Self.mostProcesses else { return nil }
        // Whoever has given the option is not helped by it.
        return enough <= processesAsked
            ? "another run, which begins with at least \(enough) users and so has \(enough) processes"
            : "--processes \(enough)"
    }

    /// How many source addresses the run would need; nil when no number is enough.
    ///
    /// Whole multis are dealt out to them, so that a few more can be needed than by division.
    private func addressesNeeded(portsEach: Int) -> Int? {
        guard portsEach > 0 else { return nil }
        let fewest = (users + portsEach - 1) / portsEach
        return (fewest...fewest + Self.mostProcesses + 1).first { count in
            busiestAddress(users: users, addresses: count) <= portsEach
        }
    }

    /// How many users the source addresses that there are have ports for.
    private func usersFitting(portsEach: Int) -> Int {
        var fitting = 0
        var tooMany = portsEach * max(sources.count, 1) + 1
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            if busiestAddress(users: middle, addresses: sources.count) <= portsEach {
                fitting = middle
            } else {
                tooMany = middle
            }
        }
        return fitting
    }

    private func busiestAddress(users: Int, addresses: Int) -> Int {
        connectionsPerAddress(users: users, addressCount: addresses).max() ?? 0
    }

    private func connectionsPerAddress(users: Int, addressCount: Int) -> [Int] {
        SourceSpread.connectionsPerAddress(
            users: users,
            processes: processes,
            addressCount: addressCount,
            layout: layout,
            policy: policy
        )
    }

    /// The most processes that a run can have.
    package static let mostProcesses = 256

    private static func either(_ ways: [String?]) -> String {
        ways.compactMap { $0 }.joined(separator: ", or ")
    }

    /// On the loopback every address of 127/8 is there already.
    private func loopbackExample(_ count: Int) -> String {
        guard targetAddress.hasPrefix("127."), (2...200).contains(count) else { return "" }
        return " (such as 127.0.0.2-127.0.0.\(count + 1))"
    }
}
