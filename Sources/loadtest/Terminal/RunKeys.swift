import LoadEngine
import Synchronization

/// What the keys of a terminal mean for a run that goes on there: those of Locust.
/// - Isolation: any thread
final class RunKeys: Sendable {
    /// The keys, in one line.
    static let help = "w/W: 1/10 users more   s/S: 1/10 fewer   q: end the run"

    private struct State {
        var users: Int
        var isEnding = false
    }

    private let state: Mutex<State>
    private let run: LoadRun
    private let say: @Sendable (String) -> Void

    /// Makes the keys of a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - users: How many users it is to have.
    ///   - say: Tells what was done.
    init(of run: LoadRun, users: Int, say: @escaping @Sendable (String) -> Void) {
        self.run = run
        self.say = say
        state = Mutex(State(users: users))
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
        let users = state.withLock { state in
            state.users = min(max(state.users + count, run.leastUsers), EngineConfiguration.mostUsers)
            return state.users
        }
        run.setUsers(users)
        say("\(counted(users, "user")) from now on")
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
