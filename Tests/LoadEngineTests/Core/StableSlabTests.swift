import LoadEngine
import Testing

@Suite struct StableSlabTests {
    @Test func elementsKeepTheirAddressesAndValues() {
        let slab = StableSlab<Int>()
        defer { slab.destroy() }
        var addresses: [UnsafeMutablePointer<Int>] = []
        for value in 0..<5_000 {
            addresses.append(slab.append(value))
            #expect(slab.count == value + 1)
        }
        #expect(Set(addresses).count == 5_000)
        for (index, address) in addresses.enumerated() where slab[index] != address || address.pointee != index {
            Issue.record("element \(index) has moved or changed")
        }
    }

    @Test func elementsOfABlockLieSideBySide() {
        let slab = StableSlab<UInt64>()
        defer { slab.destroy() }
        for value in 0..<2_048 { _ = slab.append(UInt64(value)) }
        for index in [0, 1, 1_022, 1_024, 2_046] { #expect(slab[index] + 1 == slab[index + 1], "after \(index)") }
    }

    @Test func changesThroughTheAddressStay() {
        let slab = StableSlab<Int>()
        defer { slab.destroy() }
        let address = slab.append(1)
        address.pointee = 2
        slab[0].pointee += 40
        #expect(address.pointee == 42)
    }

    @Test func destroyReleasesWhatElementsHold() {
        final class Held {}
        weak var first: Held?
        weak var last: Held?
        let slab = StableSlab<Held>()
        for index in 0..<1_500 {
            let held = Held()
            if index == 0 { first = held }
            if index == 1_499 { last = held }
            _ = slab.append(held)
        }
        #expect(first != nil)
        #expect(last != nil)
        slab.destroy()
        #expect(first == nil)
        #expect(last == nil)
    }

    @Test func anEmptySlabCanBeDestroyed() {
        let slab = StableSlab<String>()
        #expect(slab.count == 0)
        slab.destroy()
    }
}
