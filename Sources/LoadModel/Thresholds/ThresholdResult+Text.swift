extension ThresholdResult {
    /// What was found, as people read it: milliseconds, a percentage, or a number, with what it is.
    public var observedText: String {
        guard let observed else { return ok ? "there was none" : "nothing to judge by" }
        let unit = FailureLimit.isExpr(expr) ? .share : (try? Threshold.parse(expr))?.number.unit ?? .number
        let text =
            switch unit {
            case .duration: observed.fixed(2) + " ms"
            case .share: (observed * 100).fixed(3) + "%"
            case .number: observed.fixed(observed == observed.rounded() ? 0 : 3)
            }
        return text + (turns.map { " (of \($0.judged) turns; \($0.completed) were completed)" } ?? "")
    }
}
