extension RunPlan {
    /// How far a conversation's share of what a process plays may be from that in the whole run.
    private static let mostDeviation = 0.2
    /// Of fewer conversations nothing can be said.
    private static let fewest = 20.0

    /// That a process of this share plays another mix of conversations than the whole run, in a sentence; nil when none does.
    ///
    /// The order of the queue repeats, and so does the turn of each share: with a common divisor a share has the same few again
    /// and again.
    ///
    /// - Parameter processes: How many processes play the share.
    /// - Returns: Nil for a whole run, too.
    package func noteOnMix(processes: Int) -> String? {
        let invocations = configuration.conversations.map(\.invocations)
        let total = Double(invocations.reduce(0, +))
        guard programShare != .whole, total > 0 else { return nil }
        for process in 0..<processes {
            let counts = InvocationQueue.counts(of: invocations, in: ofProcess(process, of: processes).share)
            let own = Double(counts.reduce(0, +))
            guard own >= Self.fewest else { continue }
            for (index, count) in counts.enumerated() {
                let (here, whole) = (Double(count) / own, Double(invocations[index]) / total)
                guard abs(here - whole) > Self.mostDeviation * max(whole, 1 - whole) else { continue }
                let name = Shown.line(configuration.conversations[index].name, mostBytes: 60)
                return
                    "\(name) is \((here * 100).fixed(0)) % of what \(processes > 1 ? "a process of " : "")this share plays, and "
                    + "\((whole * 100).fixed(0)) % of the whole run: the mix repeats itself as the shares do; another number of shares"
                    + "\(processes > 1 ? ", or processes," : "") has the mix of the run"
            }
        }
        return nil
    }
}
