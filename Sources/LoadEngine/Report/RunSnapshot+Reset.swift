// A reset of a part of a run that has ended: its process is not there any more to do it.

extension RunSnapshot {
    /// Forgets what was counted, of a part that has ended: the numbers of the run were reset since.
    package mutating func forget() {
        elapsedS = 0
        peakUsers = 0
        conversations = ConversationCounts(planned: conversations.notStarted, notStarted: conversations.notStarted)
        turns = TurnCounts()
        outcomes = [:]
        events = 0
        bytes = 0
        metrics = [:]
        stalls = StallCounts(afterMs: stalls.afterMs, total: 0, turns: 0, of: 0)
        answers = AnswerCounts(withoutContent: 0, onePiece: 0, of: 0)
        goodput = goodput.map { old in
            Goodput(
                objectives: old.objectives,
                goodConversations: 0,
                ofConversations: conversations,
                goodTurns: 0,
                ofTurns: turns
            )
        }
        rows = PagedArray(rows.lazy.map(\.emptied))
        byConversation = PagedArray(byConversation.lazy.map(\.emptied))
        slowestConversations = []
        outcomeDetails = [:]
        generator.cpuS = 0
        generator.connectionsOpened = 0
        generator.staleReuse = 0
        generator.addresses = generator.addresses.map { $0.map { AddressUsage(address: $0.address) } }
        generator.canary = nil
        generator.loopTurn = nil
    }
}

extension Summary {
    /// The result of a part that had ended when the numbers of the run were reset.
    ///
    /// - Parameter startedAt: When they were, as RFC 3339 writes it.
    /// - Returns: The same without what was counted.
    package func forgotten(at startedAt: String) -> Summary {
        var last = RunSnapshot(self)
        last.forget()
        var run = run
        run.startedAt = startedAt
        run.durationS = 0
        return Summary(run: run, last: last, series: TimeSeries())
    }
}

extension Summary.Row {
    /// The same row, of which nothing was counted.
    fileprivate var emptied: Summary.Row {
        Summary.Row(
            conversation: conversation,
            turn: turn,
            activeTurns: 0,
            outcomes: [:],
            events: 0,
            bytes: 0,
            endedBytes: 0,
            turnsWithoutContent: 0,
            turnsInOnePiece: 0,
            stalls: 0,
            stalledTurns: 0,
            goodTurns: 0,
            failureTimes: [:],
            metrics: [:]
        )
    }
}

extension ConversationResult {
    /// The same conversation, of which those that have ended are planned no more.
    fileprivate var emptied: ConversationResult {
        let ended = counts.completed + counts.failed + counts.cancelled
        let all = (forgotten ?? 0) + ended
        return ConversationResult(
            conversation: conversation,
            counts: ConversationCounts(planned: counts.planned - ended).withRest(running: 0),
            running: 0,
            good: good.map { _ in 0 },
            conversationTime: nil,
            forgotten: all > 0 ? all : nil
        )
    }
}
