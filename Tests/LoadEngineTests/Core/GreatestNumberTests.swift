import LoadModel
import Testing

@Suite("The greatest number for which something holds")
struct GreatestNumberTests {
    @Test("is found, asking for each number once at most", arguments: [1, 2, 3, 500, 999, 1_000])
    func found(most: Int) {
        var asked: [Int] = []
        let greatest = (1...1_000).greatest {
            asked.append($0)
            return $0 <= most
        }
        #expect(greatest == most)
        #expect(Set(asked).count == asked.count && asked.count <= 11)
    }

    @Test("is none when it does not hold for the least") func none() {
        #expect((1...1_000).greatest { _ in false } == nil)
        #expect((7...7).greatest { $0 == 7 } == 7)
    }
}
