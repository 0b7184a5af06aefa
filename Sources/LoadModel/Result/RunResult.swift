/// The numbers of a run, or of a part of one, as they were counted: at a moment, or at its end.
///
/// Everything that is shown is a view of it. The parts of a run that several processes have played are added up by `merged`;
/// what has come since a moment is `since`.
public struct RunResult: Sendable, Codable {
    package var layout: RunLayout
    /// From the start to this moment, in seconds.
    public package(set) var elapsedS = 0.0
    /// What a gap between two content events of one turn has to exceed to be a stall, in milliseconds.
    public package(set) var stallAfterMs: Double
    /// What good turns and conversations keep to, as it was written or would be; empty for a run without objectives.
    public package(set) var objectives: [String]
    /// All that was counted of the whole run.
    public package(set) var total = Tally()
    /// `Shape:` [row], as `layout` has them.
    package var rowTallies: PagedArray<Tally>
    /// `Shape:` [conversation], as `layout` names them.
    package var conversationTallies: PagedArray<Tally>
    /// The conversations that took longest, the slowest first.
    public package(set) var slowestConversations: [SlowConversation] = []
    /// What is known of the outcomes that are not `completed`, by label.
    package var notes: [String: OutcomeNotes] = [:]
    /// What the generator itself has used, and how late it was.
    public package(set) var generator = GeneratorUsage()
    /// The run over time.
    public package(set) var series = TimeSeries()
    /// What was played before the run began to count, and is in no other number; nil without a warm-up, and within it.
    public package(set) var warmUp: RunStretch?
    /// The longest stretch in which the run was near its peak; nil unless it was to be found, and before the end.
    public package(set) var steady: RunStretch?

    init(_ layout: RunLayout, stallAfterMs: Double, objectives: [String]) {
        self.layout = layout
        self.stallAfterMs = stallAfterMs
        self.objectives = objectives
        rowTallies = PagedArray(repeating: Tally(), count: layout.rowCount)
        conversationTallies = PagedArray(repeating: Tally(), count: layout.names.count)
    }

    /// Whether the conversations began again when all were played, so that there is no number of them to be reached.
    public var isEndless: Bool { layout.invocations.isEmpty && !layout.names.isEmpty }

    // MARK: Sums and differences

    /// The result of several parts of a run.
    ///
    /// - Parameters:
    ///   - parts: At least one, all with the same rows.
    ///   - last: Earlier states of the same parts and their sum, from which rows that have not changed are taken.
    /// - Returns: Their sum.
    package static func merged(_ parts: [RunResult], since last: (parts: [RunResult], merged: RunResult)? = nil)
        -> RunResult
    {
        var merged = parts[0]
        for part in parts.dropFirst() {
            merged.elapsedS = max(merged.elapsedS, part.elapsedS)
            merged.total.add(part.total)
            merged.notes.merge(part.notes) { $0.adding($1) }
        }
        merged.rowTallies = .merged(
            parts.map(\.rowTallies),
            since: last.map { ($0.parts.map(\.rowTallies), $0.merged.rowTallies) }
        )
        merged.conversationTallies = .merged(
            parts.map(\.conversationTallies),
            since: last.map { ($0.parts.map(\.conversationTallies), $0.merged.conversationTallies) }
        )
        merged.slowestConversations = Array(
            parts.flatMap(\.slowestConversations).sorted { $0.timeMs > $1.timeMs }
                .prefix(SlowConversation.mostKept)
        )
        merged.generator = .merged(parts.map(\.generator))
        merged.series = .merged(parts.map(\.series))
        merged.warmUp = parts.compactMap(\.warmUp).reduce(nil) { $0?.adding($1) ?? $1 }
        return merged
    }

    /// What has come since an earlier moment, but for the run over time, which begins again.
    ///
    /// - Parameter earlier: The same run at the earlier moment.
    /// - Returns: The difference; conversations that had ended then are planned no more.
    package func since(_ earlier: RunResult) -> RunResult {
        var new = self
        new.elapsedS = elapsedS - min(earlier.elapsedS, elapsedS)
        new.total = total.since(earlier.total)
        new.rowTallies = .init(zip(rowTallies, earlier.rowTallies).lazy.map { $0.since($1) })
        new.conversationTallies = .init(
            zip(conversationTallies, earlier.conversationTallies).lazy.map { $0.since($1) }
        )
        new.slowestConversations = slowestConversations.filter { !earlier.slowestConversations.contains($0) }
        for (label, old) in earlier.notes { new.notes[label] = notes[label]?.since(old) }
        new.generator = generator.since(earlier.generator)
        new.series = TimeSeries()
        return new
    }

    /// Ends the part of a process that was lost, as far as its last report knows it: what was running is cancelled.
    ///
    /// - Parameters:
    ///   - why: What has become of the process.
    ///   - streaming: How many of the running turns had had a content event.
    mutating func abandon(because why: String, streaming: UInt64) {
        let running = total.turnsRunning
        if running > 0 {
            let cancelled = TurnOutcome.cancelled.label
            notes[cancelled, default: OutcomeNotes()].add(OutcomeNotes(afterFirstToken: min(streaming, running)))
        }
        total.abandon()
        for row in rowTallies.indices where rowTallies[row].turnsRunning > 0 { rowTallies[row].abandon() }
        for index in conversationTallies.indices where conversationTallies[index].conversationsRunning > 0 {
            conversationTallies[index].abandon()
        }
        generator.lostProcesses = [why]
    }
}

extension OutcomeNotes {
    fileprivate func adding(_ other: OutcomeNotes) -> OutcomeNotes {
        var sum = self
        sum.add(other)
        return sum
    }
}

extension PagedArray<Tally> {
    /// The sums of the parts of a run, element by element.
    ///
    /// - Parameters:
    ///   - parts: All of the same length.
    ///   - last: Earlier states of the same parts and their sums; elements in pages that have not changed are taken from it.
    /// - Returns: The sums.
    fileprivate static func merged(
        _ parts: [PagedArray],
        since last: (parts: [PagedArray], merged: PagedArray)?
    ) -> PagedArray {
        guard let first = parts.first, parts.count > 1 else { return parts.first ?? [] }
        func sum(_ index: Int) -> Tally {
            var sum = first[index]
            for part in parts.dropFirst() where index < part.count { sum.add(part[index]) }
            return sum
        }
        guard let last, last.parts.count == parts.count, last.merged.count == first.count else {
            return PagedArray(first.indices.lazy.map(sum))
        }
        var merged = last.merged
        let changed = zip(parts, last.parts).flatMap { $0.changedPages(since: $1) }
        for index in Set(changed).joined() where index < first.count { merged[index] = sum(index) }
        return merged
    }
}
