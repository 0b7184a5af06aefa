@testable import LoadEngine

/// Notes when the loop calls, and then does what the test asked.
final class LoopProbe {
    private(set) var calledNs: [UInt64] = []
    var onCall: () -> Void = {}

    func note() {
        calledNs.append(EventLoop.nowNs)
        onCall()
    }
}
