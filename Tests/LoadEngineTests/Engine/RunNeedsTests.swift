import Testing

@testable import LoadEngine

@Suite("What a run needs")
struct RunNeedsTests {
    private let facts = SystemFacts(
        openFilesLimit: 20_000,
        openFilesHardLimit: 20_000,
        openFiles: 10,
        portRange: 32_768...60_999,
        reservedPorts: 0,
        availableMemoryBytes: 8 << 30,
        cores: 2
    )

    private func needs(
        _ users: Int,
        processes: Int = 1,
        sources: String? = nil,
        tls: Bool = false
    ) throws -> RunNeeds {
        RunNeeds(
            users: users,
            processes: processes,
            sources: try sources.map { try SourceAddress.parse($0) } ?? [],
            targetAddress: "127.0.0.1",
            targetPort: 8000,
            usesTLS: tls
        )
    }

    private func problems(_ needs: RunNeeds, inUse: Int = 0, _ change: (inout SystemFacts) -> Void = { _ in })
        -> [String]
    {
        var facts = facts
        change(&facts)
        return needs.problems(facts) { _ in inUse }
    }

    @Test("fits 15,000 and 19,000 users into one process of 20,000 open files, and not 20,000")
    func descriptors() throws {
        #expect(problems(try needs(15_000)) == [])
        #expect(problems(try needs(19_000)) == [])
        let refused = problems(try needs(20_000))
        try #require(refused.count == 1)
        #expect(refused[0].contains("20000 users in one process need 20424 open files"))
        #expect(refused[0].contains("--processes 2"))
        #expect(refused[0].contains("ulimit -n 20434"))
    }

    @Test("leaves those descriptors that are kept for others")
    func keptDescriptors() throws {
        let kept = problems(try needs(19_500)) { $0.keptFiles = 128 }
        #expect(problems(try needs(19_500)) == [])
        #expect(kept.count == 1 && kept[0].contains("10 are in use and 128 kept for others"), "\(kept)")
        let most = RunNeeds.users(descriptors: 20_000 - 10 - 128)
        #expect(problems(try needs(most)) { $0.keptFiles = 128 } == [])
    }

    @Test("says how many users would fit, and those do")
    func whatWouldFit() throws {
        let most = RunNeeds.users(descriptors: 20_000 - 10)
        #expect(problems(try needs(20_000))[0].contains("at most \(most) users"))
        #expect(problems(try needs(most)) == [])
        #expect(problems(try needs(most + 1)) != [])
    }

    @Test(
        "inverts the need for descriptors, whatever their number",
        arguments: [0, 1, 24, 25, 27, 126, 127, 128, 228, 5_000]
    )
    func inverse(descriptors: Int) {
        let users = RunNeeds.users(descriptors: descriptors)
        #expect(users == 0 || RunNeeds.descriptors(users: users) <= descriptors)
        #expect(RunNeeds.descriptors(users: users + 1) > descriptors)
    }

    @Test("counts the local ports of each source address, less those in use")
    func ports() throws {
        let many = try needs(28_232, processes: 2)
        #expect(problems(many) == [])
        let refused = problems(many, inUse: 1)
        try #require(refused.count == 1)
        #expect(refused[0].contains("28231 of 32768-60999 are free"))
        #expect(refused[0].contains("2 or more --source-address (such as 127.0.0.2-127.0.0.3)"))
        #expect(problems(try needs(38_000, processes: 2, sources: "127.0.0.2-127.0.0.3")) == [])
        #expect(problems(try needs(38_000, processes: 2, sources: "127.0.0.2")) != [])
    }

    @Test("advises what fits, though addresses get whole multis", arguments: [1, 2, 3, 7], [1_990, 4_000, 12_345])
    func advice(processes: Int, users: Int) throws {
        func few(_ facts: inout SystemFacts) { facts.portRange = 40_000...40_999 }
        let refused = problems(try needs(users, processes: processes, sources: "127.0.0.2"), few)
        let text = try #require(refused.first)
        let addresses = try #require(text.firstMatch(of: /(\d+) or more --source-address/).flatMap { Int($0.1) })
        let sources = "127.0.0.2-127.0.0.\(addresses + 1)"
        #expect(problems(try needs(users, processes: processes, sources: sources), few) == [], "\(sources)")
        let most = try #require(text.firstMatch(of: /at most (\d+) users/).flatMap { Int($0.1) })
        #expect(problems(try needs(most, processes: processes, sources: "127.0.0.2"), few) == [], "\(most) users")
    }

