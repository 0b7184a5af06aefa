extension Summary {
    /// Why no turn has reached the server, with its host and address, in words; nil when one has.
    ///
    /// It comes before all numbers, which are of nothing then.
    package var unreachable: String? {
        // The losses of a run tell it better.
        guard result.generator.lostMock == nil else { return nil }
        let failures = TurnOutcome.allCases.filter(\.isUnreached).map { outcome in
            (outcome: outcome, count: result[outcome])
        }
        guard result.turns.completed == 0, result.turns.failed > 0,
            failures.reduce(0, { $0 + $1.count }) == result.turns.failed,
            let most = failures.max(by: { $0.count < $1.count })?.outcome
        else { return nil }
        // The system's words come last.
        let example = result.outcomeDetails[most.label]?.examples.first
        let reason = example?.split(separator: ": ").last.map { $0.lowercased() }
        switch most {
        case .connectRefused where reason?.contains("refused") ?? true:
            return "nothing listens at \(place): connection refused; is the server started?"
        case .connectRefused:
            return "there is no way to \(place): \(reason ?? ""); is the address right, and the network up?"
        case .connectTimeout:
            return
                "\(place) does not answer: no connection within --connect-timeout; is the address right, and does a firewall "
                + "let it through?"
        case .dnsFailed:
            return "the name in \(place) cannot be resolved: \(reason ?? "no address"); is --host right?"
        default:
            let why = example ?? "the handshake failed"
            let isUntrusted = why.lowercased().contains("certificate")
            return "no TLS connection with \(place): \(why)"
                + (isUntrusted ? "; give its authority with --ca FILE, or skip the check with --insecure" : "")
        }
    }

    /// The host as it was given, and what it stands for where that says more.
    private var place: String {
        let addresses = (run.addresses ?? []).filter { !run.host.contains($0) }
        return run.host + (addresses.isEmpty ? "" : " (\(addresses.joined(separator: ", ")))")
    }
}
