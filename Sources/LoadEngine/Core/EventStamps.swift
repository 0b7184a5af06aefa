/// The times of the content events of turns, each turn's in a chain of blocks of one bounded piece of memory.
///
/// Noting one is a store, and takes a block every 32 times. A chain that is not appended to any more may be read by
/// another thread until it is released.
/// - Isolation: loop, but for `forEach`
package final class EventStamps: Sendable {
    /// The times of one turn.
    package struct Chain: BitwiseCopyable {
        private static let cutBit: UInt32 = 1 << 31

        fileprivate var first: Int32 = -1
        fileprivate var last: Int32 = -1
        /// The count, and one bit more: every user has a chain.
        fileprivate var state: UInt32 = 0

        package init() {}

        /// How many times there are.
        package var count: UInt32 { state & ~Self.cutBit }
        /// Whether there was no room for further ones.
        package var isCut: Bool { state & Self.cutBit != 0 }

        fileprivate mutating func cut() { state |= Self.cutBit }
    }

    /// The state of the free blocks.
    private struct Free: BitwiseCopyable {
        /// The first of those that were released, which are a chain of their own.
        var first: Int32
        /// How many blocks have ever been used: those behind have never been touched, and take no memory.
        var usedCount: Int32
    }

    /// How much memory all times together may take, in bytes.
    package static let mostBytes = 64 << 20
    /// The most times of one turn: an endless one must not take all the memory.
    package static let mostPerTurn = 100_000
    private static let blockShift = 5

    private let times: SharedMemory<UInt64>
    /// The block that follows each block.
    private let links: SharedMemory<Int32>
    private let free: SharedMemory<Free>
    private let blockCount: Int32

    /// Makes room for no more than so many bytes.
    package init(mostBytes: Int = mostBytes) {
        blockCount = Int32(mostBytes >> Self.blockShift / MemoryLayout<UInt64>.stride)
        times = SharedMemory(count: Int(blockCount) << Self.blockShift)
        links = SharedMemory(count: Int(blockCount))
        free = SharedMemory(count: 1)
        free.start.initialize(to: Free(first: -1, usedCount: 0))
    }

    /// Adds a time, in nanoseconds, to a chain, or cuts the chain here for good.
    ///
    /// Not inlined: its callers are hot where nobody wants times, too.
    @inline(never)
    package func append(_ timeNs: UInt64, to chain: inout Chain) {
        let position = Int(chain.state) & (1 << Self.blockShift - 1)
        if position == 0, !addBlock(to: &chain) { return }
        times.start[Int(chain.last) << Self.blockShift + position] = timeNs
        chain.state += 1
    }

    /// Gives the memory of a chain back.
    package func release(_ chain: Chain) {
        guard chain.first >= 0 else { return }
        links.start[Int(chain.last)] = free.start.pointee.first
        free.start.pointee.first = chain.first
    }

    /// Calls a closure with each time of a chain, in the order of adding.
    package func forEach(in chain: Chain, _ body: (UInt64) -> Void) {
        var block = chain.first
        var rest = Int(chain.count)
        while rest > 0 {
            let start = times.start + Int(block) << Self.blockShift
            for index in 0..<min(rest, 1 << Self.blockShift) { body(start[index]) }
            rest -= 1 << Self.blockShift
            block = links.start[Int(block)]
        }
    }

    private func addBlock(to chain: inout Chain) -> Bool {
        guard !chain.isCut, chain.count < Self.mostPerTurn, let block = takeBlock() else {
            chain.cut()
            return false
        }
        if chain.last >= 0 { links.start[Int(chain.last)] = block } else { chain.first = block }
        chain.last = block
        return true
    }

    private func takeBlock() -> Int32? {
        let first = free.start.pointee.first
        if first >= 0 {
            free.start.pointee.first = links.start[Int(first)]
            return first
        }
        let next = free.start.pointee.usedCount
        guard next < blockCount else { return nil }
        free.start.pointee.usedCount = next + 1
        return next
    }
}