    @Test("advises no more processes than the program itself has open files for")
    func fewDescriptors() throws {
        func few(_ facts: inout SystemFacts) { facts.openFilesLimit = 64 }
        #expect(!problems(try needs(1_000), few)[0].contains("--processes"))
        func enough(_ facts: inout SystemFacts) { facts.openFilesLimit = 200 }
        #expect(problems(try needs(1_000), enough)[0].contains("--processes 7"))
    }

    @Test("leaves out ports that are kept for others")
    func reservedPorts() throws {
        #expect(problems(try needs(10_000)) { $0.reservedPorts = 20_000 }.count == 1)
    }

    @Test("counts memory, more of it with TLS")
    func memory() throws {
        #expect(problems(try needs(15_000)) { $0.availableMemoryBytes = 1 << 30 } == [])
        let refused = problems(try needs(15_000, tls: true)) { $0.availableMemoryBytes = 1 << 30 }
        try #require(refused.count == 1)
        #expect(refused[0].contains("MiB of memory (140 KiB each, and 128 MiB for large"), "\(refused[0])")
        #expect(refused[0].contains("1024 MiB are available"))
        #expect(problems(try needs(15_000, tls: true)) { $0.availableMemoryBytes = nil } == [])
    }

    @Test(
        "counts what large answers may take: no more than users can need, a fixed bound, and an eighth of what there is"
    )
    func largeAnswers() throws {
        let each = 3 * (1 << 20) + 2 * ResponseHead.maximumBytes
        #expect(try needs(10).largeAnswerBytes(availableMemoryBytes: nil) == 10 * each)
        #expect(try needs(10_000).largeAnswerBytes(availableMemoryBytes: nil) == LargeAnswers.mostBytes)
        #expect(try needs(10_000).largeAnswerBytes(availableMemoryBytes: 1 << 30) == 128 << 20)
        #expect(try needs(10_000, processes: 2).largeAnswerBytes(availableMemoryBytes: 1 << 30) == 64 << 20)
        #expect(try needs(10_000).largeAnswerBytes(availableMemoryBytes: 1 << 20) == each)
    }

    @Test("counts what a process may ask for, and says what would fit", arguments: MemoryLimit.Kind.allCases)
    func memoryLimit(kind: MemoryLimit.Kind) throws {
        func limited(_ users: Int, processes: Int = 1, to bytes: UInt64, usedMiB: UInt64 = 100) throws -> [String] {
            problems(try needs(users, processes: processes)) { facts in
                facts.programBytes = 200 << 20
                facts.memoryLimits = [MemoryLimit(kind, bytes: bytes, usedBytes: usedMiB << 20)]
            }
        }
        #expect(try limited(10_000, to: 2 << 30) == [])
        let refused = try #require(try limited(10_000, to: 450 << 20).first)
        #expect(refused.contains("10000 users in one process need about 439 MiB of the memory that \(kind.rawValue)"))
        #expect(refused.contains("it may have 450 MiB, of which 100 are in use"), "\(refused)")
        let most = try #require(refused.firstMatch(of: /at most (\d+) users/).flatMap { Int($0.1) })
        // The next start may have a little more in use.
        #expect(try limited(most, to: 450 << 20) == [] && limited(most, to: 450 << 20, usedMiB: 101) == [])
        // A megabyte more in use leaves an eighth of one less for large answers: that is six or seven users.
        #expect(try limited(most + 8, to: 450 << 20, usedMiB: 101) != [])
        let bytes =
            try #require(refused.firstMatch(of: /higher limit \(\S+ -\w (\d+)\)/).flatMap { UInt64($0.1) }) << 10
        #expect(try limited(10_000, to: bytes, usedMiB: 101) == [])
        #expect(try limited(10_000, to: bytes - 3 << 20, usedMiB: 101) != [])
        let processes = try #require(refused.firstMatch(of: /--processes (\d+)/).flatMap { Int($0.1) })
        #expect(try limited(10_000, processes: processes, to: 450 << 20) == [])
    }

    @Test("gives large answers no more than an eighth of what a process may ask for")
    func largeAnswersWithinLimit() throws {
        let limit = MemoryLimit(.addressSpace, bytes: 900 << 20, usedBytes: 100 << 20)
        #expect(try needs(10_000).largeAnswerBytes(availableMemoryBytes: nil, limits: [limit]) == 100 << 20)
        #expect(
            try needs(10_000, processes: 2).largeAnswerBytes(availableMemoryBytes: 1 << 30, limits: [limit]) == 64 << 20
        )
    }

    @Test("names every limit that is exceeded")
    func allLimits() throws {
        #expect(problems(try needs(1_000_000)) { $0.availableMemoryBytes = 1 << 30 }.count == 3)
    }
}

@Suite("What the system says of its limits")
struct SystemFactsTests {
    @Test("are port ranges", arguments: [("32768\t60999\n", 32_768...60_999), ("1024 65535", 1_024...65_535)])
    func range(text: String, expected: ClosedRange<Int>) {
        #expect(SystemFacts.portRange(in: text) == expected)
    }

