/// A scheduler that starts a program several times, and tells each in its environment which of them it is.
package struct ShareScheduler: Sendable {
    /// What the numbers begin with.
    private enum First {
        case number(Int)
        /// What a variable has.
        case variable(String)
    }

    /// How many there are.
    private enum Count {
        /// The environment does not tell.
        case unknown
        /// What a variable has.
        case variable(String)
        /// By the last number, which a variable has.
        case last(String)
    }

    /// What it is called.
    package let name: String
    /// The variable with the number.
    package let variable: String
    private let first: First
    /// The variable with the distance of two numbers; nil where that is 1.
    private let step: String?
    private let count: Count

    /// Those that are known, the most usual first.
    package static let all = [
        ShareScheduler("Kubernetes Indexed Job", "JOB_COMPLETION_INDEX", count: .unknown),
        ShareScheduler(
            "Slurm job array",
            "SLURM_ARRAY_TASK_ID",
            from: .variable("SLURM_ARRAY_TASK_MIN"),
            by: "SLURM_ARRAY_TASK_STEP",
            count: .variable("SLURM_ARRAY_TASK_COUNT")
        ),
        ShareScheduler("AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", count: .variable("AWS_BATCH_JOB_ARRAY_SIZE")),
        ShareScheduler("Google Cloud Batch", "BATCH_TASK_INDEX", count: .variable("BATCH_TASK_COUNT")),
        ShareScheduler("Cloud Run job", "CLOUD_RUN_TASK_INDEX", count: .variable("CLOUD_RUN_TASK_COUNT")),
        ShareScheduler(
            "Grid Engine",
            "SGE_TASK_ID",
            from: .variable("SGE_TASK_FIRST"),
            by: "SGE_TASK_STEPSIZE",
            count: .last("SGE_TASK_LAST")
        ),
        ShareScheduler("GitLab CI", "CI_NODE_INDEX", from: .number(1), count: .variable("CI_NODE_TOTAL")),
        ShareScheduler("CircleCI", "CIRCLE_NODE_INDEX", count: .variable("CIRCLE_NODE_TOTAL")),
        ShareScheduler("Buildkite", "BUILDKITE_PARALLEL_JOB", count: .variable("BUILDKITE_PARALLEL_JOB_COUNT")),
    ]

    private init(
        _ name: String,
        _ variable: String,
        from first: First = .number(0),
        by step: String? = nil,
        count: Count
    ) {
        self.name = name
        self.variable = variable
        self.first = first
        self.step = step
        self.count = count
    }

    /// The part that a scheduler has given to this program.
    ///
    /// - Parameters:
    ///   - environment: The variables of the program.
    ///   - count: How many parts there are, where somebody says it; the environment may not tell.
    /// - Returns: The part.
    /// - Throws: `ConfigurationError` when no scheduler has, when several say different things, or when one does not say enough.
    package static func share(in environment: [String: String], of count: Int?) throws(ConfigurationError) -> RunShare {
        // A job that is no array has the variable with another text: "undefined" in Grid Engine.
        let present = all.filter { environment[$0.variable].flatMap { Int($0) } != nil }
        guard !present.isEmpty else {
            throw ConfigurationError(
                "none of \(all.map(\.variable).joined(separator: ", ")) is set to a number; write the share, such as 3/10"
            )
        }
        var found: [(scheduler: ShareScheduler, share: RunShare)] = []
        for scheduler in present {
            let share = try scheduler.share(in: environment, of: count)
            // Such as a CI job that is not split.
            if share.count > 1 || present.count == 1 { found.append((scheduler, share)) }
        }
        guard let first = found.first else { return .whole }
        guard let other = found.first(where: { $0.share != first.share }) else { return first.share }
        throw ConfigurationError(
            "\(first.scheduler.variable) means \(first.share.text) and \(other.scheduler.variable) \(other.share.text); "
                + "write the one that is meant"
        )
    }

    private func share(
        in environment: [String: String],
        of asked: Int?
    ) throws(ConfigurationError) -> RunShare {
        let number = try self.number(variable, in: environment)
        let step = try step.flatMap { name throws(ConfigurationError) in
            environment[name] == nil ? nil : try self.number(name, in: environment)
        }
        let first =
            switch first {
            case .number(let number): number
            case .variable(let name): try self.number(name, in: environment)
            }
        let place = number.subtractingReportingOverflow(first)
        let (index, rest) = place.partialValue.quotientAndRemainder(dividingBy: max(step ?? 1, 1))
        let told = try count(in: environment, from: first, by: max(step ?? 1, 1))
        if let asked, let told, asked != told {
            throw ConfigurationError("\(name) says that there are \(told) shares, not \(asked)")
        }
        guard let count = asked ?? told else {
            throw ConfigurationError(
                "\(variable) (\(name)) says which share this is, and nothing says how many there are: write auto/10 for ten"
            )
        }
        guard !place.overflow, rest == 0, count <= RunShare.mostParts, (0..<count).contains(index) else {
            throw ConfigurationError(
                "\(variable)=\(number) (\(name)) is none of \(counted(count, "share")) that are numbered one after another from "
                    + "\(first); write the share, such as 3/10"
            )
        }
        return RunShare(index: index, count: count)
    }

    private func count(in environment: [String: String], from first: Int, by step: Int) throws(ConfigurationError)
        -> Int?
    {
        switch count {
        case .unknown: return nil
        case .variable(let name): return environment[name] == nil ? nil : try number(name, in: environment)
        case .last(let name):
            let (distance, isTooFar) = try number(name, in: environment).subtractingReportingOverflow(first)
            guard !isTooFar, distance < Int(Int32.max) else { return nil }
            return distance / step + 1
        }
    }

    private func number(_ name: String, in environment: [String: String]) throws(ConfigurationError) -> Int {
        if let number = environment[name].flatMap({ Int($0) }), abs(number) <= Int(Int32.max) { return number }
        throw ConfigurationError(
            "\(self.name): \(name) is \(environment[name].map { Shown.text($0) } ?? "not set"), and should be a number; write the "
                + "share, such as 3/10"
        )
    }
}
