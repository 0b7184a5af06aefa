/// The numbers of a run whose names begin alike, such as `ttft.p95` and `ttft.max`.
struct NumberFamily {
    /// What their names begin with.
    let name: String
    /// The rest of each name, after the point; empty where there is none.
    let members: [(name: String, number: RunNumber)]
    /// What the percentiles are of; nil where there are none.
    let percentiles: RunNumber.Durations?

    /// What a family was called in the version before: it still means the same.
    private static let formerName = (former: "generator.loop_turn", present: "generator.loop_iteration")

    static let all: [NumberFamily] = distributions + outcomes + figures

    private static var distributions: [NumberFamily] {
        let metrics = Metric.allCases.map { NumberFamily($0.label, .metric($0), hasMean: true) }
        return metrics + [
            // Of these only the histograms are kept.
            NumberFamily("generator.canary", .canary, hasMean: false),
            NumberFamily("generator.loop_iteration", .loopIteration, hasMean: false),
        ]
    }

    private static var outcomes: [NumberFamily] {
        TurnOutcome.allCases.map { outcome in
            let rate: [(String, RunNumber)] = outcome.isCut ? [] : [("rate", .outcomeRate(outcome))]
            return NumberFamily(
                name: outcome.label,
                members: [("count", .outcomeCount(outcome))] + rate,
                percentiles: nil
            )
        }
    }

    private static var figures: [NumberFamily] {
        var families: [(name: String, members: [(String, RunNumber)])] = []
        for figure in RunNumber.Figure.allCases {
            let parts = figure.rawValue.split(separator: ".", maxSplits: 1).map(String.init)
            let member = (parts.count > 1 ? parts[1] : "", RunNumber.figure(figure))
            if families.last?.name == parts[0] {
                families[families.count - 1].members.append(member)
            } else {
                families.append((parts[0], [member]))
            }
        }
        return families.map { NumberFamily(name: $0.name, members: $0.members, percentiles: nil) }
    }

    private init(name: String, members: [(String, RunNumber)], percentiles: RunNumber.Durations?) {
        self.name = name
        self.members = members.map { (name: $0.0, number: $0.1) }
        self.percentiles = percentiles
    }

    private init(_ name: String, _ durations: RunNumber.Durations, hasMean: Bool) {
        let exact: [(String, RunNumber.Statistic)] =
            hasMean ? [("min", .least), ("avg", .mean), ("mean", .mean)] : []
        let all = exact + [("med", .percentile(50)), ("max", .greatest), ("count", .count)]
        self.init(
            name: name,
            members: all.map { ($0.0, .durations(durations, $0.1)) },
            percentiles: durations
        )
    }
}

extension NumberFamily {
    /// Why a name is none of a number.
    struct Mistake: Error {
        /// Where in the name, in characters from 0.
        let offset: Int
        let problem: String
    }

    /// Finds a number by its name.
    ///
    /// - Parameter name: Such as `ttft.p99.9`; not empty.
    /// - Returns: The number.
    /// - Throws: The mistake in the name, with what was probably meant.
    static func number(named name: String) throws(Mistake) -> RunNumber {
        let (former, present) = formerName
        if name.hasPrefix(former) {
            do { return try number(named: present + name.dropFirst(former.count)) } catch {
                throw Mistake(offset: max(error.offset + former.count - present.count, 0), problem: error.problem)
            }
        }
        let families = all.filter { name == $0.name || name.hasPrefix($0.name + ".") }
        guard let family = families.max(by: { $0.name.count < $1.name.count }) else { throw unknown(name) }
        return try family.number(named: name)
    }

    private static func unknown(_ name: String) -> Mistake {
        let first = String(name.prefix { $0 != "." })
        let known = Set(all.map { String($0.name.prefix { $0 != "." }) }).sorted()
        let hint =
            first == Objective.Measure.maxGap.rawValue
            ? "it is of single turns, for --objective; for the gaps of all turns write \(Metric.interEvent.label)"
            : Spelling.nearest(to: first, among: known).map { "did you mean '\($0)'?" }
                ?? "there are \(known.joined(separator: ", "))"
        return Mistake(offset: 0, problem: "'\(first)' is no number of a run; \(hint)")
    }

    private func number(named whole: String) throws(Mistake) -> RunNumber {
        let member = String(whole.dropFirst(name.count + 1))
        if let found = members.first(where: { $0.name == member }), found.name.isEmpty == (whole == name) {
            return found.number
        }
        guard whole != name else {
            throw Mistake(
                offset: whole.count,
                problem: "expected a point and one of the numbers of \(name) (\(memberNames)), such as "
                    + "\(name).\(percentiles == nil ? members[0].name : "p95")"
            )
        }
        if members[0].name.isEmpty {
            throw Mistake(offset: name.count, problem: "\(name) is a single number: leave '.\(member)' out")
        }
        if let percentiles, member.first == "p", let share = Self.percentile(member.dropFirst()) {
            guard share <= 100 else {
                throw Mistake(
                    offset: name.count + 1,
                    problem: "percentiles are from p0 to p100, with a point where needed, such as p99.9; not \(member)"
                )
            }
            return .durations(percentiles, .percentile(share))
        }
        let names = members.map(\.name) + subfamilies + (percentiles == nil ? [] : ["p50", "p90", "p95", "p99"])
        let hint = Spelling.nearest(to: member, among: names).map { "; did you mean '\($0)'?" } ?? ""
        throw Mistake(offset: name.count + 1, problem: "\(name) has \(memberNames), not '\(member)'\(hint)")
    }

    private var memberNames: String {
        ((percentiles == nil ? [] : ["p0 to p100"]) + members.map(\.name) + subfamilies).joined(separator: ", ")
    }

    /// An example of each family whose name begins like this one's.
    private var subfamilies: [String] {
        Self.all.filter { $0.name.hasPrefix(name + ".") }.map { $0.name.dropFirst(name.count + 1) + ".p99" }
    }

    private static func percentile(_ text: Substring) -> Double? {
        let isNumber = text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        return isNumber && text.first != "." && text.last != "." ? Double(text) : nil
    }
}
