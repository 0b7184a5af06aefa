import Testing

/// How many programs the tests run at the same time.
///
/// The test library starts all asynchronous tests at once: a hundred programs that starve each other, so that none does
/// anything within the time that a test waits for it. A test has several cases, and may run one program after another.
enum ProgramGate {
    /// Whether the test has passed already, and runs one program beside another.
    @TaskLocal private static var isInside = false
    private static let places = Places(count: 4)

    /// Runs a program when there is a place.
    static func pass<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        guard !isInside else { return try await body() }
        await places.take()
        do {
            let result = try await $isInside.withValue(true) { try await body() }
            await places.giveBack()
            return result
        } catch {
            await places.giveBack()
            throw error
        }
    }

    fileprivate actor Places {
        private var free: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(count: Int) {
            free = count
        }

        func take() async {
            guard free == 0 else {
                free -= 1
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func giveBack() {
            guard waiting.isEmpty else { return waiting.removeFirst().resume() }
            free += 1
        }
    }
}

/// How many tests run at the same time: a test's time limit begins when it has a place.
///
/// Without it, all limits begin together, and a test is late because others were before it.
struct AmongFew: TestTrait, SuiteTrait, TestScoping {
    private static let places = ProgramGate.Places(count: 12)

    var isRecursive: Bool { true }

    /// For a whole test, outside of its time limit, and not for each of its cases, within it.
    func scopeProvider(for test: Test, testCase: Test.Case?) -> AmongFew? {
        testCase == nil && !test.isSuite ? self : nil
    }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.places.take()
        do {
            try await function()
            await Self.places.giveBack()
        } catch {
            await Self.places.giveBack()
            throw error
        }
    }
}

extension Trait where Self == AmongFew {
    /// The test waits until fewer others run, before its time limit begins.
    static var amongFew: AmongFew { AmongFew() }
}
