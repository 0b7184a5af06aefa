import Dispatch
import Foundation
import Synchronization
package import Testing

/// Lets tests that block, waiting for a run or a server or working for long, do so on threads of their own.
///
/// On those of the test library, of which there is one for each core, nothing else would go on meanwhile, also of tests
/// that wait without blocking.
package struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// On threads that may block.
    package static var ownThreads: OwnThreads { OwnThreads() }
}

/// A few threads that may block: as many tests at a time as cores that run them.
private final class BlockingExecutor: TaskExecutor {
    static let shared = BlockingExecutor()

    private let jobs = Mutex<[UnownedJob]>([])
    private let isThereMore = DispatchSemaphore(value: 0)

    private init() {
        for _ in 0..<max(ProcessInfo.processInfo.activeProcessorCount, 2) {
            Thread.detachNewThread { [self] in while true { runNext() } }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        isThereMore.signal()
    }

    private func runNext() {
        isThereMore.wait()
        let job = jobs.withLock { $0.removeFirst() }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}
