import Dispatch

/// The thread on which the page's files are made, one after another.
///
/// There are as many threads for everything else as the machine has cores: a few reports would hold them all, and with them
/// the answers to who steers the run.
final class RenderThread: Sendable {
    private let queue = DispatchQueue(label: "render", qos: .utility)

    /// Does something that takes long, when everything before it is done.
    ///
    /// - Parameter work: What to do.
    /// - Returns: Its result.
    /// - Throws: What it throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
