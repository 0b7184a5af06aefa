import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

/// What a loop measured of itself while a test ran it.
private final class Measured {
    var canary = LatencyHistogram()
    var turns = LatencyHistogram()
}

@Suite("The loop's own lateness")
struct LatenessTests {
    /// Runs a loop until it has heard some beats, and blocks it once.
    private func run(beats: UInt64, blockedNs: UInt64) throws -> Measured {
        let loop = try EventLoop()
        let measured = Measured()
        let canary = try Canary(on: loop) {
            measured.canary.record($0)
            if measured.canary.count >= beats { loop.stop() }
        }
        let turns = LoopIterations(of: loop) { measured.turns.record($0) }
        let blocker = LoopTimer(on: loop) {
            let untilNs = EventLoop.nowNs + blockedNs
            while EventLoop.nowNs < untilNs {}
        }
        blocker.arm(atNs: EventLoop.nowNs)
        loop.run()
        blocker.close()
        turns.close()
        canary.close()
        loop.close()
        return measured
    }

    @Test("is read beat by beat, those that came while the loop was busy included")
    func beatsWhileBusy() throws {
        let measured = try run(beats: 20, blockedNs: 200 * Nanoseconds.perMillisecond)
        // Some twenty beats fell into the busy time: the first waited for nearly all of it, the next 10 ms less, and
        // so on, so that half of all waited for about half of it.
        #expect(measured.canary.count >= 20)
        #expect(measured.canary.maximumNs >= 180 * Nanoseconds.perMillisecond)
        #expect(measured.canary.percentileNs(50) >= 50 * Nanoseconds.perMillisecond)
    }

    @Test("knows its longest turn")
    func longestTurn() throws {
        let measured = try run(beats: 8, blockedNs: 50 * Nanoseconds.perMillisecond)
        #expect(measured.turns.maximumNs >= 50 * Nanoseconds.perMillisecond)
        #expect(measured.turns.count >= 2)
    }
}
