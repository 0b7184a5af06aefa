import Testing

/// How many programs the tests run at the same time.
///
/// The test library starts all asynchronous tests at once: a hundred programs that starve each other, so that none does
/// anything within the time that a test waits for it. A test has several cases, and may run one program after another.
enum ProgramGate {
    /// Whether the test has passed already, and runs one program beside another.
    @TaskLocal private static var isInside = false
    private static let count = 4
    private static let places = Places(count: count)

    /// Runs a program when there is a place.
    ///
    /// - Parameters:
    ///   - isAlone: Whether no other program runs meanwhile.
    ///   - body: What runs it, and may run others beside it.
    static func pass<Result>(
        isAlone: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        guard !isInside else { return try await body() }
        return try await hold(isAlone ? count : 1, of: places) {
            try await $isInside.withValue(true) { try await body() }
        }
    }

    /// Does something while it has some places.
    fileprivate static func hold<Result>(
        _ count: Int = 1,
        of places: Places,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        await places.take(count)
        do {
            let result = try await body()
            await places.giveBack(count)
            return result
        } catch {
            await places.giveBack(count)
            throw error
        }
    }

    /// Places that are given out in the order in which they are asked for.
    fileprivate actor Places {
        private var free: Int
        private var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        init(count: Int) {
            free = count
        }

        func take(_ count: Int) async {
            guard free < count || !waiting.isEmpty else {
                free -= count
                return
            }
            await withCheckedContinuation { waiting.append((count, $0)) }
        }

        func giveBack(_ count: Int) {
            free += count
            while let next = waiting.first, next.count <= free {
                free -= next.count
                waiting.removeFirst().continuation.resume()
            }
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
        try await ProgramGate.hold(of: Self.places) { try await function() }
    }
}

/// No program of another test runs while this one looks at a page: a browser takes both cores, and starves beside others.
struct LooksWithBrowser: TestTrait, SuiteTrait, TestScoping {
    var isRecursive: Bool { true }

    /// As of `AmongFew`.
    func scopeProvider(for test: Test, testCase: Test.Case?) -> LooksWithBrowser? {
        testCase == nil && !test.isSuite ? self : nil
    }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await ProgramGate.pass(isAlone: true) { try await function() }
    }
}

extension Trait where Self == LooksWithBrowser {
    /// The test looks at pages with a browser.
    static var looksWithBrowser: LooksWithBrowser { LooksWithBrowser() }
}

extension Trait where Self == AmongFew {
    /// The test waits until fewer others run, before its time limit begins.
    static var amongFew: AmongFew { AmongFew() }
}
