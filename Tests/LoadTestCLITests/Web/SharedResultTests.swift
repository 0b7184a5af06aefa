import Testing

@testable import loadtest

@Suite("A result that is shared", .timeLimit(.minutes(5)), .amongFew)
struct SharedResultTests {
    private struct Wrong: Error {}

    private let shared = SharedResult<Int>()
    private let makes = CallCount()

    /// What lets those go on that wait for it.
    private struct Gate {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() {
            (stream, continuation) = AsyncStream.makeStream()
        }

        func wait() async { for await _ in stream {} }
        func open() { continuation.finish() }
    }

    private func stand(_ changes: Int, goesOn: Bool = true) -> WebRuns.Stand {
        WebRuns.Stand(changes: changes, goesOn: goesOn)
    }

    /// The result, which is how often it was made if it is made now.
    private func next(at stand: WebRuns.Stand) async throws -> Int {
        try await shared.value(at: stand) { [makes] in makes.next() }
    }

    @Test("is made once for all who ask while it is being made")
    func once() async throws {
        let (gate, begun) = (Gate(), Gate())
        let first = Task { [shared, makes] in
            try await shared.value(at: stand(1)) {
                begun.open()
                await gate.wait()
                return makes.next()
            }
        }
        await begun.wait()
        let others = (0..<100).map { _ in Task { try await next(at: stand(1)) } }
        // Those that had not waited would have made their own by then.
        for _ in 0..<1_000 { await Task.yield() }
        #expect(makes.value == 0)
        gate.open()
        for task in others + [first] { #expect(try await task.value == 1) }
    }

    @Test("is kept once the run has ended, until there is something else")
    func ended() async throws {
        for _ in 0..<3 { #expect(try await next(at: stand(1, goesOn: false)) == 1) }
        #expect(try await next(at: stand(2, goesOn: false)) == 2)
        #expect(try await next(at: stand(3)) == 3)
    }

    @Test("is kept for a moment while the run goes on, the longer the longer it took")
    func goesOn() async throws {
        let slow: SharedResult<Int>.Make = { [makes] in
            try await Task.sleep(for: .milliseconds(500))
            return makes.next()
        }
        #expect(try await shared.value(at: stand(1), make: slow) == 1)
        #expect(try await shared.value(at: stand(1), make: slow) == 1)
        var found = 1
        // It is new again after a second, or this ends by the time limit.
        while found == 1 { found = try await shared.value(at: stand(1), make: slow) }
        #expect(found == 2)
    }

    @Test("is not what was begun before something changed")
    func outdated() async throws {
        let (gate, begun) = (Gate(), Gate())
        let before = Task { [shared, makes] in
            try await shared.value(at: stand(1)) {
                begun.open()
                await gate.wait()
                return -makes.next()
            }
        }
        await begun.wait()
        #expect(try await next(at: stand(2, goesOn: false)) == 1)
        gate.open()
        #expect(try await before.value == -2)
        #expect(try await next(at: stand(2, goesOn: false)) == 1)
    }

    @Test("is made anew after it could not be made")
    func failed() async throws {
        await #expect(throws: Wrong.self) {
            try await shared.value(at: stand(1, goesOn: false)) { throw Wrong() }
        }
        #expect(try await next(at: stand(1, goesOn: false)) == 1)
    }
}
