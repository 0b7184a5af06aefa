/// How many programs the tests run at the same time.
///
/// The test library starts all asynchronous tests at once: a hundred programs that starve each other, so that none does
/// anything within the time that a test waits for it.
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

    private actor Places {
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
