import Testing

@testable import LoadEngine

@Suite("The event loop")
struct EventLoopTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    @Test("fires a timer once its moment has come, never before, however stale the loop's own time is")
    func timerIsNotEarly() {
        let probe = LoopProbe()
        let timer = LoopTimer(on: loop) { probe.note() }
        var deadlinesNs: [UInt64] = []
        func arm() {
            // Work that the loop does not know of: its time stands still meanwhile.
            let workedUntilNs = EventLoop.nowNs + 10_000_000
            while EventLoop.nowNs < workedUntilNs {}
            deadlinesNs.append(EventLoop.nowNs + 15_000_000)
            timer.arm(atNs: deadlinesNs[deadlinesNs.count - 1])
        }
        probe.onCall = { [loop] in if probe.calledNs.count < 3 { arm() } else { loop.stop() } }
        arm()
        loop.run()
        #expect(probe.calledNs.count == 3)
        // The loop counts in floating-point seconds: a few ns of rounding are no earliness.
        for (calledNs, deadlineNs) in zip(probe.calledNs, deadlinesNs) { #expect(calledNs + 1_000 >= deadlineNs) }
        probe.onCall = {}
        timer.close()
        loop.close()
    }

    @Test("fires a timer with a closure each time it is armed")
    func closure() {
        var count = 0
        var timer: LoopTimer?
        timer = LoopTimer(on: loop) { [loop] in
            count += 1
            if count < 3 { timer?.arm(atNs: EventLoop.nowNs) } else { loop.stop() }
        }
        timer?.arm(atNs: EventLoop.nowNs)
        loop.run()
        #expect(count == 3)
        timer?.close()
        loop.close()
    }

    @Test("keeps the earlier of two moments when a timer is armed no later")
    func armNoLater() {
        let probe = LoopProbe()
        let timer = LoopTimer(on: loop) { probe.note() }
        probe.onCall = { [loop] in loop.stop() }
        let startNs = EventLoop.nowNs
        timer.armNoLater(than: startNs + 3_600_000_000_000)
        timer.armNoLater(than: startNs + 5_000_000)
        timer.armNoLater(than: startNs + 7_200_000_000_000)
        loop.run()
        #expect(probe.calledNs.count == 1)
        timer.close()
        loop.close()
    }

    @Test("does not fire a disarmed timer, and ends when nothing is watched")
    func disarm() {
        let probe = LoopProbe()
        let timer = LoopTimer(on: loop) { probe.note() }
        timer.arm(atNs: EventLoop.nowNs + 1_000_000)
        timer.disarm()
        loop.run()
        #expect(probe.calledNs.isEmpty)
        timer.close()
        loop.close()
    }

    @Test("is woken from another thread, and no more once the waker is closed")
    func waker() throws {
        let probe = LoopProbe()
        let waker = LoopWaker(on: loop) { probe.note() }
        probe.onCall = { [loop] in loop.stop() }
        try LoopThread.start { waker.wake() }
        loop.run()
        #expect(probe.calledNs.count == 1)
        waker.close()
        waker.wake()
        loop.close()
    }

    @Test("calls the hook before it waits")
    func prepare() {
        let probe = LoopProbe()
        let hook = LoopPrepare(on: loop) { probe.note() }
        probe.onCall = { [loop] in loop.stop() }
        loop.run()
        #expect(probe.calledNs.count == 1)
        hook.close()
        loop.close()
    }
}
