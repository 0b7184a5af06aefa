import Testing

@testable import LoadEngine
@testable import LoadModel

/// Runs of the core over the simulator, whole and in shares, each in processes of its own.
@Suite("The shares of a run, together")
struct ShareScheduleTests {
    /// A conversation as it was begun: when it was meant to, which of the queue it is, and what is played.
    private struct Begun: Hashable, Comparable {
        let atNs: UInt64
        let invocation: UInt64
        let conversation: Int32

        static func < (left: Begun, right: Begun) -> Bool {
            (left.invocation, left.atNs) < (right.invocation, right.atNs)
        }
    }

    private static let conversations = [
        Conversation(name: "a", invocations: 31, turns: [.init(role: "u", content: "x")]),
        Conversation(
            name: "b",
            invocations: 60,
            turns: [.init(role: "u", content: "x"), .init(role: "u", content: "y")]
        ),
    ]

    private static func settings(_ share: RunShare) -> PopulationSettings {
        var configuration = EngineConfiguration(host: "http://h", conversations: conversations)
        configuration.seed = 11
        configuration.users = 91
        configuration.spawnRate = 200
        return configuration.populationSettings(share: share)
    }

    private static func played(_ settings: PopulationSettings, _ course: RunSimulator.Course = .completes) -> [Begun] {
        let simulator = RunSimulator(
            settings: settings,
            conversations: conversations,
            courses: [course],
            eventsPerTurn: 2,
            seed: 1
        )
        var begun: [Begun] = []
        simulator.population.onTurnEnded = { _, slot, _ in
            guard slot.pointee.turn == 0 else { return }
            begun.append(
                Begun(
                    atNs: slot.pointee.intendedNs,
                    invocation: slot.pointee.invocation,
                    conversation: slot.pointee.conversation
                )
            )
        }
        simulator.run(maximumSteps: 1_000_000)
        #expect(simulator.problems == [])
        return begun
    }

    private static func shares(_ count: Int, processes: Int) -> [RunShare] {
        (0..<count).flatMap { index in
            (0..<processes).map { RunShare(index: index, count: count).part(RunShare(index: $0, count: processes)) }
        }
    }

    @Test("begin every conversation of the whole run, each at its time", arguments: [2, 3, 10], [1, 2])
    func closed(count: Int, processes: Int) {
        // Nobody is free again before the last has started: who takes what is in the hands of the schedule alone.
        func settings(_ share: RunShare) -> PopulationSettings {
            var settings = Self.settings(share)
            settings.runTimeNs = Nanoseconds.perSecond
            return settings
        }
        let whole = Self.played(settings(.whole), .silent)
        #expect(whole.count == 91)
        let parts = Self.shares(count, processes: processes).flatMap { Self.played(settings($0), .silent) }
        #expect(parts.sorted() == whole.sorted())
    }

    @Test("have the arrivals of the whole run, each at its time", arguments: [2, 3, 10], [1, 2])
    func open(count: Int, processes: Int) {
        func settings(_ share: RunShare) -> PopulationSettings {
            var settings = Self.settings(share)
            settings.arrivals = OpenArrivals(ArrivalRate(perSecond: 50), .gamma(cv: 2))
            settings.users = 2_000
            return settings
        }
        let whole = Self.played(settings(.whole))
        #expect(whole.count == 91 && Set(whole.map(\.atNs)).count > 80)
        let parts = Self.shares(count, processes: processes).flatMap { Self.played(settings($0)) }
        #expect(parts.sorted() == whole.sorted())
    }

    @Test("have the users of the whole run's stages", arguments: [2, 3, 10])
    func stages(count: Int) throws {
        func settings(_ share: RunShare) throws -> PopulationSettings {
            var settings = Self.settings(share)
            settings.stages = try LoadStages.parse("1s:91,1s:91")
            settings.runTimeNs = 2_000_000_000
            settings.rampDown = .conversation
            return settings
        }
        let whole = Self.played(try settings(.whole))
        let parts = try Self.shares(count, processes: 1).flatMap { Self.played(try settings($0)) }
        #expect(Set(whole.map(\.invocation)).count == 91)
        #expect(parts.map(\.invocation).sorted() == whole.map(\.invocation).sorted())
    }

    @Test("give every row of data once", arguments: [2, 3, 10], [DataSource.Pick.each, .cycle])
    func rows(count: Int, pick: DataSource.Pick) throws {
        let table = try DataTable(columns: ["n"], rows: (0..<60).map { [.json("\($0)")] })
        let source = DataSource(file: "x", pick: pick, table: table)
        var taken: [Int] = []
        for share in Self.shares(count, processes: 2) {
            var picker = RowPicker(source, share: share, seed: 1)
            taken += (0..<share.part(of: 60)).compactMap { _ in picker.take() }
        }
        #expect(taken.sorted() == Array(0..<60))
    }

    @Test("have seeds that no other has, and the same ones each time")
    func seeds() {
        let shares = [2, 3, 10].map { Self.shares($0, processes: 3) }
        for all in shares {
            let seeds = all.map { Self.settings($0).seed }
            #expect(Set(seeds).count == all.count)
            #expect(seeds == all.map { Self.settings($0).seed })
            #expect(Set(all.map { Self.settings($0).arrivalSeed }).count == 1)
        }
    }
}
