import LoadEngine
import Testing

@Suite("The ring of records")
struct RecordRingTests {
    private struct Record: BitwiseCopyable {
        var number: Int
        var copy: Int

        init(_ number: Int) {
            self.number = number
            copy = number
        }
    }

    private func taken(_ ring: RecordRing<Record>) -> [Int] {
        var numbers: [Int] = []
        while ring.take({ numbers.append($0.number) }) {}
        return numbers
    }

    @Test("gives records back in their order, and takes no more than it holds until they are reclaimed")
    func bounded() {
        let ring = RecordRing<Record>(capacity: 4)
        for round in 0..<10 {
            for number in 0..<4 { #expect(ring.push(Record(round * 10 + number))) }
            #expect(!ring.push(Record(99)))
            #expect(taken(ring) == (0..<4).map { round * 10 + $0 })
            // Taken records are still theirs who pushed them.
            #expect(!ring.push(Record(99)))
            var reclaimed: [Int] = []
            ring.reclaim { reclaimed.append($0.number) }
            #expect(reclaimed == (0..<4).map { round * 10 + $0 })
        }
        ring.reclaim { _ in Issue.record("each record is reclaimed once") }
        #expect(taken(ring) == [])
    }

    @Test("loses nothing and mixes nothing up between two threads", .timeLimit(.minutes(5)))
    func threads() async throws {
        let ring = RecordRing<Record>(capacity: 64)
        let count = 200_000
        let received = Task.detached {
            var next = 0
            while next < count {
                let wasThere = ring.take { record in
                    #expect(record.number == next && record.copy == next)
                }
                if wasThere { next += 1 } else { await Task.yield() }
            }
        }
        var reclaimed = 0
        for number in 0..<count {
            while !ring.push(Record(number)) {
                ring.reclaim { record in
                    #expect(record.number == reclaimed)
                    reclaimed += 1
                }
                await Task.yield()
            }
        }
        await received.value
        ring.reclaim { _ in reclaimed += 1 }
        #expect(reclaimed == count)
    }
}
