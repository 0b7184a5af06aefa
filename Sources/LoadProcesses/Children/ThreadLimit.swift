import FoundationEssentials
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// The number of threads that the system lets this program have (`ulimit -u`, the pids limit of a container).
///
/// libdispatch waits for ever for a thread that it cannot have, without a word. So threads are tried before they are needed.
package enum ThreadLimit {
    /// The threads that a process of the program has at most, about: those of the concurrency runtime, one for each
    /// processor, and those of loops, timers and children.
    package static var perProcess: Int { ProcessInfo.processInfo.activeProcessorCount + 8 }

    /// Those of a child, which computes little beside its loop: on a machine of many processors as many as those for each of
    /// many children would refuse what works.
    private static var perChild: Int { min(ProcessInfo.processInfo.activeProcessorCount, 4) + 8 }

    /// Why so many further threads cannot be had; nil when they can.
    ///
    /// They are all there at the same time for a moment, since that is what the limit is about.
    package static func problem(starting wanted: Int) -> String? {
        let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        defer { gate.deallocate() }
        pthread_mutex_init(gate, nil)
        defer { pthread_mutex_destroy(gate) }
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        defer { pthread_attr_destroy(attributes) }
        // They do nothing: a limit of memory is not what is tried here.
        pthread_attr_setstacksize(attributes, 64 << 10)
        var threads: [pthread_t] = []
        var code: Int32 = 0
        pthread_mutex_lock(gate)
        while threads.count < wanted, code == 0 {
            var thread = pthread_t()
            code = pthread_create(&thread, attributes, ThreadCallbacks.passGate, gate)
            if code == 0 { threads.append(thread) }
        }
        pthread_mutex_unlock(gate)
        for thread in threads { pthread_join(thread, nil) }
        guard code != 0 else { return nil }
        return "cannot start a thread: \(SystemError.text(of: code)); \(counted(wanted, "further thread")) "
            + "\(plural(wanted, "is", "are")) needed, and \(threads.count) can be had; raise the limit (ulimit -u, or the "
            + "pids limit of the container)"
    }

    /// Refuses to start processes whose threads cannot be had.
    ///
    /// - Parameter count: How many processes are to be started.
    /// - Throws: `EngineError` that says what to do.
    package static func check(forProcesses count: Int) throws(EngineError) {
        guard let problem = problem(starting: count * perChild) else { return }
        throw EngineError(operation: "start \(counted(count, "process", "processes"))", reason: problem)
    }
}
