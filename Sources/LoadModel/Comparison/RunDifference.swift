/// In what two runs differ besides their numbers.
public struct RunDifference: Sendable, Equatable, Encodable {
    /// What a difference means.
    public enum Weight: String, Sendable, Encodable {
        /// Their numbers are not of the same: a change may come from it alone.
        case unfair
        /// It may be what is compared, or changes little.
        case note
    }

    /// What it means.
    public let weight: Weight
    /// In what they differ, in a sentence.
    public let text: String

    /// Runs whose lengths differ by more are not the same.
    private static let mostOfDuration = 1.2
    /// With fewer turns a run says little.
    private static let fewestTurns: UInt64 = 100

    /// All differences, those that make the comparison unfair first.
    static func all(_ before: Summary, _ after: Summary) -> [RunDifference] {
        let found =
            options(before, after) + facts(before, after) + trust(before, "the first run")
            + trust(after, "the second run")
        return found.filter { $0.weight == .unfair } + found.filter { $0.weight == .note }
    }

    /// What the options say.
    private static func options(_ before: Summary, _ after: Summary) -> [RunDifference] {
        let (mine, theirs) = (before.configuration, after.configuration)
        return Set(mine.keys).union(theirs.keys).sorted().compactMap { name in
            let (first, second) = (mine[name], theirs[name])
            guard first != second else { return nil }
            let values = "--\(name): \(first ?? "not set") before, \(second ?? "not set") after"
            switch RunOption.kind(of: name) {
            case .reports: return nil
            // Arrivals that are other ones of the same kind are what a second run has.
            case .server, .generator: return RunDifference(weight: .note, text: values)
            case .users where name == "seed": return RunDifference(weight: .note, text: values)
            case .load: return RunDifference(weight: .unfair, text: "\(values): the load differs")
            case .users: return RunDifference(weight: .unfair, text: "\(values): the users do other things")
            case .counting: return RunDifference(weight: .unfair, text: "\(values): it is counted otherwise")
            }
        }
    }

    /// What the results say themselves, whatever their options were.
    private static func facts(_ before: Summary, _ after: Summary) -> [RunDifference] {
        var found: [RunDifference] = []
        func note(_ weight: Weight, _ isThere: Bool, _ text: @autoclosure () -> String) {
            if isThere { found.append(RunDifference(weight: weight, text: text())) }
        }
        let (first, second) = (before.result, after.result)
        note(
            .unfair,
            first.layout.scripts != second.layout.scripts || first.layout.rowCount != second.layout.rowCount,
            "the conversations, or their turns, are not the same"
        )
        note(
            .unfair,
            // Of conversations that begin again only those that were begun are known.
            before.configuration["repeat"] == nil && after.configuration["repeat"] == nil
                && first.layout.scripts == second.layout.scripts && mix(first) != mix(second),
            "the conversations were not mixed in the same proportions"
        )
        note(
            .unfair,
            before.run.users != after.run.users && before.configuration["users"] == after.configuration["users"],
            "\(counted(before.run.users, "user")) before, \(after.run.users) after: the load differs"
        )
        note(
            .unfair,
            before.stalls.afterMs != after.stalls.afterMs
                && before.configuration["stall-after"] == after.configuration["stall-after"],
            "a gap is a stall over \(before.stalls.afterMs.fixed(0)) ms before, over \(after.stalls.afterMs.fixed(0)) ms after"
        )
        note(
            .unfair,
            first.objectives != second.objectives
                && before.configuration["objective"] == after.configuration["objective"],
            "good turns keep to other objectives"
        )
        note(
            .unfair,
            (first.warmUp == nil) != (second.warmUp == nil)
                && before.configuration["warm-up"] == after.configuration["warm-up"],
            "only one of them had a warm-up"
        )
        let durations = [before.run.durationS, after.run.durationS]
        note(
            .unfair,
            (durations.max() ?? 0) > (durations.min() ?? 0) * mostOfDuration,
            "they took \(durations[0].fixed(1)) s and \(durations[1].fixed(1)) s: what happens at the start and at the end has "
                + "another weight"
        )
        note(
            .note,
            before.run.host != after.run.host && before.configuration["host"] == after.configuration["host"],
            "the host is \(before.run.host) before, \(after.run.host) after"
        )
        note(
            .note,
            before.run.processes != after.run.processes
                && before.configuration["processes"] == after.configuration["processes"],
            "\(counted(before.run.processes, "process", "processes")) before, \(after.run.processes) after"
        )
        let (old, new) = (first.generator.libcurl, second.generator.libcurl)
        note(
            .note,
            old != new,
            "libcurl \(old ?? "of an unknown version") before, \(new ?? "of an unknown version") after"
        )
        let lateness = [first, second].compactMap { $0.generator.canary?.p99Ms }
        note(
            .note,
            lateness.count == 2,
            "the generators themselves were up to \(lateness.map { $0.fixed(2) }.joined(separator: " and ")) ms late (canary p99): "
                + "smaller differences may be theirs"
        )
        return found
    }

    /// The share of each conversation.
    private static func mix(_ result: RunResult) -> [Double] {
        let all = result.layout.invocations.reduce(0.0) { $0 + Double($1) }
        return result.layout.invocations.map { all > 0 ? (Double($0) / all * 1e3).rounded() : 0 }
    }

    /// Whether a run can be compared with anything.
    private static func trust(_ summary: Summary, _ name: String) -> [RunDifference] {
        var found: [RunDifference] = []
        switch summary.run.verdict {
        case .valid: break
        case .generatorBound:
            found.append(
                RunDifference(
                    weight: .unfair,
                    text: "\(name) was generator-bound: its times are those of the generator as well"
                )
            )
        case .interrupted:
            found.append(
                RunDifference(weight: .unfair, text: "\(name) was interrupted: it is a part of what was asked for")
            )
        }
        found += summary.losses.map { RunDifference(weight: .unfair, text: "\(name): \($0)") }
        if summary.turns.completed < fewestTurns {
            found.append(
                RunDifference(
                    weight: .note,
                    text: "\(name) has completed only \(counted(summary.turns.completed, "turn"))"
                )
            )
        }
        return found
    }
}
