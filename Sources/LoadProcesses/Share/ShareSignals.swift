#if canImport(Glibc)
import Glibc
#endif

/// The signals of a process that plays a share.
enum ShareSignals {
    /// Leaves to the parent what is meant for the whole program; that it is gone is seen where its messages end.
    static func ignore() {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
    }
}
