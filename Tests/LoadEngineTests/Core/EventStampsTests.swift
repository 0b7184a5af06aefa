import LoadEngine
import Testing

@Suite("The times of events")
struct EventStampsTests {
    private func times(_ stamps: EventStamps, _ chain: EventStamps.Chain) -> [UInt64] {
        var times: [UInt64] = []
        stamps.forEach(in: chain) { times.append($0) }
        return times
    }

    @Test("are kept for each turn in their order, however turns take turns", arguments: [0, 1, 31, 32, 33, 64, 1_000])
    func chains(count: Int) {
        let stamps = EventStamps()
        var chains = [EventStamps.Chain](repeating: .init(), count: 3)
        for index in 0..<count {
            for turn in chains.indices { stamps.append(UInt64(index * 10 + turn), to: &chains[turn]) }
        }
        for turn in chains.indices {
            #expect(chains[turn].count == count)
            #expect(!chains[turn].isCut)
            #expect(times(stamps, chains[turn]) == (0..<count).map { UInt64($0 * 10 + turn) })
        }
    }

    @Test("are cut when the memory is used up, and only there; what is released is used again")
    func bounded() {
        let stamps = EventStamps(mostBytes: 4 * 32 * 8)
        for _ in 0..<100 {
            var first = EventStamps.Chain()
            var second = EventStamps.Chain()
            for index in UInt64(0)..<33 { stamps.append(index, to: &first) }
            for index in UInt64(0)..<100 { stamps.append(index, to: &second) }
            #expect(!first.isCut)
            #expect(second.isCut)
            #expect(times(stamps, second) == Array(0..<64))
            stamps.release(first)
            // Cut for good: a later time must not follow an earlier one with a hole between them.
            stamps.append(200, to: &second)
            #expect(second.count == 64)
            stamps.release(second)
        }
    }

    @Test("of an endless turn are cut")
    func endless() {
        let stamps = EventStamps()
        var chain = EventStamps.Chain()
        for index in 0..<UInt64(EventStamps.mostPerTurn + 100) { stamps.append(index, to: &chain) }
        #expect(chain.isCut)
        #expect(chain.count == EventStamps.mostPerTurn)
        stamps.release(chain)
        var next = EventStamps.Chain()
        stamps.append(5, to: &next)
        #expect(times(stamps, next) == [5])
    }

    @Test("of no event take nothing and give nothing back")
    func none() {
        let stamps = EventStamps(mostBytes: 32 * 8)
        stamps.release(EventStamps.Chain())
        var chain = EventStamps.Chain()
        stamps.append(1, to: &chain)
        #expect(times(stamps, chain) == [1])
        #expect(!chain.isCut)
    }
}