    @Test("are no port ranges", arguments: ["", "x y", "5", "0 70000", "60000 50000"])
    func noRange(text: String) {
        #expect(SystemFacts.portRange(in: text) == nil)
    }

    @Test("are reserved ports within the range")
    func reserved() {
        #expect(SystemFacts.reservedPorts(in: "", within: 100...200) == 0)
        #expect(SystemFacts.reservedPorts(in: "8080,150,190-300,1-100\n", within: 100...200) == 1 + 11 + 1)
    }

    @Test("is the available memory")
    func memory() {
        #expect(AvailableMemory.available(inMeminfo: "MemTotal: 5 kB\nMemAvailable:   2048 kB\n") == 2 << 20)
        #expect(AvailableMemory.available(inMeminfo: "MemTotal: 5 kB\n") == nil)
    }

    @Test("are true of this process")
    func current() {
        let facts = SystemFacts.current()
        #expect(facts.openFiles >= 3 && facts.openFiles < facts.openFilesLimit)
        #expect(facts.portCount > 0)
        #expect(facts.cores >= 1)
    }
}

@Suite("The ports in use")
struct PortsInUseTests {
    private let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:9C40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
           1: 0100007F:9C41 0100007F:1F40 01 00000000:00000000 00:00000000 00000000     0        0 2 1
           2: 0200007F:9C41 0100007F:1F40 01 00000000:00000000 00:00000000 00000000     0        0 3 1
           3: 0100007F:9C42 0100007F:1F40 06 00000000:00000000 00:00000000 00000000     0        0 0 1
           4: 0100007F:9C43 0100007F:1F41 01 00000000:00000000 00:00000000 00000000     0        0 4 1
           5: 0100007F:1F40 0100007F:9C41 01 00000000:00000000 00:00000000 00000000     0        0 5 1
        """

    private func count(
        from source: String?,
        reusesTimeWait: Bool = true,
        isAfterReuse: Bool = true
    ) throws -> Int {
        let ports = PortsInUse(
            table: Array(table.utf8),
            address: "127.0.0.1",
            port: 8000,
            reusesTimeWait: reusesTimeWait
        )
        return ports.count(
            in: 32_768...60_999,
            from: try source.map { try SourceAddress.parse($0)[0] },
            isAfterReuse: isAfterReuse
        )
    }

    @Test("are those of connections to the target from the address, and those that somebody listens on")
    func connections() throws {
        #expect(try count(from: "127.0.0.1") == 2)
        #expect(try count(from: "127.0.0.2") == 2)
        #expect(try count(from: "127.0.0.3") == 1)
        #expect(try count(from: nil) == 2)
    }

    @Test("of connections that have ended are counted, and told before a run that leaves one for every turn")
    func ended() throws {
        let ports = PortsInUse(table: Array(table.utf8), address: "127.0.0.1", port: 8000, reusesTimeWait: false)
        let range = 32_768...60_999
        #expect(ports.endedCount(in: range, from: nil) == 1)
        #expect(ports.endedCount(in: range, from: try SourceAddress.parse("127.0.0.1")[0]) == 1)
        #expect(ports.endedCount(in: range, from: try SourceAddress.parse("127.0.0.2")[0]) == 0)

        let remote = UnkeptPorts(ports: 28_232, inUse: 1_500, ended: 1_200, secondsKept: 60)
        let note = try #require(remote.note)
        #expect(
            note.contains("26732 of 28232 ports are free, 1200 are those of connections that have ended"),
            "\(note)"
        )
        #expect(note.contains("more than about 465 turns a second") && note.contains("--source-address"), "\(note)")
        // On the loopback they can be had again after a second: there are enough of them, unless the range is narrow.
        #expect(UnkeptPorts(ports: 28_232, inUse: 1_500, ended: 1_200, secondsKept: 1).note == nil)
        #expect(UnkeptPorts(ports: 60, inUse: 60, ended: 0, secondsKept: 1).note?.contains("0 of 60 ports") == true)
    }

    @Test("are not more than the system's connections")
    func bound() {
        let text = """
            sockets: used 90
            TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1
            UDP: inuse 9 mem 2
            TCP6: inuse 3
            """
        #expect(PortsInUse.connections(in: text) == 20)
        #expect(PortsInUse.connections(in: "") == nil)
    }

    @Test("are those of ended connections too where the system does not use them again")
    func timeWait() throws {
        #expect(try count(from: "127.0.0.1", reusesTimeWait: false) == 3)
        // And for a moment where it does.
        #expect(try count(from: "127.0.0.1", isAfterReuse: false) == 3)
    }
}
