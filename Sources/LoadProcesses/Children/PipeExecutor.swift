import Dispatch

#if canImport(Glibc)
import Glibc
#endif

/// Where messages to children are written: a pipe that nobody reads any more is an error there, and not the end of the program.
///
/// What SIGPIPE does elsewhere is for the program to say.
final class PipeExecutor: TaskExecutor {
    static let shared = PipeExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        DispatchQueue.global().async { [self] in
            Self.withoutSignal { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    /// The thread has it blocked only while the closure runs: it works for others, too.
    private static func withoutSignal(_ body: () -> Void) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        body()
        // It comes to the thread that has written.
        var atOnce = timespec()
        while sigtimedwait(&signals, nil, &atOnce) == SIGPIPE {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
