import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// The number of files and sockets that the system lets this process have.
///
/// The library leaves it alone.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: The limit that holds now.
    @discardableResult
    static func raise() -> Int {
        let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return .max }
        let allowed = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        return Int(clamping: setrlimit(resource, &limit) == 0 ? limit.rlim_cur : allowed)
    }

    /// Lets the system's libraries take the descriptors that they want to have, while there are some.
    ///
    /// libdispatch takes one with the first timer, and ends the program without a word when there is none.
    static func takeOwn() async throws {
        try await Task.sleep(for: .nanoseconds(1))
    }

    /// Raises the soft limit to the hard one, and refuses when it does not suffice.
    ///
    /// - Parameter count: How many processes are to be started.
    /// - Throws: `EngineError` that says what to do.
    static func raise(forProcesses count: Int) throws(EngineError) {
        let limit = raise()
        let needed = RunNeeds.descriptors(processes: count)
        guard needed > limit else { return }
        throw EngineError(
            operation: "start \(count) processes",
            reason: "they need about \(needed) open files, the system allows \(limit); raise the hard limit "
                + "(ulimit -Hn), or use fewer processes"
        )
    }
}

/// The end of the program, from any thread.
enum ProcessExit {
    static func now(_ code: Int32) -> Never { _exit(code) }
}
