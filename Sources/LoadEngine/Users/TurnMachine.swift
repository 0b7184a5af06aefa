/// The life of one turn as a pure function of state and event.
package enum TurnMachine {
    package enum State: UInt8, CaseIterable {
        /// No turn. Next: `queued`.
        case idle
        /// The turn waits to be handed to libcurl. Next: `connecting`, or `idle` when it is not sent after all.
        case queued
        /// Handed to libcurl, which looks for a connection or makes one. Next: `waiting`, `draining`, `closing`, `idle`.
        case connecting
        /// Connected; no content event yet. Next: `streaming`, `draining`, `closing`, `idle`.
        case waiting
        /// At least one content event came. Next: `draining`, `closing`, `idle`.
        case streaming
        /// The outcome is known, the response has not ended yet. Next: `idle`, `closing`.
        case draining
        /// The outcome is known, the transfer is to be removed from libcurl. Next: `idle`.
        case closing
    }

    package enum Event: Equatable {
        /// The user has a turn to play.
        case planned
        /// The transfer was handed to libcurl.
        case sent
        /// A connection is there, new or used before; libcurl is about to send the request.
        case connected
        /// libcurl is about to send the request a second time: the connection it used was closed by the server.
        case resendRefused
        /// The response's head says that no event stream follows.
        case rejected(TurnOutcome)
        /// A content event came.
        case contentReceived
        /// The end marker came.
        case endMarkerReceived
        /// The answer is complete, and not as the conversation expects it.
        case expectationMissed
        /// An event named `error` came.
        case errorEventReceived
        /// The body cannot be an event stream.
        case malformed
        /// There is no memory for the answer.
        case unaffordable
        /// The transfer ended by itself; the outcome holds unless one was known before.
        case transferEnded(TurnOutcome)
        /// The transfer was removed, as `closing` asked for.
        case transferClosed
        case deadlinePassed(Deadline)
        /// The user leaves the answer, with as many events as it wanted.
        case abandoned
        /// The run is over for this user.
        case cancelled
    }

    package enum Action: Equatable {
        case none
        /// Hand the turn to libcurl as soon as its turn comes.
        case send
        /// Forget the turn that was to be sent.
        case withdraw
        /// The turn counts as started; its deadlines run from now.
        case armDeadlines
        /// The connect deadline is met.
        case disarmConnect
        /// Record the first token, let the idle and stall deadlines run.
        case recordFirstToken
        /// Record the gap since the content event before.
        case recordGap
        /// The user reads on.
        case readOn
        /// Record the outcome; the transfer goes on to the end of the response, within the drain deadline.
        case decideAndDrain(TurnOutcome)
        /// Record the outcome; the transfer must be removed.
        case decideAndClose(TurnOutcome)
        /// Record the outcome; the transfer is over.
        case decideAndAdvance(TurnOutcome)
        /// The outcome is recorded already; the transfer must be removed.
        case close
        /// The transfer is over: what comes next for this user?
        case advance
    }

    /// The next state, and what is to be done.
    ///
    /// Pairs that a race can bring about (late bytes, a late end) are answered with `.none`.
    /// - Returns: Nil for a pair that only a mistake in this package can bring about.
    package static func transition(_ state: State, _ event: Event) -> (State, Action)? {
        switch (state, event) {
        case (.idle, .planned): (.queued, .send)
        case (.idle, .cancelled): (.idle, .none)

        case (.queued, .sent): (.connecting, .armDeadlines)
        case (.queued, .cancelled): (.idle, .withdraw)

        case (.connecting, .connected): (.waiting, .disarmConnect)

        case (.waiting, .contentReceived): (.streaming, .recordFirstToken)
        case (.streaming, .contentReceived): (.streaming, .recordGap)
        case (.streaming, .deadlinePassed(.read)): (.streaming, .readOn)

        case (.waiting, .resendRefused), (.streaming, .resendRefused): (.draining, .decideAndDrain(.connectionReset))
        case (.waiting, .rejected(let outcome)): (.draining, .decideAndDrain(outcome))
        case (.waiting, .endMarkerReceived), (.streaming, .endMarkerReceived): (.draining, .decideAndDrain(.completed))
        case (.waiting, .expectationMissed), (.streaming, .expectationMissed):
            (.draining, .decideAndDrain(.expectationFailed))
        case (.waiting, .errorEventReceived), (.streaming, .errorEventReceived):
            (.draining, .decideAndDrain(.serverErrorEvent))
        case (.waiting, .malformed), (.streaming, .malformed): (.closing, .decideAndClose(.malformedStream))
        case (.waiting, .unaffordable), (.streaming, .unaffordable): (.closing, .decideAndClose(.clientLimit))

        case (.connecting, .transferEnded(let outcome)), (.waiting, .transferEnded(let outcome)),
            (.streaming, .transferEnded(let outcome)):
            (.idle, .decideAndAdvance(outcome))

        case (.connecting, .deadlinePassed(.connect)): (.closing, .decideAndClose(.connectTimeout))
        case (.connecting, .deadlinePassed(.firstToken)), (.waiting, .deadlinePassed(.firstToken)):
            (.closing, .decideAndClose(.firstTokenTimeout))
        case (.streaming, .deadlinePassed(.idle)): (.closing, .decideAndClose(.idleTimeout))
        case (.streaming, .deadlinePassed(.stall)): (.closing, .decideAndClose(.stallTimeout))
        case (.connecting, .deadlinePassed(.turn)), (.waiting, .deadlinePassed(.turn)),
            (.streaming, .deadlinePassed(.turn)):
            (.closing, .decideAndClose(.turnTimeout))
        case (.connecting, .deadlinePassed(.abandon)), (.waiting, .deadlinePassed(.abandon)),
            (.streaming, .deadlinePassed(.abandon)), (.waiting, .abandoned), (.streaming, .abandoned):
            (.closing, .decideAndClose(.abandoned))
        case (.connecting, .cancelled), (.waiting, .cancelled), (.streaming, .cancelled):
            (.closing, .decideAndClose(.cancelled))

        // Nothing after the decision changes it.
        case (.draining, .contentReceived), (.draining, .endMarkerReceived), (.draining, .expectationMissed),
            (.draining, .errorEventReceived),
            (.draining, .malformed), (.draining, .unaffordable), (.draining, .rejected), (.draining, .resendRefused),
            (.draining, .abandoned):
            (.draining, .none)
        case (.draining, .transferEnded): (.idle, .advance)
        case (.draining, .deadlinePassed(.drain)), (.draining, .cancelled): (.closing, .close)

        // Between the decision to close and the removal, an iteration of the loop may bring anything.
        case (.closing, .connected), (.closing, .resendRefused), (.closing, .rejected), (.closing, .contentReceived),
            (.closing, .endMarkerReceived), (.closing, .expectationMissed),
            (.closing, .errorEventReceived), (.closing, .malformed),
            (.closing, .unaffordable), (.closing, .abandoned),
            (.closing, .cancelled):
            (.closing, .none)
        case (.closing, .transferEnded), (.closing, .transferClosed): (.idle, .advance)

        case (.idle, .sent), (.idle, .connected), (.idle, .resendRefused), (.idle, .rejected),
            (.idle, .contentReceived), (.idle, .endMarkerReceived), (.idle, .expectationMissed),
            (.idle, .errorEventReceived), (.idle, .malformed),
            (.idle, .unaffordable), (.idle, .abandoned),
            (.idle, .transferEnded), (.idle, .transferClosed), (.idle, .deadlinePassed),
            (.queued, .planned), (.queued, .connected), (.queued, .resendRefused), (.queued, .rejected),
            (.queued, .contentReceived), (.queued, .endMarkerReceived), (.queued, .expectationMissed),
            (.queued, .errorEventReceived), (.queued, .abandoned),
            (.queued, .malformed), (.queued, .unaffordable), (.queued, .transferEnded), (.queued, .transferClosed),
            (.queued, .deadlinePassed),
            (.connecting, .planned), (.connecting, .sent), (.connecting, .resendRefused), (.connecting, .rejected),
            (.connecting, .contentReceived), (.connecting, .endMarkerReceived), (.connecting, .expectationMissed),
            (.connecting, .errorEventReceived),
            (.connecting, .malformed), (.connecting, .unaffordable), (.connecting, .transferClosed),
            (.connecting, .abandoned),
            (.connecting, .deadlinePassed),
            (.waiting, .planned), (.waiting, .sent), (.waiting, .connected), (.waiting, .transferClosed),
            (.waiting, .deadlinePassed),
            (.streaming, .planned), (.streaming, .sent), (.streaming, .connected), (.streaming, .rejected),
            (.streaming, .transferClosed), (.streaming, .deadlinePassed),
            (.draining, .planned), (.draining, .sent), (.draining, .connected), (.draining, .transferClosed),
            (.draining, .deadlinePassed),
            (.closing, .planned), (.closing, .sent), (.closing, .deadlinePassed):
            nil
        }
    }
}
