import Testing

@testable import LoadEngine

@Suite("The actions asked of the transport")
struct UserActionsTests {
    @Test("come out in the order of asking, also when the queue is never quite empty")
    func order() {
        var actions = UserActions()
        var asked = 0
        var taken = 0
        for round in 0..<20_000 {
            for _ in 0...(round % 3) {
                actions.requestSend(user: asked)
                asked += 1
            }
            for _ in 0..<2 where taken + 1 < asked {
                #expect(actions.takeSend() == taken)
                taken += 1
            }
        }
        while let user = actions.takeSend() {
            #expect(user == taken)
            taken += 1
        }
        #expect(taken == asked)
        #expect(actions.isEmpty)
    }
}
