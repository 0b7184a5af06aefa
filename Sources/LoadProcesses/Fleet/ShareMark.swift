import LoadEngine
import Subprocess

#if canImport(Glibc)
import Glibc
#endif

/// By what a process knows that it was started to play a share.
///
/// One that does not look at its arguments would otherwise start a run of its own, whose processes did the same, without end.
enum ShareMark {
    private static let name = "LOAD_RUN_SHARE"

    /// What a child has as its environment.
    static var environment: Environment { .inherit.updating([Environment.Key(stringLiteral: name): "1"]) }

    /// Refuses to start processes from one of them.
    static func check() throws(EngineError) {
        guard getenv(name) != nil else { return }
        throw EngineError(
            operation: "start a run in several processes",
            reason: "this process was started to play a share of one; it must call LoadRun.playShare instead"
        )
    }
}
