import FoundationEssentials
import LoadEngine
import LoadModel
import Testing

@Suite("An array in pages")
struct PagedArrayTests {
    @Test("has the elements that it was made of", arguments: [0, 1, 15, 16, 17, 100])
    func elements(count: Int) throws {
        let paged = PagedArray(0..<count)
        #expect(Array(paged) == Array(0..<count) && paged.count == count)
        #expect(PagedArray(repeating: 7, count: count).map { $0 } == Array(repeating: 7, count: count))
        let json = try JSONEncoder().encode(paged)
        #expect(try JSONDecoder().decode([Int].self, from: json) == Array(0..<count))
        #expect(try JSONDecoder().decode(PagedArray<Int>.self, from: json) == paged)
    }

    @Test("leaves its copies as they are")
    func copies() {
        let first = PagedArray(0..<100)
        var second = first
        second[50] = -1
        #expect(first[50] == 50 && second[50] == -1)
        #expect(first != second)
    }
}
