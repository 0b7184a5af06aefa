import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// The program's beginning: the main thread is kept for signals, the command runs beside it.
///
/// An asynchronous `main` would not do: the runtime leaves the main thread waiting with no signal blocked, so that any of
/// them ends the program.
@main
enum Main {
    static func main() {
        ProcessSignals.prepare()
        StartCheck.pass()
        Task.detached {
            await LoadTest.main(
                Array(CommandLine.arguments.dropFirst()),
                environment: ProcessInfo.processInfo.environment
            )
            exit(0)
        }
        ProcessSignals.deliver()
    }
}
