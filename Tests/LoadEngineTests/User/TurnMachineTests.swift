import Testing

@testable import LoadEngine
@testable import LoadModel

private typealias State = TurnMachine.State
private typealias Event = TurnMachine.Event
private typealias Action = TurnMachine.Action

/// Every event, with one payload for those whose payload only passes through.
private let allEvents: [Event] =
    [
        .planned, .sent, .connected, .resendRefused, .rejected(.httpStatus), .contentReceived, .endMarkerReceived,
        .expectationMissed, .errorEventReceived, .malformed, .transferEnded(.truncatedStream), .transferClosed,
        .abandoned, .cancelled,
    ] + Deadline.allCases.map { .deadlinePassed($0) }

/// The whole table: what is not in it must be refused.
private let table: [(State, Event, State, Action)] = [
    (.idle, .planned, .queued, .send),
    (.idle, .cancelled, .idle, .none),

    (.queued, .sent, .connecting, .armDeadlines),
    (.queued, .cancelled, .idle, .withdraw),

    (.connecting, .connected, .waiting, .disarmConnect),
    (.connecting, .transferEnded(.truncatedStream), .idle, .decideAndAdvance(.truncatedStream)),
    (.connecting, .deadlinePassed(.connect), .closing, .decideAndClose(.connectTimeout)),
    (.connecting, .deadlinePassed(.firstToken), .closing, .decideAndClose(.firstTokenTimeout)),
    (.connecting, .deadlinePassed(.turn), .closing, .decideAndClose(.turnTimeout)),
    (.connecting, .deadlinePassed(.abandon), .closing, .decideAndClose(.abandoned)),
    (.connecting, .cancelled, .closing, .decideAndClose(.cancelled)),

    (.waiting, .contentReceived, .streaming, .recordFirstToken),
    (.waiting, .resendRefused, .draining, .decideAndDrain(.connectionReset)),
    (.waiting, .rejected(.httpStatus), .draining, .decideAndDrain(.httpStatus)),
    (.waiting, .endMarkerReceived, .draining, .decideAndDrain(.completed)),
    (.waiting, .expectationMissed, .draining, .decideAndDrain(.expectationFailed)),
    (.waiting, .errorEventReceived, .draining, .decideAndDrain(.serverErrorEvent)),
    (.waiting, .malformed, .closing, .decideAndClose(.malformedStream)),
    (.waiting, .transferEnded(.truncatedStream), .idle, .decideAndAdvance(.truncatedStream)),
    (.waiting, .deadlinePassed(.firstToken), .closing, .decideAndClose(.firstTokenTimeout)),
    (.waiting, .deadlinePassed(.turn), .closing, .decideAndClose(.turnTimeout)),
    (.waiting, .deadlinePassed(.abandon), .closing, .decideAndClose(.abandoned)),
    (.waiting, .abandoned, .closing, .decideAndClose(.abandoned)),
    (.waiting, .cancelled, .closing, .decideAndClose(.cancelled)),

    (.streaming, .contentReceived, .streaming, .recordGap),
    (.streaming, .deadlinePassed(.read), .streaming, .readOn),
    (.streaming, .resendRefused, .draining, .decideAndDrain(.connectionReset)),
    (.streaming, .endMarkerReceived, .draining, .decideAndDrain(.completed)),
    (.streaming, .expectationMissed, .draining, .decideAndDrain(.expectationFailed)),
    (.streaming, .errorEventReceived, .draining, .decideAndDrain(.serverErrorEvent)),
    (.streaming, .malformed, .closing, .decideAndClose(.malformedStream)),
    (.streaming, .transferEnded(.truncatedStream), .idle, .decideAndAdvance(.truncatedStream)),
    (.streaming, .deadlinePassed(.idle), .closing, .decideAndClose(.idleTimeout)),
    (.streaming, .deadlinePassed(.stall), .closing, .decideAndClose(.stallTimeout)),
    (.streaming, .deadlinePassed(.turn), .closing, .decideAndClose(.turnTimeout)),
    (.streaming, .deadlinePassed(.abandon), .closing, .decideAndClose(.abandoned)),
    (.streaming, .abandoned, .closing, .decideAndClose(.abandoned)),
    (.streaming, .cancelled, .closing, .decideAndClose(.cancelled)),

    (.draining, .resendRefused, .draining, .none),
    (.draining, .rejected(.httpStatus), .draining, .none),
    (.draining, .contentReceived, .draining, .none),
    (.draining, .endMarkerReceived, .draining, .none),
    (.draining, .expectationMissed, .draining, .none),
    (.draining, .errorEventReceived, .draining, .none),
    (.draining, .malformed, .draining, .none),
    (.draining, .transferEnded(.truncatedStream), .idle, .advance),
    (.draining, .abandoned, .draining, .none),
    (.draining, .deadlinePassed(.drain), .closing, .close),
    (.draining, .cancelled, .closing, .close),

    (.closing, .connected, .closing, .none),
    (.closing, .resendRefused, .closing, .none),
    (.closing, .rejected(.httpStatus), .closing, .none),
    (.closing, .contentReceived, .closing, .none),
    (.closing, .endMarkerReceived, .closing, .none),
    (.closing, .expectationMissed, .closing, .none),
    (.closing, .errorEventReceived, .closing, .none),
    (.closing, .malformed, .closing, .none),
    (.closing, .abandoned, .closing, .none),
    (.closing, .cancelled, .closing, .none),
    (.closing, .transferEnded(.truncatedStream), .idle, .advance),
    (.closing, .transferClosed, .idle, .advance),
]

@Suite("The machine of a turn")
struct TurnMachineTests {
    @Test("answers every pair of state and event as the table says", arguments: State.allCases, allEvents)
    private func pair(state: State, event: Event) {
        let expected = table.first { $0.0 == state && $0.1 == event }
        let found = TurnMachine.transition(state, event)
        #expect(found?.0 == expected?.2)
        #expect(found?.1 == expected?.3)
    }

    @Test("lists no pair twice")
    func tableIsAFunction() {
        for (index, row) in table.enumerated() {
            #expect(!table[..<index].contains { $0.0 == row.0 && $0.1 == row.1 })
        }
    }

    @Test("keeps the transfer's own outcome for every kind of end", arguments: TurnOutcome.allCases)
    func endOutcome(outcome: TurnOutcome) {
        #expect(TurnMachine.transition(.waiting, .transferEnded(outcome))?.1 == .decideAndAdvance(outcome))
        #expect(TurnMachine.transition(.draining, .transferEnded(outcome))?.1 == .advance)
    }

    @Test("decides once at most: no state after a decision decides again")
    func decidesOnce() {
        for state in [State.draining, .closing] {
            for event in allEvents {
                switch TurnMachine.transition(state, event)?.1 {
                case .decideAndClose, .decideAndDrain, .decideAndAdvance, .recordFirstToken, .recordGap:
                    Issue.record("\(event) in \(state)")
                default: break
                }
            }
        }
    }
}
