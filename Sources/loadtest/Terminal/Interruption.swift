import ArgumentParser
import LoadEngine
import Synchronization

/// What Ctrl-C, SIGTERM and the loss of the terminal mean for a run: the first ends it, with all its reports, the second ends the program.
/// - Isolation: any thread
final class Interruption: Sendable {
    private struct State {
        var run: LoadRun?
        var isAskedFor = false
    }

    private let state = Mutex(State())

    /// From now on signals are for the run that is to come.
    ///
    /// - Parameters:
    ///   - stopTimeout: How long running turns may go on after the first.
    ///   - say: Tells what the first one means; must not wait.
    init(stopTimeout: Duration, say: @escaping @Sendable (String) -> Void) {
        ProcessSignals.onInterrupt { [self] count in
            guard count == 1 else { ProcessExit.now(ExitCode.interrupted.rawValue) }
            let run = state.withLock { state in
                state.isAskedFor = true
                return state.run
            }
            run?.stop()
            say("\(run == nil ? "stopping: no turn was sent" : Self.text(stopTimeout)); \(Self.again)")
        }
    }

    /// Whether it was asked for; a run that begins now ends at once.
    var isAskedFor: Bool { state.withLock { $0.isAskedFor } }

    /// What the end of a run means for its turns.
    ///
    /// - Parameter stopTimeout: How long running turns may go on.
    /// - Returns: A line for the user.
    static func text(_ stopTimeout: Duration) -> String {
        let turns =
            stopTimeout > .zero
            ? "get up to \(DurationText.text(of: stopTimeout)) (--stop-timeout)"
            : "are cancelled (--stop-timeout would give them time)"
        return "stopping: running turns \(turns)"
    }

    /// What the second one means.
    static let again = "Ctrl-C again ends at once"

    /// The run has been started; it ends at once when that was asked for meanwhile.
    func stops(_ run: LoadRun) {
        let isAskedFor = state.withLock { state in
            state.run = run
            return state.isAskedFor
        }
        if isAskedFor { run.stop() }
    }
}
