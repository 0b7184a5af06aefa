import FoundationEssentials

/// The results of shares of one run as one result: they are added one after another, and what does not belong together is refused.
///
/// Counts and histograms are added, so that the result is what one program would have counted. The time of each share is placed by
/// its machine's clock on the wall. Results that are no shares can be merged among themselves; nothing says then that they belong
/// together.
package struct ShareMerge {
    /// What the first result says of the run: the others have to agree.
    private struct Run {
        let path: String
        let run: Summary.Run
        let layout: RunLayout
        let configuration: [String: String]
        let share: ShareOfRun?
        let stallAfterMs: Double
        let objectives: [String]
        /// The moment that times are counted from while results are added.
        let origin: Date
    }

    private var first: Run?
    private var sum = SummarySum()
    /// By number, with the file that it came from.
    private var shares: [Int: (share: ShareOfRun, path: String)] = [:]
    private var users = 0
    private var spawnRate: Double?
    private var processes = 0
    private var invocations: [UInt64] = []
    private var thresholds: [ThresholdResult] = []
    private var addresses: [String] = []
    private var earliest: (at: Date, text: String)?
    private var otherHosts: [String] = []
    private var hadSteadyStretch = false
    private var sumOfNumbers = 0.0
    /// How many results were added.
    package private(set) var count = 0

    /// Nothing yet.
    package init() {}

    /// Adds a result.
    ///
    /// - Parameters:
    ///   - summary: The result of a share, or of several that were merged.
    ///   - path: Where it comes from, for messages.
    ///   - sumOfNumbers: What all numbers in its file come to together, where it was read from one.
    /// - Throws: `ConfigurationError` when it is of another run, is there already, or has other rows.
    package mutating func add(
        _ summary: Summary,
        from path: String,
        sumOfNumbers: Double = 0
    ) throws(ConfigurationError) {
        guard self.sumOfNumbers + sumOfNumbers <= Summary.mostSum else {
            throw ConfigurationError(
                "with '\(Shown.path(path))' the numbers cannot be added up: they come to more than 2⁶⁰"
            )
        }
        let parts = summary.run.shares ?? summary.run.share.map { [$0] } ?? []
        let start = StartText.moment(of: summary.run.startedAt) ?? Date(timeIntervalSince1970: 0)
        let run =
            first
            ?? Run(
                path: path,
                run: summary.run,
                layout: summary.result.layout,
                configuration: summary.configuration,
                share: parts.first,
                stallAfterMs: summary.result.stallAfterMs,
                objectives: summary.result.objectives,
                origin: parts.first?.startAt.flatMap(StartText.moment) ?? start
            )
        try check(summary, parts, of: run, from: path)
        first = run
        self.sumOfNumbers += sumOfNumbers
        for part in parts { shares[part.index] = (part, path) }
        count += 1
        users += summary.run.users
        spawnRate = summary.run.spawnRate.map { (spawnRate ?? 0) + $0 }
        processes += summary.run.processes
        let layout = summary.result.layout
        invocations = invocations.isEmpty ? layout.invocations : zip(invocations, layout.invocations).map { $0 &+ $1 }
        for address in summary.run.addresses ?? [] where !addresses.contains(address) { addresses.append(address) }
        if summary.run.host != run.run.host, !otherHosts.contains(summary.run.host) {
            otherHosts.append(summary.run.host)
        }
        for result in summary.thresholds { note(result) }
        if earliest.map({ start < $0.at }) ?? true { earliest = (start, summary.run.startedAt) }
        var summary = summary
        hadSteadyStretch = hadSteadyStretch || summary.result.steady != nil
        // That of a share is none of the whole.
        summary.result.steady = nil
        if let share = summary.run.share {
            summary.result.generator.lostProcesses = summary.result.generator.lostProcesses?.map {
                "share \(share.text): \($0)"
            }
        }
        sum.add(summary, atS: start.timeIntervalSince(run.origin))
    }

    private func check(
        _ summary: Summary,
        _ parts: [ShareOfRun],
        of run: Run,
        from path: String
    ) throws(ConfigurationError) {
        let (name, others) = ("'\(Shown.path(path))'", "'\(Shown.path(run.path))'")
        guard parts.isEmpty == (run.share == nil) else {
            let (whole, part) = parts.isEmpty ? (name, others) : (others, name)
            throw ConfigurationError("\(whole) is no share of a run, and \(part) is one: they cannot be merged")
        }
        if let share = run.share, let other = parts.first(where: { $0.plan != share.plan || $0.count != share.count }) {
            throw ConfigurationError(
                "\(name) is share \(other.text) of another run than \(others), which is share \(share.text)\(differences(summary, run))"
            )
        }
        for part in parts {
            if let known = shares[part.index] {
                throw ConfigurationError(
                    "share \(part.text) is there twice, in '\(Shown.path(known.path))' and in \(name)"
                )
            }
        }
        guard Set(parts.map(\.index)).count == parts.count else {
            throw ConfigurationError("\(name) has a share twice in $.run.shares")
        }
        let layout = summary.result.layout
        guard layout.scripts == run.layout.scripts, layout.rowCount == run.layout.rowCount,
            layout.names == run.layout.names,
            layout.scripts.indices.allSatisfy({
                layout.rows(ofConversation: $0) == run.layout.rows(ofConversation: $0)
            })
        else {
            throw ConfigurationError("\(name) has other conversations, or turns, than \(others)")
        }
        guard summary.result.stallAfterMs == run.stallAfterMs, summary.result.objectives == run.objectives else {
            throw ConfigurationError("\(name) has counted other gaps as stalls, or other turns as good, than \(others)")
        }
    }

    /// In which options two runs differ, as far as their results tell.
    private func differences(_ summary: Summary, _ run: Run) -> String {
        let (mine, theirs) = (summary.configuration, run.configuration)
        let keys = Set(mine.keys).union(theirs.keys)
            .filter { mine[$0] != theirs[$0] && ![.reports, .generator, .server].contains(RunOption.kind(of: $0)) }
            .sorted()
        guard !keys.isEmpty else { return ": their data, options or seeds differ" }
        return ": they differ in "
            + keys.map { "\($0) (\(mine[$0] ?? "not set"), and there \(theirs[$0] ?? "not set"))" }.joined(
                separator: ", "
            )
    }

    private mutating func note(_ result: ThresholdResult) {
        guard let place = thresholds.firstIndex(where: { $0.expr == result.expr }) else {
            return thresholds.append(result)
        }
        // Of those that cannot be judged again the worst.
        if !result.ok { thresholds[place] = result }
    }

    // MARK: The whole

    /// The sum of all that was added.
    ///
    /// Its thresholds are those of the parts, judged by the numbers of the whole.
    /// - Returns: Nil when nothing was added.
    package mutating func summary() -> Summary? {
        guard let first, let earliest else { return nil }
        var run = first.run
        run.users = users
        // Ten tenths make a whole.
        run.spawnRate = spawnRate.map { ($0 * 1e9).rounded() / 1e9 }
        run.processes = processes
        run.startedAt = earliest.text
        run.addresses = addresses.isEmpty ? nil : addresses
        run.share = nil
        run.shares = shares.isEmpty ? nil : shares.sorted { $0.key < $1.key }.map(\.value.share)
        let maxError = first.configuration["max-error"].flatMap { try? DurationText.parse($0) }
        let fromS = earliest.at.timeIntervalSince(first.origin)
        guard var summary = sum.summary(run, maxError: maxError, fromS: fromS) else { return nil }
        summary.result.layout.invocations = invocations
        summary.configuration = first.configuration
        summary.configuration["share"] = nil
        summary.thresholds = thresholds.map { result in
            (try? Threshold.parse(result.expr)).map { $0.result(of: summary) } ?? result
        }
        return summary
    }

    /// What a reader of the sum could overlook and its result does not say itself, in a sentence each.
    package var notes: [String] {
        guard let first else { return [] }
        var notes: [String] = []
        if first.share == nil, count > 1 {
            notes.append(
                "the results are no shares of a run (--share): nothing says that they belong together, nor that they played "
                    + "different conversations"
            )
        }
        if !otherHosts.isEmpty {
            notes.append(
                "the results are of different hosts: \(([first.run.host] + otherHosts).joined(separator: ", "))"
            )
        }
        if hadSteadyStretch {
            notes.append("the steady stretches of the shares are none of the whole run, which is shown without one")
        }
        return notes
    }
}
