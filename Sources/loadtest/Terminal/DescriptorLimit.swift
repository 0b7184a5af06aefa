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

    /// Whether a number of descriptors can be had, after the soft limit has been raised if that is necessary.
    ///
    /// Takes none to find out: there may be none.
    static func hasFree(_ wanted: Int) -> Bool {
        free(atMost: wanted, of: current) == wanted || free(atMost: wanted, of: raise()) == wanted
    }

    /// How many descriptors are open, of the first few.
    static var openCount: Int {
        let few = min(current, 1_024)
        return few - free(atMost: few, of: few)
    }

    private static var current: Int { SystemFacts.openFilesLimits().soft }

    /// Counts descriptors that are not open below a limit, until there are as many as asked for.
    private static func free(atMost wanted: Int, of limit: Int) -> Int {
        var count = 0
        var descriptor = 0
        while count < wanted, descriptor < limit {
            if fcntl(Int32(clamping: descriptor), F_GETFD) < 0 { count += 1 }
            descriptor += 1
        }
        return count
    }
}

/// The end of the program, from any thread.
enum ProcessExit {
    static func now(_ code: Int32) -> Never {
        TerminalKeys.end()
        _exit(code)
    }
}
