import Foundation
import Synchronization
import TestSupport
import Testing

/// A program that goes on while a test does something else, such as starting others.
final class RunningProgram: Sendable {
    private struct State {
        var processID: pid_t?
        var complaints = ""
    }

    /// What the task that has it running tells.
    private final class Board: Sendable {
        let state = Mutex(State())
    }

    let processID: pid_t
    private let board: Board
    private let task: Task<Program.Result, any Error>

    /// Starts a program; its place among those of all tests is for the caller to have (`ProgramGate`).
    static func start(_ program: Program, _ arguments: [String], environment: [String: String] = [:]) async throws
        -> RunningProgram
    {
        let board = Board()
        let task = Task {
            try await program.run(arguments, environment: environment) { handle in
                board.state.withLock { $0.processID = handle.processID }
                while !ProcessTable.isGone(handle.processID) {
                    let complaints = handle.complaints
                    board.state.withLock { $0.complaints = complaints }
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }
        _ = try await becomesTrue { board.state.withLock { $0.processID } != nil }
        guard let processID = board.state.withLock({ $0.processID }) else {
            _ = try await task.value
            throw NotStarted()
        }
        return RunningProgram(processID, board, task)
    }

    private struct NotStarted: Error {}

    private init(_ processID: pid_t, _ board: Board, _ task: Task<Program.Result, any Error>) {
        self.processID = processID
        self.board = board
        self.task = task
    }

    /// What it has written on its standard error so far.
    var complaints: String { board.state.withLock { $0.complaints } }

    func send(_ signal: Int32) { Foundation.kill(processID, signal) }

    /// Waits until it has complained so, as often.
    func complains(_ text: String, times: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let isThere = try await becomesTrue { complaints.components(separatedBy: text).count > times }
        try #require(isThere, "“\(text)” is not in: \(complaints)", sourceLocation: sourceLocation)
    }

    /// Waits until it has ended.
    func result() async throws -> Program.Result { try await task.value }

    /// Ends it if it has not ended, as a test must that has failed.
    func kill() async {
        if !ProcessTable.isGone(processID) { send(SIGKILL) }
        _ = try? await task.value
    }
}
