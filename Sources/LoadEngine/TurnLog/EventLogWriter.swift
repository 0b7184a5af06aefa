import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The thread that makes lines of the turns which the loop hands over, and writes them.
///
/// It looks for turns at a steady beat, so that the loop need not wake it. The first error of the file is its end: turns are
/// taken all the same, and counted.
/// - Isolation: any thread
final class EventLogWriter: Sendable {
    private static let intervalMs = 20
    /// How much is written at a time, in bytes, unless less is there.
    private static let blockBytes = 256 << 10
    /// On a processor that they share the loop comes first.
    private static let niceness: Int32 = 5

    private let lines = Atomic<UInt64>(0)
    private let isEnding = Atomic<Bool>(false)
    private let isGivenUp = Atomic<Bool>(false)
    private let failure = Mutex<String?>(nil)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - ring: What it takes the turns from.
    ///   - stamps: Where the times of their content events are; nil for lines without them.
    ///   - facts: The run.
    ///   - finishReasons: Why its answers end.
    ///   - file: What it writes, and closes in the end.
    /// - Throws: `EngineError` when the system gives no thread.
    init(
        _ ring: RecordRing<TurnLine>,
        stamps: EventStamps?,
        facts: RunFacts,
        finishReasons: FinishReasonList,
        file: EventLogFile
    ) throws(EngineError) {
        ended.enter()
        do throws(EngineError) {
            try LoopThread.start { [self] in
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
                write(ring, stamps, TurnLineFormat(facts, finishReasons: finishReasons), file)
                ended.leave()
            }
        } catch {
            ended.leave()
            _ = file.close()
            throw error
        }
    }

    /// How many lines are in the file.
    var writtenLines: UInt64 { lines.load(ordering: .relaxed) }

    /// Why the file could not be written any more; nil as long as it can.
    var error: String? { failure.withLock { $0 } }

    /// Waits until all turns that were handed over are written, as long as the file takes any.
    ///
    /// - Parameter patience: How long it may take none.
    func finish(patience: DispatchTimeInterval) {
        isEnding.store(true, ordering: .releasing)
        wake.signal()
        var before = writtenLines
        while ended.wait(timeout: .now() + patience) == .timedOut {
            let now = writtenLines
            guard now == before else {
                before = now
                continue
            }
            fail("it took nothing any more")
            return isGivenUp.store(true, ordering: .relaxed)
        }
    }

    private func fail(_ reason: String) {
        failure.withLock { if $0 == nil { $0 = reason } }
    }

    // MARK: The thread

    private func write(
        _ ring: RecordRing<TurnLine>,
        _ stamps: EventStamps?,
        _ format: TurnLineFormat,
        _ file: EventLogFile
    ) {
        var (file, format) = (file, format)
        var block = ByteBuffer()
        defer { block.destroy() }
        var lineCount: UInt64 = 0
        var hasFailed = false
        func flush() {
            guard !block.isEmpty, !hasFailed else { return }
            let code = file.append(block.bytes) { isGivenUp.load(ordering: .relaxed) }
            if code == 0 {
                lines.wrappingAdd(lineCount, ordering: .relaxed)
            } else {
                hasFailed = true
                fail(SystemError.text(of: code))
            }
            lineCount = 0
            block.removeAll()
        }
        var isLast = false
        while !isLast {
            _ = wake.wait(timeout: .now() + .milliseconds(Self.intervalMs))
            // Before the turns: those that were handed over before it was set are there.
            isLast = isEnding.load(ordering: .acquiring)
            while ring.take({ turn in
                guard !hasFailed else { return }
                format.append(turn, stamps: stamps, to: &block)
                lineCount += 1
            }) {
                if block.count >= Self.blockBytes { flush() }
            }
            flush()
        }
        if !hasFailed, let loss = file.loss {
            // What this process has written is not where it was to be.
            lines.store(0, ordering: .relaxed)
            fail("\(loss) while the run went on")
        }
        let code = file.close()
        if code != 0 { fail(SystemError.text(of: code)) }
    }
}
