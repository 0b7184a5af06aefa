import LoadEngine
import Testing

@Suite struct ByteBufferTests {
    private func append(_ bytes: [UInt8], to buffer: inout ByteBuffer) {
        bytes.withUnsafeBytes { buffer.append($0) }
    }

    @Test func keepsWhatIsAppended() {
        var buffer = ByteBuffer()
        defer { buffer.destroy() }
        var expected: [UInt8] = []
        #expect(buffer.isEmpty)
        for round in 0..<200 {
            let more = (0..<round).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ round) }
            append(more, to: &buffer)
            buffer.append(UInt8(round))
            expected += more + [UInt8(round)]
            #expect(buffer.count == expected.count)
        }
        #expect(Array(buffer.bytes) == expected)
        #expect(!buffer.isEmpty)
    }

    @Test func appendingNothingChangesNothing() {
        var buffer = ByteBuffer()
        defer { buffer.destroy() }
        buffer.append(UnsafeRawBufferPointer(start: nil, count: 0))
        append([], to: &buffer)
        #expect(buffer.isEmpty)
        #expect(buffer.bytes.isEmpty)
    }

    @Test func dropsBytesFromTheFront() {
        var buffer = ByteBuffer()
        defer { buffer.destroy() }
        buffer.removeFirst(0)
        append(Array(0..<100), to: &buffer)
        buffer.removeFirst(0)
        buffer.removeFirst(40)
        #expect(Array(buffer.bytes) == Array(40..<100))
        append([1, 2], to: &buffer)
        #expect(Array(buffer.bytes) == Array(40..<100) + [1, 2])
        buffer.removeFirst(62)
        #expect(buffer.isEmpty)
    }

    @Test func removeAllKeepsTheMemory() {
        var buffer = ByteBuffer()
        defer { buffer.destroy() }
        append([UInt8](repeating: 1, count: 10_000), to: &buffer)
        let address = buffer.bytes.baseAddress
        buffer.removeAll()
        #expect(buffer.isEmpty)
        append([UInt8](repeating: 2, count: 10_000), to: &buffer)
        #expect(buffer.bytes.baseAddress == address)
        #expect(buffer.bytes.allSatisfy { $0 == 2 })
    }

    @Test func resetGivesOnlyLargeMemoryBack() {
        var buffer = ByteBuffer()
        defer { buffer.destroy() }
        append([UInt8](repeating: 1, count: 1_000), to: &buffer)
        let address = buffer.bytes.baseAddress
        buffer.reset()
        #expect(buffer.isEmpty)
        #expect(buffer.bytes.baseAddress == address)
        append([UInt8](repeating: 1, count: 2_000), to: &buffer)
        buffer.reset()
        #expect(buffer.isEmpty)
        #expect(buffer.bytes.baseAddress == nil)
    }

    @Test func staysAsItIsWhenThereIsNoRoomForMore() {
        var buffer = ByteBuffer()
        defer { buffer.destroy() }
        append([1, 2, 3], to: &buffer)
        // Of more than a buffer can hold nothing is read.
        let tooMuch = UnsafeRawBufferPointer(start: buffer.bytes.baseAddress, count: Int(Int32.max))
        let isAdded = buffer.appendIfPossible(tooMuch)
        #expect(!isAdded)
        #expect(Array(buffer.bytes) == [1, 2, 3])
        append([4], to: &buffer)
        #expect(Array(buffer.bytes) == [1, 2, 3, 4])
    }

    @Test func canBeUsedAfterDestroy() {
        var buffer = ByteBuffer()
        append([1, 2, 3], to: &buffer)
        buffer.destroy()
        #expect(buffer.isEmpty)
        append([4], to: &buffer)
        #expect(Array(buffer.bytes) == [4])
        buffer.destroy()
    }
}
