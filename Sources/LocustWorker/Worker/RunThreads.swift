import Dispatch
import Synchronization

/// Starts the runs of a worker, each on a thread of its own: names are resolved and hosts are waited for, while a master must
/// go on hearing heartbeats.
/// - Isolation: any thread
final class RunThreads: Sendable {
    /// What has become of a run.
    enum Arrival: Sendable {
        case started(Int, LoadRun, RunPlan)
        case failed(Int, String)
        case ended(Int, failure: String?)
        case interrupted
    }

    private let settings: WorkerSettings
    private let signal: WakeSignal
    private let didEnd: @Sendable (Summary) -> Void
    private let arrivals = Mutex<[Arrival]>([])
    private let running = DispatchGroup()

    /// - Parameters:
    ///   - settings: What the worker was given.
    ///   - signal: Told of everything that becomes of runs.
    ///   - didEnd: Called with the result of each run, on its thread.
    init(_ settings: WorkerSettings, waking signal: WakeSignal, didEnd: @escaping @Sendable (Summary) -> Void) {
        self.settings = settings
        self.signal = signal
        self.didEnd = didEnd
    }

    /// Starts a run.
    func start(_ run: WorkerRun) {
        running.enter()
        do {
            try LoopThread.start { [self] in
                play(run)
                running.leave()
            }
        } catch {
            running.leave()
            arrive(.failed(run.number, "\(error)"))
        }
    }

    private func play(_ asked: WorkerRun) {
        let run: LoadRun
        do {
            let plan = try RunPlan(asked, settings)
            run = LoadRun(try ThreadBackend.start(plan))
            arrive(.started(asked.number, run, plan))
        } catch {
            return arrive(.failed(asked.number, "\(error)"))
        }
        do {
            let summary = try run.wait()
            // The master waits for the last numbers, and nobody for the files.
            arrive(.ended(asked.number, failure: nil))
            didEnd(summary)
        } catch {
            arrive(.ended(asked.number, failure: "\(error)"))
        }
    }

    /// Tells something from another thread.
    func arrive(_ arrival: Arrival) {
        arrivals.withLock { $0.append(arrival) }
        signal.wake()
    }

    /// Takes what has been told.
    func take() -> [Arrival] {
        arrivals.withLock { all in
            defer { all = [] }
            return all
        }
    }

    /// Waits until all runs that have been told to end have done so, and their files are written.
    func wait(atMost seconds: Int) { _ = running.wait(timeout: .now() + .seconds(seconds)) }
}
