// A comparison in words, the same in its text and on its page.

extension ComparedNumber {
    /// A value of the number, with its unit.
    func text(of value: Double?) -> String {
        guard let value else { return "–" }
        return switch unit {
        case .milliseconds: value.readableMs
        case .share: value.readablePercent
        case .number: value.grouped(abs(value) < 100 ? 2 : abs(value) < 10_000 ? 1 : 0)
        }
    }

    /// How it has changed: in percent of what it was, of shares in percentage points.
    var changeText: String {
        guard let difference else { return "–" }
        return text(ofChange: difference)
    }

    /// The interval of that.
    var intervalText: String {
        guard let interval else { return "–" }
        return "\(text(ofChange: interval.lowerBound)) to \(text(ofChange: interval.upperBound))"
    }

    private func text(ofChange difference: Double) -> String {
        if unit == .share { return Self.signed(difference * 100, 2) + "\u{A0}pp" }
        guard let before, before != 0 else { return difference == 0 ? "0" : Self.signed(difference, 2) }
        return Self.signed(difference / abs(before) * 100, 1) + "\u{A0}%"
    }

    private static func signed(_ value: Double, _ digits: Int) -> String {
        let text = value.fixed(digits)
        return value > 0 && !text.hasPrefix("+") ? "+" + text : text
    }

    /// What is to be said of the difference.
    var findingText: String {
        switch finding {
        case .changed: "beyond noise"
        case .noise: "noise"
        case .unknown: before == nil || after == nil ? "only one has it" : "cannot tell"
        }
    }
}

extension ChangeResult {
    /// What has become of the limit, in a sentence.
    var text: String {
        let found =
            number.difference == nil
            ? "there is nothing to compare"
            : "\(number.changeText) (\(number.text(of: number.before)) → \(number.text(of: number.after))), \(number.findingText)"
        return "\(failed ? "FAILED" : "ok")  \(expr): \(found)"
    }
}

extension RunComparison {
    /// What is said of one of the runs.
    static func text(of summary: Summary) -> String {
        let run = summary.run
        return "\(run.host), \(run.startedAt), \((run.durationS * 1e3).readableMs), "
            + "\(counted(run.users, "user")), \(counted(summary.turns.completed, "completed turn"))"
    }

    /// How the intervals are made, in a sentence.
    static let method =
        "Intervals are for the difference with 95 % confidence, from one run each: percentiles by the ranks of a binomial distribution, "
        + "rates by the means of blocks of the run, shares by Wilson's score. They know the noise within these runs, not what differs "
        + "from one day to the next."
}
