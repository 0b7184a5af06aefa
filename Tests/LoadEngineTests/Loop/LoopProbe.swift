import CLoad

@testable import LoadEngine

/// Notes when the loop calls, and then does what the test asked.
final class LoopProbe {
    private(set) var calledNs: [UInt64] = []
    var onCall: () -> Void = {}

    static let prepare: cload_prepare_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: LoopProbe.self) { $0.note() }
    }

    func note() {
        calledNs.append(EventLoop.nowNs)
        onCall()
    }
}
