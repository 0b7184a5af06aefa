import LoadEngine
import Synchronization

/// What the keys of a terminal mean for a run that goes on there: those of Locust.
/// - Isolation: any thread
final class RunKeys: Sendable {
    /// The keys, in one line.
    static let help = "w/W: 1/10 users more   s/S: 1/10 fewer   q: end the run"

    private struct State {
        /// How many users the run is to have; nil while stages say it.
        var users: Int?
        var isEnding = false
    }

    private let state: Mutex<State>
    private let run: LoadRun
    /// Whether conversations arrive by themselves, so that users are only as many as they need.
    private let isOpen: Bool
    private let say: @Sendable (String) -> Void

    /// Makes the keys of a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - configuration: What it was started with.
    ///   - say: Tells what was done.
    init(of run: LoadRun, _ configuration: EngineConfiguration, say: @escaping @Sendable (String) -> Void) {
        self.run = run
        self.say = say
        isOpen = configuration.arrivals != nil
        state = Mutex(State(users: configuration.stages == nil ? configuration.users : nil))
    }

    /// Does what a key asks for; what is none does nothing.
    func press(_ key: Character) {
        switch key {
        case "w": addUsers(1)
        case "W": addUsers(10)
        case "s": addUsers(-1)
        case "S": addUsers(-10)
        case "q": end()
        default: break
        }
    }

    private func addUsers(_ count: Int) {
        let (users, endsStages) = state.withLock { state in
            // More or fewer than there are: stages may come to many times as many.
            let before = state.users ?? Int(clamping: run.snapshot().activeUsers)
            let users = min(max(before + count, run.leastUsers), EngineConfiguration.mostUsers)
            defer { state.users = users }
            return (users, state.users == nil)
        }
        run.setUsers(users)
        say("\(endsStages ? "stages ended: " : isOpen ? "at most " : "")\(counted(users, "user")) from now on")
    }

    private func end() {
        let isAgain = state.withLock { state in
            defer { state.isEnding = true }
            return state.isEnding
        }
        run.stop(.seenEnough, atOnce: isAgain)
        say(isAgain ? "ending at once" : "ending the run; q again ends it at once")
    }
}
